"""Story 4: two hundred messages of a night, over three channels and in three languages, heard, ordered and answered."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.moments import now, told_at
from answerable.house import seeding
from answerable.house.stories import approved, night
from answerable.house.stories.night import messages
from answerable.house.stories.stage import Stage, doors
from answerable.intake.models import Weighed
from answerable.replies import sending_groups
from answerable.replies.models import CheckedLine, Reply
from answerable.triage import deciding_groups
from answerable.triage.models import Assessment, GroupMessage

pytestmark = [pytest.mark.django_db, pytest.mark.peers]
ABOUT = {each.text: each for each in messages()}


def test_the_night() -> None:
    """In one: the night is long."""
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    approved.approve_all(stage)
    with told_at(now() - timedelta(hours=1)):
        night.fall(stage)

    each_is_a_case_or_set_aside_with_its_reason(stage)
    what_may_be_an_event_stands_before_a_person_first(stage)
    the_same_question_is_one_group(stage)
    each_gets_the_answer_in_their_language_on_their_channel(stage)
    assert list(journal.verify()) == []


def each_is_a_case_or_set_aside_with_its_reason(stage: Stage) -> None:
    kept = Message.objects.filter(workspace=stage.workspace)
    aside = Weighed.objects.filter(workspace=stage.workspace, sort__gt="").select_related("source", "first")
    assert len(messages()) == 200 == kept.count() + aside.count()
    heard_at = set(kept.values_list("conversation__source__label", flat=True)) | {each.source.label for each in aside}
    assert len(heard_at) == 3

    # Only what words found is ever set aside; a copy names its first, the rest the words that show it.
    assert Counter(each.sort for each in aside) == {"giveaway": 10, "copy": 10, "spam": 8}
    assert {each.source.label for each in aside} == {"Talk of the town"}
    assert all(each.first is not None if each.sort == "copy" else each.evidence for each in aside)
    # Two spam posts have words that may tell of an event, and no rule of thumb may put such a thing away.
    assert Counter(said(each).about for each in kept)["spam"] == 2


def what_may_be_an_event_stands_before_a_person_first(stage: Stage) -> None:
    assessed = Assessment.objects.filter(workspace=stage.workspace).select_related("message")
    tiers = {each.message.text.strip(): each.tier for each in assessed}
    for each in messages():
        if each.about in {"event", "device", "special", "offlabel"}:
            assert tiers[each.text] in {Assessment.Tier.URGENT, Assessment.Tier.REVIEW}, each.text


def the_same_question_is_one_group(stage: Stage) -> None:
    """Sílvia asks about storage, too; she feels sick, so a person looks at her first. Mira takes one more out herself."""
    lines = night.group_of("storage", stage).lines.filter(ended_at=None).select_related("message")
    inside = [said(each.message) for each in lines if each.state == GroupMessage.State.IN]
    assert {each.about for each in inside} == {"storage"}
    assert len(inside) >= 20
    assert {each.language for each in inside} == {"en", "pt-br", "pl"}
    assert {each.door for each in inside} == {"mail", "square"}
    held = {said(each.message).name for each in lines if each.state == GroupMessage.State.HELD}
    assert "Sílvia" in held

    outlier = next(each for each in lines if said(each.message).name == "Caio")
    deciding_groups.pull_out(
        outlier, because="One night outside is no journey: that wants a look.", by=stage.viewer("Mira")
    )


def each_gets_the_answer_in_their_language_on_their_channel(stage: Stage) -> None:
    outcomes = night.answer_together("storage", stage)
    states = {said(each.line.message).door: each.state for each in outcomes}
    assert states == {"mail": CheckedLine.State.SENT, "square": CheckedLine.State.INVITED}
    assert not {"Sílvia", "Caio"} & {said(each.line.message).name for each in outcomes}
    for each in outcomes:
        asked, reply = said(each.line.message), Reply.objects.get(case__filings__message=each.line.message)
        assert reply.conversation == each.line.message.conversation
        private = each.state == CheckedLine.State.SENT
        assert reply.message.audience == ("private" if private else "public")
        assert ("14" in reply.message.text) is private, "in public stands only the way to private"
        assert any(word in reply.message.text for word in WORDS[asked.language]), reply.message.text
    again = sending_groups.send(night.group_of("storage", stage), by=stage.viewer("Mira"))
    assert again == []


WORDS = {"en": ("Hello ", "Thank you"), "pt-br": ("Olá", "Obrigado"), "pl": ("Dzień dobry", "Dziękujemy")}


def said(message: Message) -> night.Said:
    return ABOUT[message.text.strip()]
