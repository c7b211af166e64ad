"""A reader that breaks, hangs and kills its worker. It ends in quarantine; everybody else goes on."""

from __future__ import annotations

import pytest

from tests.peers.programs import eventually
from tests.trouble.desk import Desk

pytestmark = pytest.mark.peers

# Three dead workers, each found half a minute to a minute later, and two readings that use up their budget.
ALL_WITHIN = 420.0
BODIES = ("one", "break", "two", "hang", "three", "die", "four")
ARRIVE = f"""
from answerable.channels import connecting
from answerable.channels.contract import Raw
from answerable.core.access import House
from answerable.core.models import Team
from answerable.core.moments import now
from answerable.intake.receiving import receive
team = Team.objects.get(workspace__slug="demo", name="Front line")
source = connecting.connect("hostile", label="Hostile", team=team, values={{}}, by=House(team.workspace_id, "tests"))
receive(source, [Raw(body.encode()) for body in {BODIES}], at=now())
"""


def test_whatever_a_reader_does_the_others_are_read(desk: Desk) -> None:
    desk.run(ARRIVE)

    try:
        eventually(lambda: "waiting" not in outcomes(desk).values(), within=ALL_WITHIN)
    except AssertionError as late:
        raise AssertionError(how_far(desk)) from late

    apart = dict.fromkeys(("break", "hang", "die"), "quarantined")
    assert outcomes(desk) == dict.fromkeys(BODIES, "filed") | apart
    reasons = dict(desk.rows("SELECT convert_from(body, 'utf8'), reason FROM intake_envelope WHERE reason <> ''"))
    assert "RuntimeError" in reasons["break"]
    assert "too long" in reasons["hang"]
    assert "ended the worker" in reasons["die"]


def outcomes(desk: Desk) -> dict[str, str]:
    """What became of each, by its bytes, which are all still there."""
    found = desk.rows(
        "SELECT convert_from(e.body, 'utf8'), e.state FROM intake_envelope e JOIN channels_source s ON s.id = e.source_id "
        "WHERE s.kind = 'hostile'"
    )
    return dict(found)


def how_far(desk: Desk) -> str:
    """What the house did meanwhile: of no use but to whoever looks for the reason."""
    jobs = desk.rows(
        "SELECT status, attempts, scheduled_at, worker_id, args FROM procrastinate_jobs WHERE queue_name = 'intake'"
    )
    told = [line for line in desk.house.log.read_text().splitlines() if "HttpCall" not in line]
    return "\n".join([str(outcomes(desk)), *map(str, jobs), *told[-40:]])
