"""From a signed-in user or a token to a `Viewer`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection

from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.models import Membership, Token, User
from answerable.core.moments import now

# Asked with every request: one statement, and none of the rows that Django would make of it. Who leads a team answers for
# its queue, and sees its cases and what is told of them, whether or not they work in it.
_MEMBER = """
SELECT member.workspace_id, workspace.time_zone, member.roles, member.sees_all, own.teams,
    ARRAY(SELECT opened.case_id FROM core_grant opened
        WHERE NOT member.sees_all AND opened.workspace_id = member.workspace_id AND (opened.user_id = member.user_id
            OR opened.team_id = ANY(own.teams)))
FROM core_membership member JOIN core_workspace workspace ON workspace.id = member.workspace_id
CROSS JOIN LATERAL (SELECT ARRAY(
    SELECT theirs.team_id FROM core_membership_teams theirs WHERE theirs.membership_id = member.id
    UNION SELECT led.id FROM core_team led WHERE led.workspace_id = member.workspace_id AND led.lead_id = member.user_id
) AS teams) own
WHERE member.user_id = %(user)s AND (%(membership)s::bigint IS NULL OR member.id = %(membership)s)
    AND (%(workspace)s::bigint IS NULL OR member.workspace_id = %(workspace)s)
    AND (%(membership)s::bigint IS NOT NULL OR member.ended_at IS NULL)
ORDER BY member.id LIMIT 1
"""


def of_membership(membership: Membership, *, scopes: frozenset[str] | None = None) -> Viewer:
    """The viewer that this membership makes. Reads the teams, and the cases opened one by one."""
    viewer = _of(membership.user, membership=membership.pk, scopes=scopes)
    assert viewer is not None, "a membership that was read is there"
    return viewer


def of_user(user: User, *, workspace_id: int | None = None) -> Viewer | None:
    """The viewer for a user in a workspace, by default the first one that is still theirs; None when there is none."""
    return _of(user, workspace=workspace_id) if user.is_active else None


def _of(
    user: User, *, membership: int | None = None, workspace: int | None = None, scopes: frozenset[str] | None = None
) -> Viewer | None:
    with connection.cursor() as cursor:
        cursor.execute(_MEMBER, {"user": user.pk, "membership": membership, "workspace": workspace})
        found = cursor.fetchone()
    if found is None:
        return None
    workspace_id, time_zone, roles, sees_all, team_ids, case_ids = found
    return Viewer(
        user_id=user.pk,
        workspace_id=workspace_id,
        name=user.name,
        roles=frozenset(roles),
        team_ids=frozenset(team_ids),
        sees_all=sees_all,
        case_ids=frozenset(case_ids),
        language=user.language,
        time_zone=time_zone,
        scopes=scopes,
    )


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
    return replace(of_membership(token.membership, scopes=frozenset(token.scopes)), token=token.label or "API")


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
