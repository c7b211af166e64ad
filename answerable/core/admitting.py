"""Letting people in: users, their membership in a workspace, their roles; and teams."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from answerable.core import access, journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, Role, Team, User, Workspace
from answerable.core.moments import now


def found(name: str, *, email: str, person: str, language: str = "en") -> tuple[Workspace, str]:
    """A new workspace with one team and its first admin; returns the admin's password, which is shown once."""
    with transaction.atomic():
        workspace = Workspace.objects.create(name=name, slug=_free_slug(name), language=language, created_at=now())
        user, password = _user(email, person, language)
        team = Team.objects.create(workspace=workspace, name="Front line", lead=user)
        roles = [Role.ADMIN, Role.LEAD, Role.AGENT]
        member = Membership.objects.create(workspace=workspace, user=user, roles=roles, sees_all=True)
        member.teams.add(team)
        journal.write("workspace_founded", by=access.House(workspace.pk, "setup"), data={"user": user.pk})
    return workspace, password


def admit(
    email: str, *, name: str, roles: Collection[str], teams: Collection[Team], sees_all: bool = False, by: Viewer
) -> tuple[Membership, str]:
    """Let a person into the workspace. Returns the membership and a first password, empty for somebody known already.

    Raises `Invalid` for what does not fit, `Conflict` for somebody who is in already.
    """
    by.require(Right.MANAGE_PEOPLE)
    wanted = _roles(roles)
    with transaction.atomic():
        user, password = _user(email, name, by.language)
        member, fresh = Membership.objects.get_or_create(
            workspace_id=by.workspace_id, user=user, defaults={"roles": wanted, "sees_all": sees_all}
        )
        if not fresh and member.ended_at is None:
            raise Conflict("This person is in the workspace already. Nothing was changed.")
        member.roles, member.sees_all, member.ended_at = wanted, sees_all, None
        member.save()
        member.teams.set(_own(teams, by))
        _tell("member_admitted", member, by=by)
    return member, password


def change(member: Membership, *, roles: Collection[str], teams: Collection[Team], sees_all: bool, by: Viewer) -> None:
    """Change what a member may do. The last admin stays one. Raises `Invalid`, `Conflict`."""
    by.require(Right.MANAGE_PEOPLE)
    wanted = _roles(roles)
    if Role.ADMIN in member.roles and Role.ADMIN not in wanted:
        _another_admin(member)
    member.roles, member.sees_all = wanted, sees_all
    member.save(update_fields=["roles", "sees_all"])
    member.teams.set(_own(teams, by))
    _tell("member_changed", member, by=by)


def end(member: Membership, *, by: Viewer) -> None:
    """End a membership; what the person held is given back by `cases.leaving.leave`, which calls this."""
    by.require(Right.MANAGE_PEOPLE)
    _another_admin(member)
    _leads_nobody(member)
    member.ended_at = now()
    member.save(update_fields=["ended_at"])
    member.tokens.filter(revoked_at=None).update(revoked_at=member.ended_at)
    _tell("member_ended", member, by=by)


def shut(member: Membership, *, by: Viewer) -> None:
    """Shut somebody's account: they cannot sign in, and none of their tokens opens anything.

    `cases.leaving.deactivate` calls this and gives back what they held. Raises `Conflict` for the last admin, a lead,
    and somebody who works in another workspace too.
    """
    by.require(Right.MANAGE_PEOPLE)
    _another_admin(member)
    _leads_nobody(member)
    if Membership.objects.filter(user_id=member.user_id, ended_at=None).exclude(pk=member.pk).exists():
        raise Conflict("This person works in another workspace too. Nothing was changed. Let them leave this one.")
    User.objects.filter(pk=member.user_id).update(is_active=False)
    member.tokens.filter(revoked_at=None).update(revoked_at=now())
    _tell("account_shut", member, by=by)


def open_again(member: Membership, *, by: Viewer) -> None:
    """Open an account that was shut. Their old tokens stay ended."""
    by.require(Right.MANAGE_PEOPLE)
    if User.objects.filter(pk=member.user_id, is_active=False).update(is_active=True):
        _tell("account_opened", member, by=by)


def make_team(name: str, *, lead: User, by: Viewer) -> Team:
    """A team with one queue and a named lead. Raises `Invalid` for an empty name, `Conflict` for one that is taken."""
    by.require(Right.MANAGE_PEOPLE)
    access.one(Membership, by, user_id=lead.pk, ended_at=None)
    if not name.strip():
        raise Invalid("A team needs a name. Nothing was changed.", "name")
    try:
        with transaction.atomic():
            team = Team.objects.create(workspace_id=by.workspace_id, name=name.strip()[:80], lead=lead)
    except IntegrityError:
        raise Conflict("A team with this name is there already. Nothing was changed.") from None
    journal.write("team_made", by=by, team_id=team.pk, data={"lead": lead.pk})
    return team


def change_team(team: Team, *, name: str, lead: User, by: Viewer) -> None:
    """Rename a team or give it another lead. Raises `Invalid`, `Conflict`."""
    by.require(Right.MANAGE_PEOPLE)
    access.one(Membership, by, user_id=lead.pk, ended_at=None)
    if not name.strip():
        raise Invalid("A team needs a name. The old one was kept.", "name")
    if Team.objects.filter(workspace_id=team.workspace_id, name=name.strip()).exclude(pk=team.pk).exists():
        raise Conflict("A team with this name is there already. Nothing was changed.")
    team.name, team.lead = name.strip()[:80], lead
    team.save(update_fields=["name", "lead"])
    journal.write("team_changed", by=by, team_id=team.pk, data={"lead": lead.pk})


def set_password(user: User, *, password: str, by: Actor) -> None:
    """Raises `Invalid` with what is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), "password") from None
    user.set_password(password)
    user.save(update_fields=["password"])
    journal.write("password_changed", by=by, data={"user": user.pk})


def _user(email: str, name: str, language: str) -> tuple[User, str]:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid("This is not an e-mail address. Nothing was changed.", "email") from None
    known = User.objects.filter(email=address).first()
    if known is not None:
        return known, ""
    if not name.strip():
        raise Invalid("A person needs a name. Nothing was changed.", "name")
    password = secrets.token_urlsafe(12)
    user = User(email=address, name=name.strip()[:120], language=language)
    user.set_password(password)
    user.save()
    return user, password


def _roles(roles: Collection[str]) -> list[str]:
    wanted = [role for role in Role.values if role in set(roles)]
    if not wanted or len(wanted) != len(set(roles)):
        raise Invalid("Choose at least one role from the list. Nothing was changed.", "roles")
    return wanted


def _own(teams: Collection[Team], by: Viewer) -> list[Team]:
    return [access.one(Team, by, pk=team.pk) for team in teams]


def _another_admin(member: Membership) -> None:
    others = Membership.objects.filter(
        workspace_id=member.workspace_id, roles__contains=[Role.ADMIN], ended_at=None, user__is_active=True
    ).exclude(pk=member.pk)
    if Role.ADMIN in member.roles and not others.exists():
        raise Conflict("The workspace needs at least one admin. Nothing was changed. Make somebody else admin first.")


def _leads_nobody(member: Membership) -> None:
    if Team.objects.filter(workspace_id=member.workspace_id, lead_id=member.user_id).exists():
        raise Conflict("This person leads a team. Give the team another lead first; nothing was changed.")


def _free_slug(name: str) -> str:
    base = slugify(name)[:40] or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)


def _tell(kind: str, member: Membership, *, by: Viewer) -> None:
    data = {"user": member.user_id, "roles": member.roles, "sees_all": member.sees_all}
    journal.write(kind, by=by, data=data)
