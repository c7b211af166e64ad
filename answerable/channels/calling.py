"""Calling the other side of a source: the one way to the wire for all that goes through a channel.

What the other side says about how many calls are left is a budget that all workers share. Answers of ours go first: all
else leaves a tenth of the budget to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F

from answerable.channels import contract, metering, renewing
from answerable.channels.contract import Rations
from answerable.channels.contract_renewing import EndsEarly
from answerable.channels.contract_signing import Signs
from answerable.channels.metering import UsedUp as UsedUp  # noqa: PLC0414 - whoever calls looks for it here
from answerable.channels.models import Allowance, Source
from answerable.channels.registry import connector
from answerable.core import wire
from answerable.core.access import House
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.http import LONGEST_PAUSE, MAX_ANSWER, retry_after

KEPT_FOR_ANSWERS = 10
ASKED_TO_WAIT = frozenset({429, 503})
SIGNED_OUT = 401


def call(
    source: Source,
    asked: Call | Callable[[Mapping[str, Any]], Call],
    *,
    before_handover: Callable[[], None] | None = None,
    is_answer: bool = False,
    max_bytes: int = MAX_ANSWER,
) -> Answer:
    """Make a call of a source and note what its answer says is left.

    Given a function, the connector describes the call for values whose access token is fresh. A sign-in that is refused
    although its token should be good is tried once more, with a new token: a provider may withdraw one before its time.
    Nothing has gone out by then, so this repeats nothing.

    Raises `UsedUp` before anything leaves when the budget of calls or of money is used up, and what `wire.run` and
    `renewing.renew` raise.
    """
    made = partial(
        _made, source, is_answer=is_answer, run=partial(wire.run, before_handover=before_handover, max_bytes=max_bytes)
    )
    if not callable(asked):
        return made(asked, source.values())
    known = renewing.values(source)
    try:
        answer = made(asked(known), known)
    except SignInRefused:
        if not renewing.renews(source):
            raise
    else:
        if not (_is_signed_out(answer) or _ended_early(source, answer)) or not renewing.renews(source):
            return answer
    fresh = renewing.renew(source, instead_of=known, by=House(source.workspace_id, "channels"))
    return made(asked(fresh), fresh)


def _is_signed_out(answer: Answer) -> bool:
    """RFC 9110 15.5.2: the request was not carried out, because who asked is not known."""
    return isinstance(answer, HttpAnswer) and answer.status == SIGNED_OUT


def _ended_early(source: Source, answer: Answer) -> bool:
    speaker = connector(source.kind)
    return isinstance(speaker, EndsEarly) and speaker.ended_early(answer)


def _made(
    source: Source, asked: Call, values: Mapping[str, Any], *, is_answer: bool, run: Callable[..., Answer]
) -> Answer:
    speaker = connector(source.kind)
    bucket = speaker.bucket(asked) if isinstance(speaker, Rations) else ""
    _take(source, bucket, is_answer=is_answer)
    if isinstance(speaker, Signs) and isinstance(asked, HttpCall):
        asked = speaker.signed(asked, now(), values)
    begun = metering.begin(source, asked, values, is_answer=is_answer)
    try:
        answer = run(asked, allow_private=source.spec.in_house)
    except NoAnswer as error:
        if not error.sent:
            metering.end(source, begun, asked, values, None)
        raise
    metering.end(source, begun, asked, values, answer)
    _note(source, bucket, speaker.allowance(answer) if isinstance(speaker, Rations) else None, answer)
    return answer


def _take(source: Source, bucket: str, *, is_answer: bool) -> None:
    """One conditional update: of two workers that want the last call, one gets it."""
    kept = 0 if is_answer else F("most") / KEPT_FOR_ANSWERS
    running = Allowance.objects.filter(source=source, bucket=bucket, renews_at__gt=now())
    if running.filter(left__gt=kept).update(left=F("left") - 1):
        return
    used_up = running.first()
    if used_up is not None:
        after = (used_up.renews_at - now()).total_seconds()
        raise UsedUp(f"{source.spec.label} takes no more calls for now. It is tried again later.", max(1.0, after))


def _note(source: Source, bucket: str, told: contract.Allowance | None, answer: Answer) -> None:
    closed_for = _asked_to_wait(answer)
    if closed_for is not None:
        _keep(source, bucket, left=0, most=told.most if told else 0, renews_at=now() + closed_for)
    elif told is not None:
        _keep(source, told.bucket or bucket, left=max(0, told.left), most=max(0, told.most), renews_at=told.renews_at)


def _keep(source: Source, bucket: str, *, left: int, most: int, renews_at: datetime) -> None:
    kept = {"left": left, "most": most, "renews_at": renews_at}
    Allowance.objects.update_or_create(source=source, bucket=bucket, defaults=kept)


def _asked_to_wait(answer: Answer) -> timedelta | None:
    if not isinstance(answer, HttpAnswer) or answer.status not in ASKED_TO_WAIT:
        return None
    seconds = retry_after(answer.headers)
    return timedelta(seconds=min(seconds, LONGEST_PAUSE)) if seconds else None
