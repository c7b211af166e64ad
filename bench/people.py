"""The workspaces, teams and people of the measured world, made with the house's own verbs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from answerable.channels.models import Source
from answerable.core.access import House
from answerable.core.models import Membership, Team, User, Workspace
from answerable.testing.cast import join, make_mailbox, make_user, make_workspace

TEAMS = 12
AGENTS = 100


@dataclass(frozen=True)
class World:
    """Our workspace with teams from large to small, a noisy one beside it, and four who look."""

    ours: Workspace
    noisy: Workspace
    teams: list[Team]
    noisy_teams: list[Team]
    agents: list[User]
    viewers: dict[str, User]
    mailbox: Source
    noisy_mailbox: Source


def make_world() -> World:
    ours, noisy = make_workspace("Bench", "bench"), make_workspace("Noise", "bench-noise")
    lead = make_user("bench-lead")
    teams = [Team.objects.create(workspace=ours, name=f"Team {number:02}", lead=lead) for number in range(TEAMS)]
    noisy_teams = [Team.objects.create(workspace=noisy, name=f"Noise {number}", lead=lead) for number in range(3)]
    agents = User.objects.bulk_create(User(email=f"a{n}@bench.example", name=f"Agent {n}") for n in range(AGENTS))
    Membership.objects.bulk_create(Membership(workspace=ours, user=each, roles=["agent"]) for each in agents)
    by = House(ours.pk, "bench")
    return World(
        ours=ours,
        noisy=noisy,
        teams=teams,
        noisy_teams=noisy_teams,
        agents=agents,
        viewers={
            "agent of two teams": _viewer(ours, "two", [teams[0], teams[5]]),
            "agent of the largest team": _viewer(ours, "large", teams[:1]),
            "agent of the smallest team": _viewer(ours, "small", teams[-1:]),
            "lead who sees all": _viewer(ours, "all", teams, sees_all=True),
        },
        mailbox=make_mailbox(teams[0], by=by, address="care@bench.example"),
        noisy_mailbox=make_mailbox(noisy_teams[0], by=House(noisy.pk, "bench"), address="care@noise.example"),
    )


def signed_in(user: User) -> str:
    """A session as signing in makes it; returns the cookie."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _viewer(workspace: Workspace, name: str, teams: list[Team], *, sees_all: bool = False) -> User:
    user = make_user(f"bench-{name}")
    join(workspace, user, ["agent", "lead"] if sees_all else ["agent"], teams, sees_all=sees_all)
    return user
