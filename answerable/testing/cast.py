"""The cast of all tests, and plain builders. Ada, Ben and Mira work for one company; Otto for another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.core import viewers
from answerable.core.access import House, Viewer
from answerable.core.models import Membership, Team, User, Workspace
from answerable.core.moments import now

PASSWORD = "a-long-enough-password"


@dataclass(frozen=True)
class Cast:
    """Two workspaces and their people as viewers."""

    workspace: Workspace
    front_line: Team
    device_support: Team
    ada: Viewer
    ben: Viewer
    mira: Viewer
    root: Viewer
    otto: Viewer
    mailbox: Source
    form: Source
    square: Source


def make_cast() -> Cast:
    """Velorin & Glimo's maker with two teams, and Otto's workspace next door."""
    ours, theirs = make_workspace("Glimo Care", "glimo"), make_workspace("Other Company", "other")
    ben_user, otto_user = make_user("Ben"), make_user("Otto")
    front = Team.objects.create(workspace=ours, name="Front line", lead=ben_user)
    device = Team.objects.create(workspace=ours, name="Device support", lead=ben_user)
    elsewhere = Team.objects.create(workspace=theirs, name="Front line", lead=otto_user)
    root = join(ours, make_user("Root"), ["admin"], [front, device], sees_all=True)
    by = House(ours.pk, "tests")
    return Cast(
        workspace=ours,
        front_line=front,
        device_support=device,
        ada=join(ours, make_user("Ada"), ["agent"], [front]),
        ben=join(ours, ben_user, ["agent", "lead"], [front, device]),
        mira=join(ours, make_user("Mira"), ["reviewer"], [device]),
        root=root,
        otto=join(theirs, otto_user, ["admin", "lead", "agent"], [elsewhere], sees_all=True),
        mailbox=make_mailbox(front, by=by),
        form=connecting.connect("form", label="Contact form", team=front, values={}, by=by),
        square=connecting.connect("sandbox", label="Town square", team=front, values={}, by=by),
    )


def make_workspace(name: str, slug: str) -> Workspace:
    return Workspace.objects.create(name=name, slug=slug, created_at=now())


def make_user(name: str) -> User:
    user = User(email=f"{name.lower()}@example.org", name=name)
    user.set_password(PASSWORD)
    user.save()
    return user


def join(workspace: Workspace, user: User, roles: list[str], teams: list[Team], *, sees_all: bool = False) -> Viewer:
    member = Membership.objects.create(workspace=workspace, user=user, roles=roles, sees_all=sees_all)
    member.teams.set(teams)
    return viewers.of_membership(member)


def make_mailbox(team: Team, *, by: House, address: str = "care@example.org", **values: Any) -> Source:
    """A mailbox that hears through the house's own listener and speaks to port 1, where nobody listens."""
    settings = {"address": address, "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "none", **values}
    return connecting.connect("email", label="Care mailbox", team=team, values=settings, by=by)
