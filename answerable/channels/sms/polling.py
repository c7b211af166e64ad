"""Asking for what was said while nobody could push: the list of messages to our number, then the list of those from it.

The list is newest first. The cursor is {"lane": whose turn it is, "since": {lane: the newest moment passed}, "next": the
page that follows within a lane, "top": the newest moment seen in it so far}. A lane is asked an hour before its
moment, because reports come late; what is known already is stored once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.common import objects, twilio
from answerable.channels.contract import Page, Raw, Unreadable, Unsupported
from answerable.channels.sms import reading
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

LANES: Mapping[str, str] = {"in": "To", "out": "From"}
AT_MOST, MOST_OF_A_DAY = "200", "1000"
OVERLAP = timedelta(hours=1)


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    if only := cursor.get("only"):
        return twilio.call("GET", f"Messages/{only}.json", settings)
    if following := cursor.get("next"):
        return twilio.page_call(str(following), settings)
    lane = _lane(cursor)
    asked = {LANES[lane]: number(settings), "PageSize": AT_MOST}
    if since := _since(cursor).get(lane):
        begin = datetime.fromisoformat(since) - OVERLAP
        asked["DateSent>"] = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
    return twilio.call("GET", "Messages.json", settings, asked=asked)


def page(answer: Answer, cursor: Mapping[str, Any]) -> Page:
    """What was said before the source was connected is not heard: then only the moment is kept."""
    if cursor.get("only"):
        return Page((raw(twilio.told(answer)),), {"lane": "in"})
    rows, lane = twilio.listed(answer, "messages"), _lane(cursor)
    since = _since(cursor)
    top = max([str(cursor.get("top") or since.get(lane) or _date(answer)), *_moments(rows)])
    following = str(twilio.told(answer).get("next_page_uri") or "")
    if lane not in since:
        rows, following = (), ""
    items = tuple(raw(row) for row in rows if _is_news(row, lane))
    if following:
        return Page(items, {"lane": lane, "since": since, "next": following, "top": top}, more=True)
    after = {"lane": "out" if lane == "in" else "in", "since": {**since, lane: top}}
    return Page(items, after, more=lane == "in")


def roll_call(day: str, settings: Mapping[str, Any]) -> HttpCall:
    asked = {"To": number(settings), "DateSent": day, "PageSize": MOST_OF_A_DAY}
    return twilio.call("GET", "Messages.json", settings, asked=asked)


def present(answer: Answer) -> tuple[str, ...]:
    rows = twilio.listed(answer, "messages")
    if twilio.told(answer).get("next_page_uri"):
        raise Unsupported("More SMS came on this day than one roll call tells of.")
    return tuple(str(row["sid"]) for row in rows if _is_news(row, "in"))


def number(settings: Mapping[str, Any]) -> str:
    """Our own number as networks write it. Raises `Unsupported`."""
    digits = "".join(sign for sign in str(settings.get("address") or "") if sign not in " -().")
    if not digits.startswith("+") or not digits[1:].isascii() or not digits[1:].isdecimal():
        raise Unsupported("Our number does not begin with + and the code of its country. Mend it in the settings.")
    return digits


def raw(row: Mapping[str, Any]) -> Raw:
    """The same state of the same message is one item. Incoming ones carry the mark by which the roll is called."""
    sid = str(row.get("sid") or "")
    if _is_news(row, "in"):
        return Raw(objects.canonical(row), {"mark": sid}, f"message:{sid}")
    return Raw(objects.canonical(row), {}, f"status:{sid}:{row.get('status')}")


def _is_news(row: Mapping[str, Any], lane: str) -> bool:
    outgoing = str(row.get("direction") or "").startswith("outbound")
    return (outgoing and reading.is_over(str(row.get("status")))) if lane == "out" else not outgoing


def _moments(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    found = (twilio.moment(row.get("date_sent")) for row in rows)
    return [at.isoformat() for at in found if at is not None]


def _date(answer: Answer) -> str:
    """The other side's own clock."""
    try:
        assert isinstance(answer, HttpAnswer)
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC).isoformat()
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable("The answer does not say what time it is there.") from error


def _lane(cursor: Mapping[str, Any]) -> str:
    return "out" if cursor.get("lane") == "out" else "in"


def _since(cursor: Mapping[str, Any]) -> Mapping[str, str]:
    return dict(cursor.get("since") or {})
