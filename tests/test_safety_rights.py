"""Who may do what with reports: each role at each address and each verb of the safety desk, and every look in the read log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from answerable.core import access
from answerable.core.access import RIGHTS, House, Right, Viewer
from answerable.core.errors import HouseError, NotAllowed, NotThere
from answerable.core.models import Read, User
from answerable.inbox import report_sheet
from answerable.safety import (
    asking,
    batching,
    consulting,
    deciding,
    exporting,
    linking,
    queries,
    reading_back,
    referring,
    reporting,
)
from answerable.safety.models import Decision, FollowUp, Inquiry, OpinionAsked, Report, Version
from answerable.safety.tests.passing_on import system_of
from answerable.testing.cast import PASSWORD, Cast, join, make_user
from tests.our_world import World, make_world
from tests.routes import routes

READERS = {"agent", "specialist", "reviewer", "safety_officer", "lead", "privacy_officer", "admin"}
WRITERS = READERS - {"privacy_officer"}
SIGNERS = {"reviewer", "safety_officer"}
OFFICERS = {"safety_officer"}
SHUT = {"coach", "representative"}
SECRETS = ("Zebra of a meter", "zebra of a reason", "GLIMO-0000")


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


@pytest.fixture
def report(world: World) -> Report:
    return Report.objects.get(pk=world.report)


@pytest.fixture
def people(cast: Cast) -> dict[str, Viewer]:
    """One person of each role, in the team whose cases these are."""
    return {
        role: join(cast.workspace, make_user(role.replace("_", "").title()), [role], [cast.front_line])
        for role in RIGHTS
    }


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def may(do: Callable[[Viewer], object], people: dict[str, Viewer]) -> set[str]:
    """The roles that are not told that they may not. What else is wrong with a try counts for nothing here."""
    allowed = set()
    for role, viewer in people.items():
        try:
            do(viewer)
        except (NotAllowed, NotThere):
            continue
        except HouseError:
            pass
        allowed.add(role)
    return allowed


def values(report: Report) -> Any:
    return reporting.values_of(report.versions.latest("number"))


def test_who_may_is_what_the_rights_say() -> None:
    holders = {right: {role for role, rights in RIGHTS.items() if right in rights} for right in Right}
    assert holders[Right.SEE_REPORTS] == READERS
    assert holders[Right.SIGN_REPORTS] == SIGNERS
    assert holders[Right.REFER_REPORTS] == OFFICERS
    assert set(RIGHTS) == READERS | SHUT


def test_reading_a_report(report: Report, people: dict[str, Viewer]) -> None:
    statuses = {role: browser(viewer).get(f"/safety/{report.pk}").status_code for role, viewer in people.items()}
    assert {role for role, status in statuses.items() if status == 200} == READERS
    lists = {role: browser(viewer).get("/safety").status_code for role, viewer in people.items()}
    assert {role for role, status in lists.items() if status == 200} == READERS


def test_writing_and_signing_on_the_page(report: Report, people: dict[str, Viewer]) -> None:
    sheet = {**report_sheet.written(values(report), "UTC"), "expected": 1, "reason": "x"}
    signed = {"expected": 1, "outcome": "reportable", "reason": "x", "password": "wrong"}
    for role, viewer in people.items():
        client = browser(viewer)
        kept = client.post(f"/safety/{report.pk}/versions", sheet)
        refused = client.post(f"/safety/{report.pk}/decisions", signed)
        assert (kept.status_code == 409) is (role in WRITERS), role
        assert ("The password is not right" in refused.content.decode()) is (role in SIGNERS), role
    assert report.versions.count() == 1
    assert not Decision.objects.exists()


def test_the_verbs_of_a_report(report: Report, people: dict[str, Viewer]) -> None:
    told = values(report)

    def write(by: Viewer) -> None:
        number = report.versions.latest("number").number
        changed = replace(told, narrative=f"zebra {by.name}")
        reporting.correct(report, expected=number, values=changed, reason="x", by=by)

    def sign(by: Viewer) -> None:
        number = report.versions.latest("number").number
        deciding.decide(report, expected=number, outcome="reportable", reason="x", password=PASSWORD, by=by)

    assert may(lambda by: reporting.open_report(report.message, values=told, reason="x", by=by), people) == WRITERS
    assert may(write, people) == WRITERS
    assert may(sign, people) == SIGNERS


def test_what_comes_after_a_report_was_opened(report: Report, people: dict[str, Viewer]) -> None:
    assert may(lambda by: asking.ask(report, asked=[], way="", words="", by=by), people) == WRITERS
    assert may(lambda by: linking.link(report, report, because="x", by=by), people) == WRITERS
    assert may(lambda by: consulting.ask(report, of=by.user_id, question="x", by=by), people) == SIGNERS


def test_what_leaves_the_house(report: Report, people: dict[str, Viewer], cast: Cast) -> None:
    system = system_of(cast)
    nowhere = referring.refer(report, system=system, by=House(cast.workspace.pk, "tests"))
    verbs: dict[str, tuple[set[str], Callable[[Viewer], object]]] = {
        "refer": (OFFICERS, lambda by: referring.refer(report, system=system, by=by)),
        "settle": (OFFICERS, lambda by: referring.settle(nowhere, arrived=True, because="", by=by)),
        "again": (OFFICERS, lambda by: referring.again(nowhere, because="", by=by)),
        "answer": (OFFICERS, lambda by: reading_back.take(b"x", by=by)),
        "batch": (OFFICERS, lambda by: batching.make([], authority=None, by=by)),  # type: ignore[arg-type]
        "export": (SIGNERS, lambda by: exporting.export(report, form="none", envelopes=dict, by=by)),  # type: ignore[arg-type]
    }
    assert {name: may(do, people) for name, (_, do) in verbs.items()} == {
        name: roles for name, (roles, _) in verbs.items()
    }


@pytest.mark.parametrize("model", [Report, Version, Decision, FollowUp, Inquiry, OpinionAsked])
def test_the_door_is_shut_to_who_may_see_no_report(
    report: Report, people: dict[str, Viewer], cast: Cast, model: Any
) -> None:
    for viewer in (cast.otto, *(people[role] for role in SHUT)):
        assert not access.rows(model, viewer).exists()
        with pytest.raises(NotThere):
            queries.record(report.pk, viewer)
    assert not Read.objects.filter(what="report").exists()


def test_nobody_who_may_not_learns_anything_at_any_address(
    report: Report, people: dict[str, Viewer], cast: Cast
) -> None:
    """Every address of the desk, also one that is new: it is shut, or it says nothing of a report."""
    mine = [
        each for each in routes() if each.pattern.startswith(("safety", "settings/safety", "settings/dictionaries"))
    ]
    assert len(mine) > 3
    for viewer in (cast.otto, *(people[role] for role in SHUT)):
        client = browser(viewer)
        for route in mine:
            address = route.address(**dict.fromkeys(route.parameters, report.pk))
            answer = client.get(address)
            shown = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            assert not [secret for secret in SECRETS if secret in shown.decode("utf-8", "replace")], address


def test_every_look_is_in_the_read_log(report: Report, people: dict[str, Viewer]) -> None:
    """Every address of one report that opens, also one that is new: whoever opened it stands in the log, by the report's id."""
    officer = people["safety_officer"]
    client = browser(officer)
    of_one = [each for each in routes() if each.pattern.startswith("safety/<int:pk>")]
    silent = []
    for route in of_one:
        before = looks(report, officer)
        if client.get(route.address(pk=report.pk)).status_code == 200 and looks(report, officer) == before:
            silent.append(route.pattern)
    assert looks(report, officer)
    assert silent == []


def test_the_list_is_a_look_and_a_table_is_one_at_each_report(report: Report, people: dict[str, Viewer]) -> None:
    officer = people["safety_officer"]
    browser(officer).get("/safety/list.csv")
    assert Read.objects.filter(what="report_csv", row_id=report.pk, user_id=officer.user_id).count() == 1
    browser(officer).get("/safety")
    assert Read.objects.filter(what="report_list", user_id=officer.user_id).count() == 1


def looks(report: Report, by: Viewer) -> int:
    return Read.objects.filter(what__startswith="report", row_id=report.pk, user_id=by.user_id).count()
