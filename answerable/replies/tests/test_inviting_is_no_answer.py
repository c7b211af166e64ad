"""A template that invites to go on in private answers nobody: not the first answer, nor the next."""

from __future__ import annotations

import pytest

from answerable.cases import figures, inviting, journeys
from answerable.cases.invitation_words import SENTENCES, only_invites, sentence
from answerable.cases.journey import Sort
from answerable.cases.models import Case
from answerable.channels.sandbox import square
from answerable.channels.sandbox.server import canonical
from answerable.clocks import keeping, targeting
from answerable.clocks.models import Clock
from answerable.core.access import House
from answerable.replies import answering
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

OWN = "The pen leaks when it lies in the sun. Put it into the shade, and turn it twice before you use it."


@pytest.fixture
def case(cast: Cast) -> Case:
    for service in ("first_answer", "next_answer"):
        targeting.set_target(service=service, minutes=60, by=cast.root)
    post = square.post(cast.square, handle="pia_32", name="", text="The pen leaks.", private=False)
    made = arrive(canonical(square.told(post)), cast.square)
    assert made is not None
    return made


def say(case: Case, cast: Cast, beside: str = "") -> None:
    conversation = case.filings.get().message.conversation
    assert conversation is not None
    text = f"{beside}\n\n{inviting.invite(case, conversation=conversation, by=cast.ada).sentence}"
    answering.answer(case, text=text, audience="public", key="k", by=cast.ada)
    keeping.keep([case.pk], by=House(cast.workspace.pk, "tests"))
    case.refresh_from_db()


def first_answer(case: Case) -> Clock:
    return Clock.objects.get(case=case, rule="first_answer")


@pytest.mark.parametrize("beside", ["", "Hello Pia, we are sorry."])
def test_an_invitation_leaves_the_case_waiting_for_us(cast: Cast, case: Case, beside: str) -> None:
    say(case, cast, beside)
    assert (case.first_answer_at, case.waiting_since) == (None, None)
    assert first_answer(case).stopped_at is None
    assert happened(case, "reply_queued")
    figures.renew(case)
    assert case.first_answer_at is None
    assert Sort.ANSWERED not in [each.sort for each in journeys.told(case, cast.ada).marks]


def test_own_words_beside_the_invitation_are_an_answer(cast: Cast, case: Case) -> None:
    say(case, cast, OWN)
    assert case.first_answer_at is not None
    assert case.waiting_for == "customer"
    assert first_answer(case).stopped_because == "answered"


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("most", [None, 100])
def test_every_sentence_of_ours_is_known_again(language: str, most: int | None) -> None:
    said = sentence(language, link="https://care.example/i/AB-CD", code="AB-CD", most=most)
    assert only_invites(said)
    assert not only_invites(f"{OWN} {said}")
    assert not only_invites("Thank you.")
