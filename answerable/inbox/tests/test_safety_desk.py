"""The safety desk: its list by what is due first, narrowed and as a table, and what is in the read log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.clocks import starting
from answerable.core.access import Viewer
from answerable.core.models import Read, User
from answerable.core.moments import now
from answerable.safety import deciding, reporting
from answerable.safety.models import Report
from answerable.safety.reports import Product, Reaction, Seriousness, Sort
from answerable.safety.reports import Report as Values
from answerable.safety.tests.by_hand import by_hand_only
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import PASSWORD, Cast, join, make_user


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def words_of(viewer: Viewer, address: str) -> str:
    return as_(viewer).get(address).content.decode()


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Sol"), ["safety_officer"], [cast.front_line])


def make_report(cast: Cast, product: str = "Velorin", *, serious: bool = True) -> Report:
    """A report of dizziness, from a letter of its own."""
    by_hand_only(cast)
    case = arrive(letter(f"{product} made me dizzy.", sender=f"{product.lower()}@example.net"), cast.mailbox)
    assert case is not None
    message, reasons = case.filings.get().message, (Seriousness.HOSPITAL,) if serious else ()
    values = Values("", Sort.ADVERSE_EVENT, message.received_at, message.received_at, "PT", told=message.text)
    told = replace(values, reactions=(Reaction("dizzy", seriousness=reasons),), products=(Product(product),))
    return reporting.open_report(message, values=told, reason="Told.", by=cast.ada)


def case_of(report: Report) -> Case:
    return report.message.filing.case


def limit(report: Report, hours: int, cast: Cast) -> None:
    """Somebody who is not of the desk's machinery starts a limit of the law, so many hours ago."""
    at = now() - timedelta(hours=hours)
    case, rule = case_of(report), "us.803.50"
    starting.start(case, rule=rule, awareness="captured_at", at=at, why="x", message=report.message, by=cast.ben)


def test_what_is_due_first_stands_first_and_our_own_limit_after_it(cast: Cast) -> None:
    for product, hours in (("Velorin", 30 * 24), ("Glimo", 31 * 24), ("Pulsa", 0)):
        report = make_report(cast, product)
        if hours:
            limit(report, hours, cast)
    page = words_of(cast.ada, "/safety")
    assert page.index(">Glimo<") < page.index(">Velorin<") < page.index(">Pulsa<")
    assert page.count("2 of 4") == 3
    assert page.count("To decide") >= 3


def test_the_list_is_narrowed_by_state_sort_seriousness_and_words(cast: Cast, officer: Viewer) -> None:
    serious, mild = make_report(cast), make_report(cast, "Pulsa", serious=False)
    deciding.decide(mild, expected=1, outcome="not_reportable", reason="Mild.", password=PASSWORD, by=officer)
    shown = {
        "state=settled": {mild.number},
        "state=waiting": {serious.number},
        "state=incomplete": {serious.number, mild.number},
        "serious=yes": {serious.number},
        "serious=no": {mild.number},
        "sort=adverse_event": {serious.number, mild.number},
        "sort=technical_complaint": set(),
        "words=puls": {mild.number},
        f"words={serious.number}": {serious.number},
    }
    for asked, numbers in shown.items():
        page = words_of(cast.ada, f"/safety?{asked}")
        assert {each.number for each in (serious, mild) if each.number in page.partition("<tbody>")[2]} == numbers, (
            asked
        )
    assert "No report fits" in words_of(cast.ada, "/safety?sort=technical_complaint")


def test_the_rail_says_how_many_wait_for_a_signature(cast: Cast, officer: Viewer) -> None:
    report = make_report(cast)
    waits = 'Safety<b aria-hidden="true">1</b>'
    assert waits in words_of(officer, "/safety")
    assert waits not in words_of(cast.ada, "/safety")
    deciding.decide(report, expected=1, outcome="reportable", reason="Hospital.", password=PASSWORD, by=officer)
    assert waits not in words_of(officer, "/safety")


def test_the_list_as_a_table_harms_no_program_and_is_in_the_read_log(cast: Cast) -> None:
    report = make_report(cast, "=Velorin()")
    limit(report, 1, cast)
    table = words_of(cast.ada, "/safety/list.csv?serious=yes")
    assert f"{report.number},adverse_event,'=Velorin(),yes,2,undecided," in table
    assert Read.objects.filter(what="report_csv", row_id=report.pk, user_id=cast.ada.user_id).count() == 1


def test_whoever_looks_is_in_the_read_log(cast: Cast) -> None:
    report = make_report(cast)
    as_(cast.ada).get("/safety")
    assert Read.objects.filter(what="report_list", user_id=cast.ada.user_id).count() == 1
    as_(cast.ada).get(f"/safety/{report.pk}")
    assert Read.objects.filter(what="report", row_id=report.pk, user_id=cast.ada.user_id).count() == 1


def test_an_empty_desk_says_what_comes_here(cast: Cast) -> None:
    assert "No report yet" in words_of(cast.ada, "/safety")
