"""The end of a case on screen: promises, remedies, closing with the question, and the rules behind them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from answerable.cases import allowing, assigning, promising, remedying
from answerable.cases.models import Asking, Case, Promise, Remedy, RemedyPolicy
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("300 too much."), cast.mailbox)
    assert made is not None
    return assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def page(case: Case, viewer: Viewer) -> str:
    return as_(viewer).get(f"/cases/{case.pk}").content.decode()


def tomorrow() -> str:
    return f"{now() + timedelta(days=2):%Y-%m-%d}"


def test_a_promise_is_made_shown_and_kept(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    assert ada.post(f"/cases/{case.pk}/promises", {"text": "A new bill", "due": tomorrow()}).status_code == 303
    made = Promise.objects.get()
    assert f"{made.due_at:%H:%M}" == "23:59"
    assert "A new bill" in page(case, cast.ada)
    assert ada.post(f"/promises/{made.pk}/settlement", {"outcome": "kept", "how": ""}).status_code == 422
    ada.post(f"/promises/{made.pk}/settlement", {"outcome": "kept", "how": "By mail."})
    assert happened(case, "promise_kept")


@pytest.mark.parametrize("due", ["", "tomorrow", "0001-01-01", "9999-99-99"])
def test_a_promise_without_a_day_is_refused_in_words(cast: Cast, case: Case, due: str) -> None:
    assert as_(cast.ada).post(f"/cases/{case.pk}/promises", {"text": "x", "due": due}).status_code == 422
    assert not Promise.objects.exists()


def test_the_customer_s_release_is_kept_with_words(cast: Cast, case: Case) -> None:
    made = promising.promise(case, text="x", due_at=now() + timedelta(days=1), by=cast.ada)
    as_(cast.ada).post(f"/promises/{made.pk}/settlement", {"outcome": "released", "how": "She moved."})
    assert happened(case, "promise_released")


def test_the_composer_offers_to_keep_what_is_being_promised(cast: Cast, case: Case) -> None:
    text = "You get a corrected bill within 30 days."
    given = {"text": text, "audience": "private", "key": "k"}
    offered = as_(cast.ada).post(f"/cases/{case.pk}/draft", given).content.decode()
    assert "Keep as a promise: “within 30 days”" in offered
    assert "checked" not in offered


def test_a_chosen_offer_is_a_promise_with_its_answer_and_its_day(cast: Cast, case: Case) -> None:
    text = "You get a corrected bill within 30 days."
    given = {"text": text, "audience": "private", "key": "k", "promise": text, "promise_said": text}
    shown = as_(cast.ada).post(f"/cases/{case.pk}/draft", {**given, "promise_due": tomorrow()}).content.decode()
    assert f'value="{tomorrow()}"' in shown
    for _ in range(2):
        as_(cast.ada).post(f"/cases/{case.pk}/replies", {**given, "promise_due": tomorrow()})
    made = Promise.objects.get()
    assert (made.text, made.message) == (text, Reply.objects.get().message)
    assert f"{made.due_at:%Y-%m-%d}" == tomorrow()


def test_an_offer_that_nobody_chose_is_no_promise(cast: Cast, case: Case) -> None:
    given = {"text": "You get it within 30 days.", "audience": "private", "key": "k"}
    as_(cast.ada).post(f"/cases/{case.pk}/replies", given)
    assert Reply.objects.count() == 1
    assert not Promise.objects.exists()


def test_what_may_be_given_is_shown_before_anybody_asks(cast: Cast, case: Case) -> None:
    assert "Make it good" not in page(case, cast.ada)
    allowing.allow("discount", free_to=Decimal(20), most=Decimal(100), currency="PLN", by=cast.ben)
    assert "PLN" in page(case, cast.ada)
    Case.objects.filter(pk=case.pk).update(product="Falo")
    allowing.allow("discount", free_to=Decimal(7), most=Decimal(8), currency="PLN", product="Falo", by=cast.ben)
    assert "8.00" in page(case, cast.ada)


def test_a_remedy_is_proposed_approved_by_another_and_given(cast: Cast, case: Case) -> None:
    allowing.allow("discount", free_to=Decimal(20), most=Decimal(100), currency="PLN", by=cast.ben)
    given = {"kind": "discount", "amount": "10.00", "currency": "PLN", "times": "3", "due": ""}
    as_(cast.ada).post(f"/cases/{case.pk}/remedies", given)
    made = Remedy.objects.get()
    address = f"/remedies/{made.pk}/decision"
    assert as_(cast.ada).post(address, {"decision": "approve"}).status_code == 403
    as_(cast.ben).post(address, {"decision": "approve"})
    as_(cast.ada).post(address, {"decision": "give"})
    made.refresh_from_db()
    assert (made.state, made.times) == ("given", 3)
    assert "× 3" in page(case, cast.ada)


@pytest.mark.parametrize("amount", ["ten", "1000", "-1"])
def test_an_amount_that_cannot_be_given_is_refused_in_words(cast: Cast, case: Case, amount: str) -> None:
    allowing.allow("discount", free_to=Decimal(20), most=Decimal(100), currency="PLN", by=cast.ben)
    given = {"kind": "discount", "amount": amount, "currency": "PLN", "times": "1"}
    assert as_(cast.ada).post(f"/cases/{case.pk}/remedies", given).status_code == 422
    assert not Remedy.objects.exists()


def test_an_amount_is_read_in_the_reader_s_language(cast: Cast, case: Case) -> None:
    User.objects.filter(pk=cast.ada.user_id).update(language="pl")
    allowing.allow("discount", free_to=Decimal(20), most=Decimal(100), currency="PLN", by=cast.ben)
    as_(cast.ada).post(f"/cases/{case.pk}/remedies", {"kind": "discount", "amount": "10,50", "currency": "PLN"})
    assert Remedy.objects.get().amount == Decimal("10.50")


def test_nobody_else_s_promise_or_remedy_is_touched(cast: Cast, case: Case) -> None:
    allowing.allow("apology", by=cast.ben)
    remedy = remedying.propose(case, kind="apology", by=cast.ada)
    made = promising.promise(case, text="x", due_at=now() + timedelta(days=1), by=cast.ada)
    otto = as_(cast.otto)
    for address in (f"/promises/{made.pk}/settlement", f"/remedies/{remedy.pk}/decision"):
        assert otto.post(address, {"decision": "give", "how": "x"}).status_code == 404
    rule = RemedyPolicy.objects.get()
    assert otto.post(f"/settings/remedies/{rule.pk}/end").status_code == 404


def test_closing_asks_the_customer_unless_told_not_to(cast: Cast, case: Case) -> None:
    form = as_(cast.ada).get(f"/cases/{case.pk}/closure").content.decode()
    assert 'name="ask" value="1" checked' in form
    given = {"disposition": "solved", "what_solved_it": "A new bill."}
    as_(cast.ada).post(f"/cases/{case.pk}/closure", given)
    assert not Asking.objects.exists()
    as_(cast.ada).post(f"/cases/{case.pk}/reopening")
    as_(cast.ada).post(f"/cases/{case.pk}/closure", {**given, "ask": "1"})
    assert Asking.objects.count() == 1
    assert "The customer was asked." in page(case, cast.ada)


def test_closing_says_what_is_still_promised(cast: Cast, case: Case) -> None:
    promising.promise(case, text="A corrected bill", due_at=now() + timedelta(days=1), by=cast.ada)
    form = as_(cast.ada).get(f"/cases/{case.pk}/closure").content.decode()
    assert "Still promised" in form
    as_(cast.ada).post(f"/cases/{case.pk}/closure", {"disposition": "solved", "what_solved_it": "x"})
    assert "a promise is not kept yet" in page(case, cast.ada)


def test_rules_are_made_and_ended_on_screen(cast: Cast, case: Case) -> None:
    ben = as_(cast.ben)
    assert as_(cast.ada).get("/settings/remedies").status_code == 403
    given = {"kind": "refund", "free_to": "5", "most": "50.00", "currency": "eur", "team": "", "product": "Glimo"}
    assert ben.post("/settings/remedies", given).status_code == 303
    rule = RemedyPolicy.objects.get()
    assert (rule.currency, rule.most, rule.product) == ("EUR", Decimal(50), "Glimo")
    assert "Glimo" in ben.get("/settings/remedies").content.decode()
    wrong = ben.post("/settings/remedies", {**given, "free_to": "500"})
    assert (wrong.status_code, "It was not kept" in wrong.content.decode()) == (422, True)
    ben.post(f"/settings/remedies/{rule.pk}/end")
    rule.refresh_from_db()
    assert rule.ended_at is not None


@pytest.mark.parametrize(("days", "kept"), [("14", 14), ("0", 7), ("91", 7), ("x", 7)])
def test_the_days_of_silence_are_set_on_screen(cast: Cast, days: str, kept: int) -> None:
    as_(cast.ben).post("/settings/remedies", {"silence_days": days})
    assert Workspace.objects.get(pk=cast.workspace.pk).silence_days == kept


def test_a_program_promises_gives_and_reads_the_journey(cast: Cast, case: Case) -> None:
    allowing.allow("discount", free_to=Decimal(5), most=Decimal(100), currency="PLN", by=cast.ben)
    ada, ben = Program(cast.ada), Program(cast.ben)
    due = (now() + timedelta(days=2)).isoformat()
    made = told(ada.post(f"cases/{case.pk}/promises", {"text": "A bill", "due_at": due}), 201)
    assert ada.post(f"cases/{case.pk}/promises", {"text": "A bill", "due_at": "0001-01-01T00:00:00"}).status_code == 422
    settled = told(ada.put(f"promises/{made['id']}/settlement", {"kept": True, "how": "Sent."}))
    assert settled["state"] == "kept"
    given = {"kind": "discount", "amount": "10.00", "currency": "PLN", "times": 3}
    remedy = told(ada.post(f"cases/{case.pk}/remedies", given), 201)
    decision = f"remedies/{remedy['id']}/decision"
    assert ada.put(decision, {"decision": "approve"}).status_code == 403
    assert told(ben.put(decision, {"decision": "approve"}))["state"] == "approved"
    rows = told(ada.get(f"cases/{case.pk}/journey"))["rows"]
    assert "The customer spoke." in [row["what"] for row in rows]
