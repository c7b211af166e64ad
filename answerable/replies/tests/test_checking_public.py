"""What may not go out before everybody, what wordings forbid, and what they let through."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from answerable.cases import inviting
from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Message
from answerable.core.access import House
from answerable.core.moments import now, told_at
from answerable.replies import answering, checking, drafting, vouching
from answerable.replies.models import Reply, WordingVersion
from answerable.replies.tests.test_wordings import approved, begun, proposed
from answerable.safety import deciding, regulating
from answerable.safety.models import Report
from answerable.testing.arriving import arrive
from answerable.testing.cast import PASSWORD, Cast
from answerable.triage import judging
from answerable.triage.models import Assessment, Verdict

PRIVATELY = "Thank you. We have written to you privately."


def said(cast: Cast, text: str) -> Case:
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": text}
    made = arrive(canonical({**post, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


@pytest.fixture
def case(cast: Cast) -> Case:
    return said(cast, "Where can I read the leaflet?")


def codes(case: Case, text: str, audience: str = "public", **facts: Any) -> dict[str, bool]:
    place = answering.place(case, audience)
    found = checking.check(case, text=text, audience=audience, conversation=place, **facts)
    return {concern.code: concern.blocks for concern in found}


@pytest.mark.parametrize(
    "text",
    [
        "As our patient you know where.",
        "Verificamos o seu cadastro.",
        "Jest Pani naszą pacjentką.",
        "Your treatment goes on.",
    ],
)
def test_nobody_is_called_a_patient_or_customer_in_public(case: Case, text: str) -> None:
    assert codes(case, text) == {"confirms_customer": True}
    assert codes(case, text, "private") == {}


@pytest.mark.parametrize(
    "text",
    ["Your diabetes is no reason to worry.", "Não se preocupe com a sua gravidez.", "Pani cukrzyca jest pod kontrolą."],
)
def test_the_health_of_the_person_is_not_told_to_everybody(case: Case, text: str) -> None:
    assert codes(case, text) == {"health_in_public": True}


def test_what_they_said_in_public_themselves_may_be_taken_up(cast: Cast) -> None:
    case = said(cast, "Is the leaflet for people with diabetes? My meter has one too.")
    assert codes(case, "The leaflet is for you, with diabetes or not. Your meter has its own.") == {}


def test_what_they_said_in_private_is_not_said_in_public(cast: Cast) -> None:
    case = said(cast, "Where is the leaflet?")
    Message.objects.filter(filing__case=case).update(audience="private", text="I have diabetes.")
    assert "health_in_public" in codes(case, "The leaflet is for you, with diabetes or not.")


@pytest.mark.parametrize("text", ["How old are you?", "Quais remédios você toma?", "Jakie leki Pani bierze?"])
def test_health_details_are_not_asked_for_in_public(case: Case, text: str) -> None:
    assert codes(case, text)["asks_health"]
    assert "asks_health" not in codes(case, text, "private")


@pytest.mark.parametrize(
    ("asked", "yes", "pointer"),
    [
        ("Can Velorin be used for weight loss?", "Yes, it works.", "Please ask our medical information team."),
        ("Posso tomar Velorin para emagrecer?", "Sim, funciona.", "Escreva para a nossa informação médica."),
        ("Czy można stosować Velorin na odchudzanie?", "Tak, działa.", "Napiszemy do Pani prywatnie."),
    ],
)
def test_a_question_about_another_use_gets_only_a_pointer_in_public(
    cast: Cast, asked: str, yes: str, pointer: str
) -> None:
    case = said(cast, asked)
    assert codes(case, yes) == {"off_label": True}
    assert codes(case, f"{yes} {pointer}") == {"off_label": True}
    assert codes(case, pointer) == {}
    assert codes(case, yes, "private") == {}


def test_a_question_about_another_use_is_answered_one_to_one_by_the_medical_side_only(cast: Cast) -> None:
    """FDA's draft of December 2011: by medical staff, to the person who asked; nobody else, also not in private."""
    case = said(cast, "Can Velorin be used for weight loss?")
    yes = "Yes, it works."
    assert codes(case, yes, "private", writer=cast.ada) == {}, (
        "of what is neither medicine nor device the law asks nothing"
    )
    regulating.regulate("Velorin", kind="medicine", countries=["PL"], by=House(cast.workspace.pk, "tests"))
    assert codes(case, yes, "private", writer=cast.ada) == {"medical_only": True}
    assert codes(case, "Our medical information team will write to you.", "private", writer=cast.ada) == {}
    assert codes(case, yes, "private", writer=cast.mira) == {}
    with pytest.raises(answering.Blocked):
        answering.answer(case, text=yes, audience="private", key="k1", by=cast.ada)
    version = approved(begun(cast.mira, product="", audience="private"), cast, yes)
    assert codes(case, yes, "private", wording=version, writer=cast.ada) == {}
    answering.answer(case, text="It is not tried for that.", audience="private", key="k2", by=cast.mira)
    assert codes(case, "You are welcome.", "private", writer=cast.ada) == {}


