"""One problem, one case: a second contact about it joins by rule or is suggested, raises the case, and makes no twin."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from answerable.cases import closing, matching, tracing
from answerable.cases.models import Case, Filing, Suggestion, Trace
from answerable.channels.connecting import connect
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.conversations import linking
from answerable.conversations.models import Identity
from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.receiving import receive
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, make_mailbox

KAMIL = "Kamil Wiśniewski <kamil@poczta.example>"
BILL = "Na fakturze FV/2026/11/00123 mam 300 zł za nieznaną pozycję."


def mail(source: Source, text: str, number: int, *, sender: str = KAMIL, at: datetime | None = None) -> Case:
    body = letter(text, subject="Pytanie", sender=sender, message_id=f"<{number}@poczta.example>", to=source.address)
    case = arrive(body, source, at=at)
    assert case is not None
    return case


def event(case: Case, kind: str) -> Event:
    return Event.objects.filter(chain=f"case:{case.pk}", kind=kind).latest("seq")


@pytest.fixture
def case(cast: Cast) -> Case:
    return mail(cast.mailbox, BILL, 1)


def test_the_same_person_about_the_same_problem_raises_the_case_and_opens_no_twin(cast: Cast, case: Case) -> None:
    again = mail(cast.mailbox, "Faktura FV/2026/11/00123, 300 PLN: nadal nieznana pozycja.", 2)
    assert again == case
    again.refresh_from_db()
    assert (again.raised_count, again.contacts_count, Case.objects.count()) == (1, 2, 1)
    assert again.raised_at == Filing.objects.get(why="same_problem").at
    assert {"contact", "number", "amount"} <= set(event(case, "message_filed").data["evidence"])
    assert event(case, "case_raised").data["because"] == "elsewhere"
    assert list(journal.verify()) == []


def test_the_form_after_the_mail_is_the_same_case(cast: Cast, case: Case) -> None:
    form = b'{"key": "1", "email": "kamil@poczta.example", "message": "300 z\xc5\x82 na fakturze FV/2026/11/00123"}'
    assert arrive(form, cast.form) == case
    case.refresh_from_db()
    assert case.channels == ["email", "form"]


def test_another_problem_of_the_same_person_is_another_case(cast: Cast, case: Case) -> None:
    other = mail(cast.mailbox, "Chcę przenieść numer do innej sieci.", 2)
    assert other != case
    assert not happened(case, "case_raised")
    assert not Suggestion.objects.exists()


def test_another_person_is_suggested_with_evidence_and_never_joined(cast: Cast, case: Case) -> None:
    other = mail(cast.mailbox, "Faktura FV/2026/11/00123, 300 zł!", 2, sender="kw@inna.example")
    assert other != case
    made = Suggestion.objects.get()
    assert (made.case, made.other, made.state) == (other, case, "open")
    assert {"number", "amount"} <= {each["sort"] for each in made.evidence}
    assert event(other, "join_suggested").data["other"] == case.pk
    assert event(case, "join_suggested").data["other"] == other.pk
    assert "300" not in str(event(case, "join_suggested").data)


def test_a_reminder_while_we_owe_an_answer_raises_and_an_answer_to_us_does_not(cast: Cast, case: Case) -> None:
    def wrote(number: int, hours: float) -> Case:
        body = letter("Hello?", sender=KAMIL, message_id=f"<{number}@x>", In_Reply_To="<1@poczta.example>")
        arrive(body, cast.mailbox, at=now() + timedelta(hours=hours))
        case.refresh_from_db()
        return case

    assert wrote(2, 0.1).raised_count == 0
    assert wrote(3, 2).raised_count == 1
    assert event(case, "case_raised").data["because"] == "reminder"
    answering.answer(case, text="We look.", audience="private", key="k", by=cast.ada)
    assert wrote(4, 5).raised_count == 1


@pytest.mark.parametrize(("days", "reopens"), [(3, True), (20, False)])
def test_a_case_closed_lately_opens_again_for_the_same_problem(
    cast: Cast, case: Case, days: int, *, reopens: bool
) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    later = now() + timedelta(days=days)
    again = mail(cast.mailbox, "Faktura FV/2026/11/00123: znów 300 zł.", 2, at=later)
    assert (again == case) is reopens
    case.refresh_from_db()
    assert case.is_open is reopens


def test_a_closed_case_stays_closed_for_a_new_problem(cast: Cast, case: Case) -> None:
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert mail(cast.mailbox, "Chcę przenieść numer do innej sieci.", 2) != case
    case.refresh_from_db()
    assert not case.is_open


def test_what_was_written_to_another_team_is_suggested_to_it_and_not_put_there(cast: Cast, case: Case) -> None:
    theirs = make_mailbox(cast.device_support, by=House(cast.workspace.pk, "tests"), address="device@example.org")
    other = mail(theirs, "Faktura FV/2026/11/00123, 300 PLN.", 2)
    assert other != case
    assert Suggestion.objects.get().other == case


def test_nothing_is_compared_across_workspaces(cast: Cast, case: Case) -> None:
    by = House(cast.otto.workspace_id, "tests")
    (team_id,) = cast.otto.team_ids
    team = type(cast.front_line).objects.get(pk=team_id)
    mail(make_mailbox(team, by=by, address="care@other.example"), BILL, 2)
    assert Case.objects.count() == 2
    assert not Suggestion.objects.exists()


def test_two_words_of_one_batch_are_one_case(cast: Cast) -> None:
    source = connect("api", label="App", team=cast.front_line, values={}, by=House(cast.workspace.pk, "tests"))
    said = '{"author": {"namespace": "app", "value": "7"}, "text": "Order AB-10442 %s"}'
    receive(source, [Raw(body=(said % words).encode()) for words in ("never came", "is not here")], at=now())
    pipeline.open_waiting(source)
    assert Case.objects.get().raised_count == 1


def test_a_value_that_everybody_shares_finds_nobody(cast: Cast) -> None:
    for number in range(40):
        mail(cast.mailbox, "Refund of 25 EUR, please.", number, sender=f"Maria Santos <m{number}@x.example>")
    last = mail(cast.mailbox, "25 EUR were not refunded.", 99, sender="Maria Santos <m99@x.example>")
    assert not Suggestion.objects.filter(case=last).exists()


def test_traces_follow_the_messages(cast: Cast, case: Case) -> None:
    before = set(case.traces.values_list("sort", "value"))
    tracing.retrace([case])
    assert set(case.traces.values_list("sort", "value")) == before
    Filing.objects.filter(case=case).update(case=mail(cast.mailbox, "Inna sprawa.", 2, sender="x@y.example"))
    tracing.retrace([case])
    assert not Trace.objects.filter(case=case).exists()


def test_a_case_finds_its_likely_twin(cast: Cast, case: Case) -> None:
    other = mail(cast.mailbox, "Faktura FV/2026/11/00123, 300 zł!", 2, sender="kw@inna.example")
    assert [each.case for each in matching.of_case(case)] == [other]
    assert [each.case for each in matching.of_case(other)] == [case]


def test_who_may_be_the_same_person_brings_evidence(cast: Cast, case: Case) -> None:
    """Nothing but the suggested link leads there: no name, address or number is shared."""
    other = mail(cast.mailbox, "Za nieznaną pozycję zapłaciłem.", 2, sender="zz@inna.example")
    assert not matching.of_case(other)
    linking.suggest(case.contact, other.contact, evidence=Identity.Evidence.SAID_SO, by=cast.ada)
    (found,) = matching.of_case(other)
    assert (found.case, "linked" in found.likeness.sorts) == (case, True)


def test_two_first_words_at_once_from_two_channels_are_one_case(committed_cast: Cast) -> None:
    """The mail and the form of one person arrive in the same moment; whoever comes second sees the first."""
    cast = committed_cast
    arrive(letter("Hello", sender=KAMIL, subject="Known already", message_id="<0@x>"), cast.mailbox)
    before, ready = Case.objects.count(), threading.Barrier(2)
    form = b'{"key": "1", "email": "kamil@poczta.example", "message": "300 z\xc5\x82, FV/2026/11/00123"}'
    ways = ((letter(BILL, sender=KAMIL, message_id="<1@x>"), cast.mailbox), (form, cast.form))

    def bring(body: bytes, source: Source) -> None:
        ready.wait()
        arrive(body, source)
        connection.close()

    threads = [threading.Thread(target=bring, args=way) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Case.objects.count() == before + 1
