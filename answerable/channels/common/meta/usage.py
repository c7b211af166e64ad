"""How much of our share of calls is used, as the Graph says it in per cent. Source: Graph API "Rate limits"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.contract import Allowance
from answerable.core.wire.calls import Answer, HttpAnswer

HEADERS = ("x-app-usage", "x-business-use-case-usage", "x-page-usage")
SHARES = ("call_count", "total_cputime", "total_time")
MOST = 100
# The shares are of a rolling hour: some of them are free again soon, and the next answer says how many.
ASK_AGAIN = timedelta(minutes=5)
LONGEST = timedelta(hours=24)


def allowance(answer: Answer) -> Allowance | None:
    """What is left in per cent, by the fullest share; None where the answer says nothing that can be read."""
    if not isinstance(answer, HttpAnswer) or (at := _date(answer.headers)) is None:
        return None
    counts = [each for name in HEADERS for each in _counts(answer.headers.get(name, ""))]
    used = [share for each in counts for name in SHARES if (share := _whole(each.get(name))) is not None]
    if not used:
        return None
    minutes = max([_whole(each.get("estimated_time_to_regain_access")) or 0 for each in counts], default=0)
    pause = min(timedelta(minutes=minutes), LONGEST)
    left = 0 if pause else max(0, MOST - max(used))
    return Allowance(left, MOST, at + max(pause, ASK_AGAIN))


def _counts(header: str) -> Iterator[Mapping[str, Any]]:
    """The objects with figures: one for an app, or a list for each business."""
    try:
        told = json.loads(header) if len(header) < 20_000 else None
    except (ValueError, RecursionError):
        return
    if not isinstance(told, dict):
        return
    yield told
    for each in told.values():
        yield from (one for one in each if isinstance(one, dict)) if isinstance(each, list) else ()


def _whole(value: Any) -> int | None:
    usable = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1_000_000
    return round(value) if usable else None


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else None
