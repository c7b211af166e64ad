"""What becomes of an envelope: filed, set aside, or quarantined, each with a reason.

No item can stop the others: what breaks anything goes to quarantine with its bytes kept, on screen, ready to be
replayed.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.channels.contract import ConnectorError, Unsupported
from answerable.core import journal
from answerable.core.access import House
from answerable.core.moments import now
from answerable.intake.budget import TooSlow
from answerable.intake.hops import Hop
from answerable.intake.models import Envelope

MOST_REASONS = 20


def filed(*envelopes: Envelope, but: str = "") -> Hop:
    """Everything in them has its place, `but` parts that are known and not for a case."""
    at = now()
    for envelope in envelopes:
        envelope.state, envelope.reason, envelope.opened_at = Envelope.State.FILED, but, at
    ended = Envelope.objects.filter(pk__among=[envelope.pk for envelope in envelopes])
    ended.update(state=Envelope.State.FILED, reason=but, opened_at=at)
    return Hop("done", "filed")


def set_aside(envelope: Envelope, reason: str) -> Hop:
    """Known, and not for a case. Kept, listed, can be opened as a case by a person."""
    _end(envelope, Envelope.State.SET_ASIDE, reason)
    _tell("envelope_set_aside", envelope)
    return Hop("done", f"set aside: {reason}")


def in_part(envelope: Envelope, steps: Sequence[Hop]) -> Hop:
    """Parts of it could not be read. What could is filed, and stays; a person looks at the rest."""
    unread = sum(step.name == "unread" for step in steps)
    rest = "; the others are filed" if any(step.name == "filed" for step in steps) else ""
    return quarantined(envelope, f"Of its parts {unread} could not be read{rest}. {reasons(steps)}")


def reasons(steps: Sequence[Hop]) -> str:
    """What was said of each, once; of many the first."""
    said = list(dict.fromkeys(step.words for step in steps if step.name in {"unread", "set_aside"}))
    more = f" And {len(said) - MOST_REASONS} more." if len(said) > MOST_REASONS else ""
    return " ".join(said[:MOST_REASONS]) + more


def put_apart(envelope: Envelope, error: ConnectorError) -> Hop:
    """The connector refused it: not for us is set aside, not understood is quarantined."""
    if isinstance(error, Unsupported):
        return set_aside(envelope, error.sentence)
    return quarantined(envelope, error.sentence)


def poisoned(envelope: Envelope, error: Exception) -> Hop:
    """It broke something of ours, or the patience. The reason names the sort of fault, never the content."""
    if isinstance(error, TooSlow):
        return quarantined(envelope, "Reading it took too long. Its bytes are kept.")
    return quarantined(
        envelope, f"Opening it failed ({type(error).__name__}). Its bytes are kept. Replay it after a mend."
    )


def quarantined(envelope: Envelope, reason: str) -> Hop:
    """Put it where people look at what could not be opened."""
    _end(envelope, Envelope.State.QUARANTINED, reason)
    _tell("envelope_quarantined", envelope)
    return Hop("done", f"quarantined: {reason}")


def _end(envelope: Envelope, state: Envelope.State, reason: str) -> None:
    envelope.state, envelope.reason, envelope.opened_at = state, reason, now()
    envelope.save(update_fields=["state", "reason", "opened_at"])


def _tell(kind: str, envelope: Envelope) -> None:
    journal.write(
        kind,
        by=House(envelope.workspace_id, "intake"),
        source_id=envelope.source_id,
        team_id=envelope.source.team_id,
        data={"envelope": envelope.pk, "reason": envelope.reason},
    )
