"""A small company in the house that will be killed: one team, a mailbox, a square, and Ada with a token."""

from __future__ import annotations

from answerable.channels import connecting
from answerable.core import viewers
from answerable.core.access import RIGHTS, House
from answerable.core.models import Membership, Team
from answerable.testing.cast import join, make_mailbox, make_user, make_workspace
from tests.crash.balance import World
from tests.crash.house import Crashing
from tests.crash.people import Agents, Told
from tests.crash.sink import Sink


def furnish(house: Crashing, sink: Sink, seed: int) -> World:
    workspace = make_workspace("Glimo Care", "glimo")
    ben = make_user("Ben")
    front = Team.objects.create(workspace=workspace, name="Front line", lead=ben)
    ada = join(workspace, make_user("Ada"), ["agent", "lead"], [front], sees_all=True)
    by = House(workspace.pk, "tests")
    make_mailbox(front, by=by, smtp_port=sink.port)
    place = connecting.connect("sandbox", label="Town square", team=front, values={}, by=by)
    member = Membership.objects.get(workspace=workspace, user_id=ada.user_id)
    token = viewers.issue(member, label="tests", scopes=sorted(RIGHTS["lead"]), by=by)
    told = Told()
    return World(house, sink, place, ada, Agents(house, told, token, seed), told)
