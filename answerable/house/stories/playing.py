"""Playing a story: to its end at moments of the past, or one step now."""

from __future__ import annotations

from datetime import datetime

from answerable.core.moments import told_at
from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Story


def tell(story: Story, stage: Stage, *, since: datetime) -> None:
    """Play every step at its moment, counted from `since`."""
    at = since
    for step in story.steps:
        at += step.after
        with told_at(at):
            step.act(stage)


def step(story: Story, stage: Stage, number: int) -> None:
    """Play one step now."""
    story.steps[number].act(stage)
