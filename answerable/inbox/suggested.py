"""What a case page says of invitations: the ways into private. What may belong together is in `hints`."""

from __future__ import annotations

from answerable.cases.models import Case, Invitation
from answerable.core import access
from answerable.core.access import Viewer


def invitations(case: Case, viewer: Viewer) -> list[Invitation]:
    """The invitations of a case, newest first."""
    return list(access.rows(Invitation, viewer).filter(case=case).select_related("claimed_by").order_by("-pk"))
