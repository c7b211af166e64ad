"""Story 4: two hundred messages of a night, over three channels and in three languages, heard, ordered and answered."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from answerable.conversations.models import Message
from answerable.core.moments import now, told_at
from answerable.house import seeding
from answerable.house.stories import night
from answerable.house.stories.night import messages
from answerable.house.stories.stage import Stage, doors
from answerable.intake.models import Weighed
from answerable.triage.models import Assessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    with told_at(now() - timedelta(hours=1)):
        night.fall(stage)
    return stage


def test_two_hundred_came_and_each_is_a_case_or_set_aside_with_its_reason(stage: Stage) -> None:
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
    assert Counter(about(each.text) for each in kept)["spam"] == 2


def test_what_may_be_an_event_stands_before_a_person_first(stage: Stage) -> None:
    assessed = Assessment.objects.filter(workspace=stage.workspace).select_related("message")
    tiers = {each.message.text: each.tier for each in assessed}
    for said in messages():
        if said.about in {"event", "device", "special", "offlabel"}:
            assert tiers[said.text] in {Assessment.Tier.URGENT, Assessment.Tier.REVIEW}, said.text


def about(text: str) -> str:
    return next(each.about for each in messages() if each.text == text.strip())
