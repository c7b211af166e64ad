"""Asking Twilio for what happened while nobody could push: a list to our number, then the same list from it.

A list is newest first. The cursor is {"lane": whose turn it is, "since": {lane: the newest moment passed}, "next": the
page that follows within a lane, "top": the newest moment seen in it so far}. A lane is asked an hour before its
moment, because reports come late; what is known already is stored once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from answerable.channels.common import objects, twilio
from answerable.channels.contract import Page, Raw, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

IN, OUT = "in", "out"
LANES: Mapping[str, str] = {IN: "To", OUT: "From"}
AT_MOST, MOST_OF_A_DAY = "200", "1000"
OVERLAP = timedelta(hours=1)


@dataclass(frozen=True)
class Listing:
    """One list of the API: its name there, the field and the question of its moments, and which rows are news of a lane."""

    resource: str
    moment: str
    asked: str
    is_news: Callable[[Mapping[str, Any], str], bool]
    state: Callable[[Mapping[str, Any]], str]

    @property
    def path(self) -> str:
        return f"{self.resource}.json"

    @property
    def rows(self) -> str:
        return self.resource.lower()

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        if only := cursor.get("only"):
            return twilio.call("GET", f"{self.resource}/{only}.json", settings)
        if following := cursor.get("next"):
            return twilio.page_call(str(following), settings)
        lane = _lane(cursor)
        asked = {LANES[lane]: twilio.number(settings), "PageSize": AT_MOST}
        if since := _since(cursor).get(lane):
            begin = datetime.fromisoformat(since) - OVERLAP
            asked[f"{self.asked}>"] = begin.strftime("%Y-%m-%dT%H:%M:%SZ")
        return twilio.call("GET", self.path, settings, asked=asked)

    def page(self, answer: Answer, cursor: Mapping[str, Any]) -> Page:
        """What was said before the source was connected is not heard: then only the moment is kept."""
        if cursor.get("only"):
            return Page((self.raw(twilio.told(answer)),), {"lane": IN})
        rows, lane = twilio.listed(answer, self.rows), _lane(cursor)
        since = _since(cursor)
        top = max([str(cursor.get("top") or since.get(lane) or _date(answer)), *self._moments(rows)])
        following = str(twilio.told(answer).get("next_page_uri") or "")
        if lane not in since:
            rows, following = (), ""
        items = tuple(self.raw(row) for row in rows if self.is_news(row, lane))
        if following:
            return Page(items, {"lane": lane, "since": since, "next": following, "top": top}, more=True)
        return Page(items, {"lane": OUT if lane == IN else IN, "since": {**since, lane: top}}, more=lane == IN)

    def roll_call(self, day: str, settings: Mapping[str, Any]) -> HttpCall:
        asked = {"To": twilio.number(settings), self.asked: day, "PageSize": MOST_OF_A_DAY}
        return twilio.call("GET", self.path, settings, asked=asked)

    def present(self, answer: Answer) -> tuple[str, ...]:
        rows = twilio.listed(answer, self.rows)
        if twilio.told(answer).get("next_page_uri"):
            raise Unsupported("More came on this day than one roll call tells of.")
        return tuple(str(row["sid"]) for row in rows if self.is_news(row, IN))

    def raw(self, row: Mapping[str, Any]) -> Raw:
        """The same state of the same thing is one item. Incoming ones carry the mark by which the roll is called."""
        marked = {"mark": str(row.get("sid"))} if self.is_news(row, IN) else {}
        return Raw(objects.canonical(row), marked, f"{self.state(row)}:{row.get('sid')}"[:400])

    def _moments(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        found = (twilio.moment(row.get(self.moment)) for row in rows)
        return [at.isoformat() for at in found if at is not None]


def _date(answer: Answer) -> str:
    """The other side's own clock."""
    try:
        assert isinstance(answer, HttpAnswer)
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC).isoformat()
    except (KeyError, ValueError, TypeError) as error:
        raise Unreadable("The answer does not say what time it is there.") from error


def _lane(cursor: Mapping[str, Any]) -> str:
    return OUT if cursor.get("lane") == OUT else IN


def _since(cursor: Mapping[str, Any]) -> Mapping[str, str]:
    return dict(cursor.get("since") or {})
