"""The end of the fifth story: a corrected invoice within 30 days, 10 zł off for three months, and “is it solved?”."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from django.test import Client

from answerable.cases import allowing, assigning, due, journeys, promising
from answerable.cases.journey import Cause, Sort
from answerable.cases.models import Asking, Case, Promise, Remedy
from answerable.core import journal
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.replies.models import Reply
from answerable.replies.sending import words_of
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

ANSWER = "Pozycja za 300 zł jest usunięta. Skorygowaną fakturę dostanie Pan w ciągu 30 dni."


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def complaint(cast: Cast) -> Case:
    body = letter("Na fakturze jest nieznana pozycja: 300 zł.", subject="Faktura", sender="Kamil <kamil@example.pl>")
    case = arrive(body, cast.mailbox)
    assert case is not None
    Case.objects.filter(pk=case.pk).update(language="pl", product="Falo")
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    return Case.objects.get(pk=case.pk)


def test_a_promise_keeps_a_confirmed_case_from_counting_as_resolved_until_it_is_kept(cast: Cast) -> None:
    allowing.allow("discount", free_to=Decimal(20), most=Decimal(100), currency="PLN", product="Falo", by=cast.ben)
    case, ada = complaint(cast), as_(cast.ada)
    given = {"text": ANSWER, "audience": "private", "key": "k"}
    assert "w ciagu 30 dni" in ada.post(f"/cases/{case.pk}/draft", given).content.decode()
    said = "Skorygowaną fakturę dostanie Pan w ciągu 30 dni."
    ada.post(f"/cases/{case.pk}/replies", {**given, "promise": said, "promise_said": said, "promise_due": ""})
    promise = Promise.objects.get()
    assert (promise.due_at - promise.at).days in {29, 30}

    ada.post(f"/cases/{case.pk}/remedies", {"kind": "discount", "amount": "10", "currency": "PLN", "times": "3"})
    remedy = Remedy.objects.get()
    assert remedy.state == Remedy.State.PROPOSED
    as_(cast.ben).post(f"/remedies/{remedy.pk}/decision", {"decision": "approve"})
    ada.post(f"/remedies/{remedy.pk}/decision", {"decision": "give"})

    solved = {"disposition": "solved", "what_solved_it": "Item removed.", "ask": "1"}
    ada.post(f"/cases/{case.pk}/closure", solved)
    asking = Asking.objects.get()
    assert asking.message is not None
    assert "Czy sprawa jest rozwiązana?" in asking.message.text
    link = re.search(r"/solved/[\w-]+", words_of(Reply.objects.get(message=asking.message)).text)
    assert link is not None
    Client().get(link.group())
    Client().post(link.group(), {"answer": "yes"})
    case.refresh_from_db()
    assert case.resolved_at is None

    ada.post(f"/promises/{promise.pk}/settlement", {"outcome": "kept", "how": "Sent by mail."})
    resolved = Case.objects.get(pk=case.pk)
    assert resolved.resolved_at is not None
    assert happened(case, "case_resolved")
    _journey_is_whole(resolved, cast)
    assert list(journal.verify()) == []


def test_a_broken_promise_brings_the_confirmed_case_back(cast: Cast) -> None:
    case = complaint(cast)
    promise = promising.promise(case, text="A bill.", due_at=case.last_at + timedelta(days=30), by=cast.ada)
    as_(cast.ada).post(f"/cases/{case.pk}/closure", {"disposition": "solved", "what_solved_it": "x"})
    assert due.break_promises(promise.due_at + timedelta(minutes=1)) == 1
    case.refresh_from_db()
    assert (case.is_open, case.holder_user_id) == (True, cast.ada.user_id)


def _journey_is_whole(case: Case, cast: Cast) -> None:
    found = journeys.told(case, cast.ada)
    assert sum((found.spent(cause) for cause in Cause), timedelta()) == found.total
    sorts = {mark.sort for mark in found.marks}
    assert sorts >= {Sort.SPOKE, Sort.ANSWERED, Sort.PROMISED, Sort.REMEDY, Sort.ASKED, Sort.SOLVED, Sort.PROMISE_KEPT}
