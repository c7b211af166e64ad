"""The meter of a source whose calls cost money, and the cap that its people set for a month.

1. What a call may cost at most is put on the meter before it leaves, and set right by its answer: a worker that dies between
   the two has counted too much, never too little.
2. All but answers of ours stops where nine tenths of the cap are spent, so that a customer is answered until its end.
3. The lead of the source is told at four fifths, when listening rests, and at the end: once each for a month and a cap.

A month is one of UTC. The other side's invoice decides; this is our own count of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from answerable.channels import telling
from answerable.channels.contract import TryLater
from answerable.channels.contract_costing import Cost, Costs
from answerable.channels.models import Source, SourceNotice, Spending
from answerable.channels.registry import connector
from answerable.core import journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall, ReceiveShort, StreamCall

NOTHING = Decimal(0)
FOR_OTHERS = Decimal("0.9")
TOLD = ((Decimal(1), "cap_reached"), (FOR_OTHERS, "cap_rests"), (Decimal("0.8"), "cap_near"))
LOOK_AGAIN = timedelta(hours=1)
MOST = Decimal(1_000_000)


class UsedUp(TryLater):
    """What a source may use for now is used up, calls or money: nothing is wrong with the source."""


@dataclass(frozen=True)
class Balance:
    """What a source spent this month, in all and by what for, and what it may spend. `cap` is None without one."""

    spent: Decimal
    cap: Decimal | None
    currency: str
    parts: tuple[Spending, ...]
    rests: bool


def begin(source: Source, call: Call, values: Mapping[str, Any], *, is_answer: bool) -> Cost | None:
    """Put the most that a call may cost on the meter; None where calls cost nothing. Raises `UsedUp` over the cap."""
    speaker = connector(source.kind)
    if not isinstance(speaker, Costs):
        return None
    most = speaker.cost(call, values)
    if _fits(source, most, is_answer=is_answer):
        return most
    if is_answer:
        _tell(source, "cap_reached")
    raise UsedUp(f"What {source.label} may cost in a month is spent. Raise the cap, or it goes on next month.", _wait())


def end(source: Source, begun: Cost | None, call: Call, values: Mapping[str, Any], answer: Answer | None) -> None:
    """Set the meter right: by what was answered, or to nothing where nothing left."""
    speaker = connector(source.kind)
    if begun is None or not isinstance(speaker, Costs):
        return
    did = speaker.cost(call, values, answer).amount if answer is not None else NOTHING
    _add(source, begun.what, did - begun.amount, calls=0 if answer is not None else -1)
    if (reached := _reached(source)) is not None:
        _tell(source, reached)


def heard(source: Source, call: StreamCall | ReceiveShort, frames: Sequence[bytes]) -> None:
    """Put on the meter what frames of a stream cost: each is an answer to the call that opened it."""
    speaker, values = connector(source.kind), source.values()
    if not isinstance(speaker, Costs) or not isinstance(call, StreamCall):
        return
    opened = HttpCall("GET", call.url)
    for frame in frames:
        cost = speaker.cost(opened, values, HttpAnswer(200, body=frame))
        if cost.amount:
            _add(source, cost.what, cost.amount, calls=1)
    if (reached := _reached(source)) is not None:
        _tell(source, reached)


def may_listen(source: Source) -> None:
    """Raises `UsedUp` where what is left of the cap is kept for answers."""
    told = balance(Source.objects.get(pk=source.pk))
    if told is not None and told.rests:
        raise UsedUp(f"What {source.label} may cost in a month is nearly spent; the rest is kept for answers.", _wait())


def cap(source: Source, *, most: Decimal | None, by: Actor) -> None:
    """Set what a source may cost in a month; None is no cap. Raises `Invalid` for what is no such amount."""
    if isinstance(by, Viewer):
        by.require(Right.MANAGE_SOURCES)
    if most is not None and not (NOTHING < most < MOST):
        raise Invalid("The cap must be an amount above nothing. Nothing was changed.", "monthly_cap")
    if Source.objects.get(pk=source.pk).monthly_cap == most:
        return
    source.monthly_cap, source.cap_set_at = most, now()
    source.save(update_fields=["monthly_cap", "cap_set_at"])
    data = {"most": "" if most is None else str(most), "currency": source.spec.currency}
    journal.write("source_capped", by=by, source_id=source.pk, team_id=source.team_id, data=data)


def spent(source: Source) -> Decimal:
    """In this month."""
    total = Spending.objects.filter(source=source, month=_month()).aggregate(total=Sum("amount"))["total"]
    return total or NOTHING


def balance(source: Source) -> Balance | None:
    """None for a source whose calls cost nothing."""
    if not source.spec.currency:
        return None
    parts = tuple(Spending.objects.filter(source=source, month=_month()).order_by("-amount", "what"))
    total, most = sum((each.amount for each in parts), NOTHING), source.monthly_cap
    return Balance(total, most, source.spec.currency, parts, most is not None and total >= most * FOR_OTHERS)


def _add(source: Source, what: str, amount: Decimal, *, calls: int) -> None:
    row, _ = Spending.objects.get_or_create(source=source, month=_month(), what=what)
    Spending.objects.filter(pk=row.pk).update(amount=F("amount") + amount, calls=F("calls") + calls)


@transaction.atomic
def _fits(source: Source, most: Cost, *, is_answer: bool) -> bool:
    """Puts it on the meter if the cap has room for it. Under a lock: two workers do not spend the same rest."""
    cap = Source.objects.select_for_update(no_key=True).get(pk=source.pk).monthly_cap
    if cap is not None and spent(source) + most.amount > cap * (1 if is_answer else FOR_OTHERS):
        return False
    _add(source, most.what, most.amount, calls=1)
    return True


def _reached(source: Source) -> str | None:
    most = Source.objects.get(pk=source.pk).monthly_cap
    part = spent(source) / most if most else NOTHING
    return next((kind for bound, kind in TOLD if part >= bound), None)


@transaction.atomic
def _tell(source: Source, kind: str) -> None:
    """Under a lock: two workers that cross the line at once tell it once."""
    locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    since = max(datetime.combine(_month(), datetime.min.time(), UTC), locked.cap_set_at or locked.created_at)
    if not SourceNotice.objects.filter(source=source, kind=kind, at__gte=since).exists():
        telling.tell(source, kind, by=House(source.workspace_id, "channels"))


def _month() -> date:
    return now().astimezone(UTC).date().replace(day=1)


def _wait() -> float:
    """An hour at most: the cap may be raised meanwhile."""
    following = (_month() + timedelta(days=32)).replace(day=1)
    until = datetime.combine(following, datetime.min.time(), UTC) - now()
    return max(1.0, min(until, LOOK_AGAIN).total_seconds())
