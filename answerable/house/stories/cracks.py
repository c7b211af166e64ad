"""Every crack: a mother, a meter that eats batteries, and many transfers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_noop

from answerable.house.stories.stage import Stage
from answerable.house.stories.story import Step, Story

BARBARA = "Barbara"


def _calls(stage: Stage) -> None:
    stage.call(
        BARBARA,
        waited=40,
        product="Glimo",
        summary="My son's Glimo empties a set of batteries in two days. He has stopped using it. We bought it in March.",
    )


def _gives_up_on_the_telephone(stage: Stage) -> None:
    stage.call(BARBARA, waited=720)


CRACKS = Story(
    key="cracks",
    whose=BARBARA,
    title=gettext_noop("Every crack"),
    about=gettext_noop(
        "Barbara calls about her son's meter. Her problem passes through many hands; Rui does not stop until it is solved."
    ),
    steps=(
        Step(
            BARBARA,
            gettext_noop("calls: her son's Glimo eats batteries, and he has stopped using it."),
            _calls,
        ),
        Step(
            BARBARA,
            gettext_noop("calls again and gives up after twelve minutes of waiting. It counts as a contact."),
            _gives_up_on_the_telephone,
            timedelta(days=6, hours=23),
        ),
    ),
)
