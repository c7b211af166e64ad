"""Vouching: another person than the writer approves a version of a wording, declines it, or withdraws what was approved."""

from __future__ import annotations

from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.moments import now
from answerable.replies.models import WordingVersion

LONGEST = 400


def approve(version: WordingVersion, *, by: Viewer, because: str = "") -> WordingVersion:
    """From now on it may be said while it is valid; an older one of its language no longer. The text binds, by its digest.

    Raises `NotAllowed` for the writer, `Conflict` when it was decided on already.
    """
    return _decide(version, WordingVersion.State.APPROVED, clean(because).strip()[:LONGEST], by)


def decline(version: WordingVersion, *, because: str, by: Viewer) -> WordingVersion:
    """It will not be said. Raises what `approve` raises, and `Invalid` without a reason."""
    return _decide(version, WordingVersion.State.DECLINED, _reason(because), by)


def withdraw(version: WordingVersion, *, because: str, by: Viewer) -> WordingVersion:
    """From now on it may not be said any more, and drafts with it are stopped. Nobody's eyes are needed beside one's own."""
    by.require(Right.APPROVE_WORDINGS)
    facts = {"withdrawn_by": by.user_id, "withdrawn_at": now(), "withdrawn_because": _reason(because)}
    approved = WordingVersion.objects.filter(pk=version.pk, state=WordingVersion.State.APPROVED)
    if not approved.update(state=WordingVersion.State.WITHDRAWN, **facts):
        raise Conflict("It is not approved, so there is nothing to withdraw. Nothing was changed.")
    _write("wording_withdrawn", version, by)
    return version


def _decide(version: WordingVersion, state: str, because: str, by: Viewer) -> WordingVersion:
    by.require(Right.APPROVE_WORDINGS)
    if version.user_id == by.user_id:
        raise NotAllowed("You wrote this version. Nothing was changed. Ask another person to decide on it.")
    waiting = WordingVersion.objects.filter(pk=version.pk, state=WordingVersion.State.PROPOSED)
    facts = {"approver": by.user_id, "approved_at": now(), "decided_because": because}
    if not waiting.update(state=state, **facts):
        raise Conflict("Somebody decided on this version before you. Nothing was changed. Load the page.")
    _write(f"wording_{state}", version, by)
    return version


def _reason(because: str) -> str:
    reason = clean(because).strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid("Say why in up to 400 characters. Nothing was changed.", "because")
    return reason


def _write(kind: str, version: WordingVersion, by: Viewer) -> None:
    version.refresh_from_db()
    journal.write(kind, by=by, data={"wording": version.wording_id, "version": version.pk, "digest": version.digest})
