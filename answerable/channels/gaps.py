"""When nothing could be heard from a source: from when to when, and why. No threshold: a gap begins with what was seen.

The other side's outage begins with the first question that failed; a pause and a lost authorisation when they are; our own
absence with the last sign of life of the worker. Each ends with the next answer of the other side, or, where we do not
ask, when we listen again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from answerable.channels.contract import ConnectorError, Polls, Unsupported
from answerable.channels.models import Gap, Source
from answerable.channels.registry import connectors
from answerable.core import journal
from answerable.core.access import Actor, House


@transaction.atomic
def begin(source: Source, why: Gap.Why, *, at: datetime, by: Actor | None = None) -> None:
    """Nothing can be heard from now on. A gap that is open goes on; a lost authorisation and a pause say more than an outage."""
    fresh = {"why": why, "began_at": at, "last_answer_at": _last_answer(source)}
    gap, is_new = Gap.objects.get_or_create(source=source, ended_at=None, defaults=fresh)
    if is_new:
        _tell("gap_began", gap, by, why=why)
    elif why in {Gap.Why.PAUSE, Gap.Why.AUTHORISATION} and gap.why != Gap.Why.AUTHORISATION:
        Gap.objects.filter(pk=gap.pk).update(why=why)


@transaction.atomic
def end(source: Source, *, at: datetime, by: Actor | None = None) -> None:
    """The other side is heard again."""
    gap = Gap.objects.select_for_update().filter(source=source, ended_at=None).first()
    if gap is None:
        return
    gap.ended_at = max(at, gap.began_at)
    gap.save(update_fields=["ended_at"])
    _tell("gap_ended", gap, by, seconds=round((gap.ended_at - gap.began_at).total_seconds()))


def is_open(source: Source) -> bool:
    """Is there a gap without an end?"""
    return Gap.objects.filter(source=source, ended_at=None).exists()


def listen_again(source: Source, *, at: datetime, by: Actor | None = None) -> None:
    """A source is switched on. One that we ask is heard again when it answers; one that tells us is heard from now on."""
    if not _is_asked(source):
        end(source, at=at, by=by)


def house_was_away(*, since: datetime, at: datetime) -> list[int]:
    """The worker comes back after it gave no sign of life since then: each source that is on has a gap of ours."""
    away = list(Source.objects.filter(state=Source.State.ON, created_at__lt=since))
    for source in away:
        begin(source, Gap.Why.HOUSE, at=since)
        listen_again(source, at=at)
    return [source.pk for source in away]


def _is_asked(source: Source) -> bool:
    """Some sources of a channel that asks are only told, as a mailbox whose mail is delivered to us."""
    speaker: object = connectors().get(source.kind)
    if not isinstance(speaker, Polls):
        return False
    try:
        speaker.ask(source.cursor, source.values())
    except ConnectorError as error:
        return not isinstance(error, Unsupported)
    return True


def _last_answer(source: Source) -> datetime | None:
    """While a source fails, its last question is not its last answer."""
    known = Source.objects.values_list("asked_at", "failing_since").get(pk=source.pk)
    return known[0] if known[1] is None else None


def _tell(kind: str, gap: Gap, by: Actor | None, **data: object) -> None:
    source = gap.source
    actor = by or House(source.workspace_id, "channels")
    journal.write(kind, by=actor, source_id=source.pk, team_id=source.team_id, data={"gap": gap.pk, **data})
