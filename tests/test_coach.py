"""A coach reads what the team says, and says nothing for it."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case
from answerable.inbox.tests.asking import told
from answerable.testing.cast import Cast, join, make_user
from tests.any_input import ANY_INPUT
from tests.our_world import World, make_world
from tests.test_otto import Browser


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def test_a_coach_reads_and_answers_nobody(cast: Cast, world: World) -> None:
    coach = Browser(join(cast.workspace, make_user("Cleo"), ["coach"], [cast.front_line]))
    case = f"cases/{world.case}"
    assert coach.pages.get(f"/{case}").status_code == 200
    assert told(coach.program.get(f"{case}/messages"))["items"]
    for method, path in (
        ("POST", f"{case}/custody"),
        ("PUT", f"{case}/holder"),
        ("PUT", f"{case}/closure"),
        ("DELETE", f"{case}/closure"),
        ("PUT", f"{case}/description"),
        ("POST", f"{case}/replies"),
        ("PUT", f"replies/{world.reply}/outcome"),
        ("PUT", f"replies/{world.reply}/posting"),
        ("DELETE", f"replies/{world.reply}/posting"),
        ("POST", f"envelopes/{world.envelope}/replays"),
        ("PUT", f"sources/{world.source}/state"),
    ):
        assert (path, coach.program.send(method, path, ANY_INPUT, key="c").status_code) == (path, 403)
    for path in ("custody", "closure", "reopening", "description", "replies"):
        given = {**ANY_INPUT, "audience": "private"}
        assert (path, coach.pages.post(f"/{case}/{path}", given).status_code) == (path, 403)
    assert Case.objects.get(pk=world.case).is_open
