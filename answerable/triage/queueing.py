"""Queueing: what calls for a person's look waits until somebody gave an answer, and goes then. Nothing leaves unread.

1. An assessment that calls for a look puts its message into the queue (`put`); a message stands there once.
2. After each verdict it is looked at again: when all that was asked is answered, the message leaves (`settle`).
3. Where two readings differ it waits again, for somebody who settles it (`wait_again`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from answerable.conversations.models import Message
from answerable.core import inserting, journal
from answerable.core.access import Actor, Viewer
from answerable.core.moments import now
from answerable.triage.detecting.reading import EVENTS, weights
from answerable.triage.models import Assessment, ToRead, Verdict

Tier = Assessment.Tier
CALLED = (Tier.URGENT, Tier.REVIEW)
SHOWN_FOR = timedelta(minutes=10)
"""So long nobody else is given what somebody looks at."""


def put(made: Iterable[Assessment]) -> None:
    """New messages that call for a look wait from now on."""
    inserting.insert([_waiting(each) for each in made if each.tier != Tier.AUDIT], once=True)


def put_again(made: Assessment) -> None:
    """Words were changed. What newly calls for an answer waits, also where the first words were read already; what was
    asked about the first words is still asked."""
    if made.tier == Tier.AUDIT:
        return
    fresh = _waiting(made)
    kept = ToRead.objects.select_for_update().filter(message_id=made.message_id).first()
    if kept is None:
        inserting.insert([fresh])
        return
    asked = [*kept.asked, *(each for each in fresh.asked if each not in kept.asked)]
    higher = kept.done_at is not None or _rank(fresh) <= _rank(kept)
    changed: dict[str, Any] = {"asked": asked}
    if higher:
        changed |= {"tier": fresh.tier, "score": fresh.score, "language": fresh.language}
    if {*asked} - answered(made.message_id):
        changed |= {"done_at": None, "end": "", "user": None}
    ToRead.objects.filter(pk=kept.pk).update(**changed)


def settle(message: Message, *, by: Actor) -> None:
    """After a verdict: the message leaves when all that was asked has an answer."""
    waiting = ToRead.objects.select_for_update().filter(message=message, done_at=None).first()
    if waiting is not None and not {*waiting.asked} - answered(message.pk):
        end(waiting, ToRead.End.ANSWERED, by=by)


def show(item: ToRead, *, by: Viewer) -> None:
    """Somebody looks at it now."""
    ToRead.objects.filter(pk=item.pk, done_at=None).update(shown_to=by.user_id, shown_at=now())


def wait_again(message: Message, asked: Sequence[str]) -> None:
    """Two readings differ: neither holds until somebody settles it. The verdicts are kept and stand no longer."""
    Verdict.objects.filter(message=message, detector__in=asked, ended_at=None).update(ended_at=now())
    newest = message.assessments.order_by("-pk").first()
    told = {
        "tier": Tier.REVIEW,
        "asked": list(asked),
        "done_at": None,
        "end": "",
        "user": None,
        "shown_to": None,
        "shown_at": None,
    }
    made = {**told, "workspace_id": message.workspace_id, "since": now(), "language": newest.language if newest else ""}
    ToRead.objects.update_or_create(message=message, defaults=told, create_defaults=made)


def asked_of(made: Assessment) -> list[str]:
    """Which detectors want an answer: those that call, or the one that hints; where it is unread, what must be on file."""
    if made.over:
        return list(made.over)
    return [made.why] if made.why in weights().detectors else list(EVENTS)


def answered(message_id: int) -> set[str]:
    """Which detectors have an answer that stands."""
    return {*Verdict.objects.filter(message_id=message_id, ended_at=None).values_list("detector", flat=True)}


def end(item: ToRead, how: str, *, by: Actor) -> None:
    """It was read, and leaves."""
    user_id = by.user_id if isinstance(by, Viewer) else None
    ToRead.objects.filter(pk=item.pk).update(done_at=now(), end=how, user_id=user_id)
    data = {"message": item.message_id, "end": str(how)}
    journal.write("message_read", by=by, **of_case(item), data=data)


def of_case(item: ToRead) -> dict[str, Any]:
    """Where its lines in the journal stand."""
    case = item.message.filing.case
    return {"case_id": case.pk, "team_id": case.team_id}


def _waiting(made: Assessment) -> ToRead:
    asked = asked_of(made)
    return ToRead(
        workspace_id=made.workspace_id,
        message_id=made.message_id,
        tier=made.tier,
        score=max((made.scores[each] for each in asked if each in made.scores), default=0.0),
        language=made.language,
        asked=asked,
        since=made.at,
    )


def _rank(item: ToRead) -> int:
    return list(Tier.values).index(item.tier)
