"""Somebody leaves: what they held goes back into the queues, and each case says so."""

from __future__ import annotations

from django.db import transaction

from answerable.cases import returning
from answerable.core import admitting
from answerable.core.access import Viewer
from answerable.core.models import Membership


@transaction.atomic
def leave(member: Membership, *, by: Viewer) -> int:
    """End a membership and return its open cases to the queue of their team; returns how many. Raises `Conflict`.

    What is on offer to them comes back to the givers.
    """
    admitting.end(member, by=by)
    return returning.all_of(member, because="left", by=by)


@transaction.atomic
def deactivate(member: Membership, *, by: Viewer) -> int:
    """Shut the account of a person: they cannot sign in, and their cases go back as if they had left.

    Raises `Conflict` for somebody who also works in another workspace, whose account is not ours to shut.
    """
    admitting.shut(member, by=by)
    return returning.all_of(member, because="left", by=by)
