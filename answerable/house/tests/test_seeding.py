"""The demo's world: everything enters through the doors of the house."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.core import viewers
from answerable.core.models import Workspace
from answerable.house import scenes, seeding
from answerable.house.stories.tellers import STORIES
from answerable.intake import pipeline
from answerable.intake.models import Envelope


@pytest.mark.django_db
def test_the_scenes_become_cases_through_the_real_pipeline() -> None:
    seeding.seed()
    for source in Source.objects.all():
        while pipeline.open_waiting(source):
            pass
    told = {mail.name for mail in scenes.MAILS} | {story.whose for story in STORIES}
    assert {case.contact.name for case in Case.objects.select_related("contact")} >= told
    assert not Envelope.objects.exclude(state=Envelope.State.FILED).exists()


@pytest.mark.django_db
def test_seeding_twice_furnishes_once_and_gives_a_token_that_works() -> None:
    seeding.seed()
    cases = Case.objects.count()
    viewer = viewers.of_token(seeding.seed()["token"])
    assert (Workspace.objects.count(), Case.objects.count()) == (2, cases)
    assert viewer is not None
    assert viewer.name == "Iris"
