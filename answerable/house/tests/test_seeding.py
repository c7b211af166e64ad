"""The demo's furniture."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.core import viewers
from answerable.core.models import Workspace
from answerable.house import scenes, seeding
from answerable.intake import pipeline


@pytest.mark.django_db
def test_seeding_twice_furnishes_once_and_gives_a_token_that_works() -> None:
    seeding.seed()
    seeded = seeding.seed()
    viewer = viewers.of_token(seeded["token"])
    assert Workspace.objects.count() == 2
    assert viewer is not None
    assert viewer.name == "Iris"


@pytest.mark.django_db
def test_the_scenes_become_cases_through_the_real_pipeline() -> None:
    seeding.seed()
    for source in Source.objects.all():
        while pipeline.open_waiting(source):
            pass
    assert Case.objects.count() == len({mail.name for mail in scenes.MAILS})
    kamil = Case.objects.get(contact__name="Kamil")
    assert kamil.contacts_count == 2
