"""The stories, played to their end through the doors of the house; each line under *must* is looked for afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.core import journal
from answerable.core.moments import now
from answerable.house import seeding
from answerable.house.stories import playing
from answerable.house.stories.invoice import INVOICE
from answerable.house.stories.stage import Stage, doors
from answerable.house.stories.story import Story


def told(story: Story) -> Stage:
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    playing.tell(story, stage, since=now() - story.lasts - timedelta(hours=1))
    assert list(journal.verify()) == []
    return stage


@pytest.mark.django_db
def test_300_zl_on_the_invoice() -> None:
    stage = told(INVOICE)
    case = stage.case("Kamil")
    assert case.is_open