def test_a_person_may_say_that_it_is_no_question_about_another_use(cast: Cast) -> None:
    case = said(cast, "Can Velorin be used for weight loss?")
    message = Message.objects.get(filing__case=case)
    judging.judge(message, "off_label", there=False, reason=Verdict.Reason.MEANING, by=cast.ada)
    assert codes(case, "Yes, it works.") == {}


def test_an_approved_wording_may_say_it(cast: Cast) -> None:
    case = said(cast, "Can Velorin be used for weight loss?")
    version = approved(begun(cast.mira, product=""), cast, "It is not for that.")
    assert codes(case, "It is not for that.", wording=version) == {}
    assert codes(case, "It is not for that, yet.", wording=version) == {"off_label": True, "wording_left": False}


def test_a_second_public_answer_goes_private(cast: Cast, case: Case) -> None:
    place = answering.place(case, "public")
    answering.answer(case, text="In the box.", audience="public", key="k1", by=cast.ada)
    assert codes(case, "And on our site.") == {"second_public": True}
    assert codes(case, "It is solved. Thank you.", last_word=True) == {}
    assert place is not None
    invited = inviting.invite(case, conversation=place, by=cast.ada)
    assert codes(case, invited.sentence) == {}


def test_what_was_not_sent_or_sent_them_elsewhere_is_no_first_answer(cast: Cast, case: Case) -> None:
    answering.answer(case, text="Please contact our office.", audience="public", key="k1", by=cast.ada)
    assert codes(case, "In the box.") == {}
    answering.answer(case, text="In the box.", audience="public", key="k2", by=cast.ada)
    Reply.objects.filter(key="k2").update(state=Reply.State.FAILED)
    assert codes(case, "In the box, again.") == {}


def test_while_an_urgent_message_waits_for_a_reviewer_little_is_said_in_public(cast: Cast) -> None:
    case = said(cast, "After Velorin I was taken to hospital with a swollen throat, I almost died.")
    assert Assessment.objects.get(message__filing__case=case).tier == Assessment.Tier.URGENT
    assert codes(case, "Sorry about that.") == {"open_review": True}
    assert codes(case, PRIVATELY) == {"open_review": False}
    assert codes(case, "Sorry about that.", "private") == {"open_review": False}
    message = Message.objects.get(filing__case=case)
    for detector in ("adverse_event", "threat_to_life"):
        judging.judge(message, detector, there=True, reason=Verdict.Reason.SAID, by=cast.mira)
    assert codes(case, "Sorry about that.") == {"open_review": True}, "a yes is no decision about the report"
    report = Report.objects.get()
    deciding.decide(report, expected=1, outcome="reportable", reason="It is one.", password=PASSWORD, by=cast.mira)
    assert codes(case, "Sorry about that.") == {}


def test_a_wording_blocks_before_it_begins_and_after_its_last_day(cast: Cast, case: Case) -> None:
    day = now().date()
    version = approved(begun(cast.mira), cast, "In the box.", valid_from=day, valid_to=day + timedelta(days=2))
    assert codes(case, "In the box.", wording=version) == {}
    assert codes(case, "In the box.", wording=version, at=now() - timedelta(days=1)) == {"wording_not_yet": True}
    assert codes(case, "In the box.", wording=version, at=now() + timedelta(days=3)) == {"wording_expired": True}


def test_a_wording_that_was_withdrawn_replaced_or_never_approved_blocks(cast: Cast, case: Case) -> None:
    wording = begun(cast.mira)
    first, waits = approved(wording, cast, "In the box."), proposed(wording, cast.mira, "In it.")
    assert codes(case, "In it.", wording=waits) == {"wording_not_approved": True}
    vouching.approve(waits, by=cast.ben)
    assert codes(case, "In the box.", wording=first) == {"wording_replaced": True}
    vouching.withdraw(first, because="Wrong.", by=cast.ben)
    assert codes(case, "In the box.", wording=first) == {"wording_withdrawn": True}


def test_a_wording_stands_only_where_it_may(cast: Cast, case: Case) -> None:
    private = approved(begun(cast.mira, "V-2", audience="private"), cast, "In the box.")
    public = approved(begun(cast.mira, "V-3", audience="public"), cast, "In the box.")
    assert codes(case, "In the box.", wording=private) == {"wording_audience": True}
    assert codes(case, "In the box.", "private", wording=public) == {"wording_audience": True}


def test_a_reply_keeps_the_version_that_it_says_and_the_draft_too(cast: Cast, case: Case) -> None:
    version = approved(begun(cast.mira), cast, "In the box, {name}.")
    kept = drafting.save(case, text="In the box, Pia.", audience="public", wording=version, by=cast.ada)
    assert kept.wording == version
    reply = answering.answer(case, text="In the box, Pia.", audience="public", key="k", wording=version, by=cast.ada)
    assert reply.wording == version
    with told_at(now() + timedelta(days=400)), pytest.raises(answering.Blocked) as blocked:
        answering.answer(case, text="In the box.", audience="private", key="k2", wording=version, by=cast.ada)
    assert "wording_expired" in {each.code for each in blocked.value.concerns}
    assert WordingVersion.objects.get().replies.get() == reply
