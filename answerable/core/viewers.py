"""From a signed-in user or a token to a `Viewer`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Grant, Membership, Token, User
from answerable.core.moments import now


def of_membership(membership: Membership, *, scopes: frozenset[str] | None = None) -> Viewer:
    """The viewer that this membership makes. Reads the teams, and the cases opened one by one."""
    user, workspace = membership.user, membership.workspace
    team_ids = frozenset(membership.teams.values_list("pk", flat=True))
    return Viewer(
        user_id=user.pk,
        workspace_id=workspace.pk,
        name=user.name,
        roles=frozenset(membership.roles),
        team_ids=team_ids,
        sees_all=membership.sees_all,
        case_ids=_opened(membership, team_ids),
        language=user.language,
        time_zone=workspace.time_zone,
        scopes=scopes,
    )


def _opened(membership: Membership, team_ids: frozenset[int]) -> frozenset[int]:
    if membership.sees_all:
        return frozenset()
    theirs = Grant.objects.filter(Q(user_id=membership.user_id) | Q(team_id__in=team_ids))
    return frozenset(theirs.filter(workspace_id=membership.workspace_id).values_list("case_id", flat=True))


def of_user(user: User, *, workspace_id: int | None = None) -> Viewer | None:
    """The viewer for a user in a workspace, by default the first one that is still theirs; None when there is none."""
    memberships = Membership.objects.select_related("user", "workspace").filter(user=user, ended_at=None)
    if workspace_id is not None:
        memberships = memberships.filter(workspace_id=workspace_id)
    membership = memberships.order_by("pk").first()
    return of_membership(membership) if membership and user.is_active else None


def of_token(plain: str) -> Viewer | None:
    """The viewer behind an API token, None for one that is unknown, ended or expired.

    Looked up by SHA-256, so the comparison leaks nothing about the token by its time.
    """
    digest = hashlib.sha256(plain.encode()).hexdigest()
    token = (
        Token.objects.select_related("membership__user", "membership__workspace")
        .filter(digest=digest, revoked_at=None, membership__ended_at=None, membership__user__is_active=True)
        .first()
    )
    if token is None or (token.expires_at and token.expires_at <= now()):
        return None
    return of_membership(token.membership, scopes=frozenset(token.scopes))


def issue(
    membership: Membership, *, label: str, scopes: Sequence[str], by: Actor, expires_at: datetime | None = None
) -> str:
    """Make an API token and return it; it is shown once and only its digest is kept."""
    plain = "ans_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        membership=membership,
        label=label,
        scopes=list(scopes),
        digest=hashlib.sha256(plain.encode()).hexdigest(),
        created_at=now(),
        expires_at=expires_at,
    )
    journal.write("token_issued", by=by, data={"token": token.pk, "scopes": list(scopes), "user": membership.user_id})
    return plain


def revoke(token: Token, *, by: Actor) -> None:
    """End a token now."""
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    journal.write("token_revoked", by=by, data={"token": token.pk})
