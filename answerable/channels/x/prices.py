"""What a call costs (docs.x.com: “X API pay-per-usage pricing and credits”, read in August 2026), in US dollars.

Posts, people and messages are paid for each one that an answer holds, what is written for each request. X counts the same
thing once a day and we count it each time, so that the meter shows rather too much than too little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from answerable.channels.common.objects import parsed
from answerable.channels.contract import Unreadable
from answerable.channels.contract_costing import Cost
from answerable.channels.x.counting import LINK
from answerable.core.wire.calls import Answer, Call, HttpAnswer, HttpCall

CURRENCY = "USD"
POST, PERSON, MESSAGE = Decimal("0.005"), Decimal("0.010"), Decimal("0.010")
WRITTEN, WITH_LINK, TAKEN_BACK, DESCRIBED = Decimal("0.015"), Decimal("0.200"), Decimal("0.010"), Decimal("0.005")
FREE = Cost(Decimal(0), CURRENCY, "free calls")
USUAL_PAGE = 100
PEOPLE_OF_ONE = 2


def cost(call: Call, answer: Answer | None) -> Cost:
    """A refusal costs nothing; an answer that cannot be read counts as the most that it may have held."""
    if not isinstance(call, HttpCall):
        return FREE
    if answer is not None and not (isinstance(answer, HttpAnswer) and answer.status < 300):
        return FREE
    path = urlsplit(call.url).path
    if call.method == "GET":
        return _read(call, answer, "direct messages" if "dm_" in path else "posts read")
    return _written(call, path)


def _read(call: HttpCall, answer: HttpAnswer | None, what: str) -> Cost:
    if urlsplit(call.url).path.endswith("/users/me"):
        return Cost(PERSON, CURRENCY, what)
    things, people = _held(answer) if answer is not None else (None, None)
    if things is None or people is None:
        things = _most(call.url)
        people = PEOPLE_OF_ONE * things if "user.fields" in call.url else 0
    return Cost((MESSAGE if "direct" in what else POST) * things + PERSON * people, CURRENCY, what)


def _held(answer: HttpAnswer) -> tuple[int | None, int | None]:
    try:
        told = parsed(answer.body)
        includes = told.get("includes") or {}
        rows = told.get("data") or []
        things = (len(rows) if isinstance(rows, list) else 1) + len(
            includes.get("posts") or includes.get("tweets") or []
        )
        return things, len(includes.get("users") or [])
    except (Unreadable, AttributeError, TypeError):
        return None, None


def _most(url: str) -> int:
    asked: Mapping[str, Sequence[str]] = parse_qs(urlsplit(url).query)
    if "ids" in asked:
        return len(asked["ids"][0].split(","))
    given = asked.get("max_results", [""])[0]
    return min(int(given), USUAL_PAGE) if given.isascii() and given.isdecimal() else USUAL_PAGE


def _written(call: HttpCall, path: str) -> Cost:
    if call.method == "DELETE":
        return Cost(TAKEN_BACK, CURRENCY, "answers taken back")
    if path.endswith("/media/metadata"):
        return Cost(DESCRIBED, CURRENCY, "pictures described")
    if path.endswith("/messages"):
        return Cost(WRITTEN, CURRENCY, "answers in private")
    if path.endswith("/2/tweets"):
        return Cost(WITH_LINK if LINK.search(_text(call.body)) else WRITTEN, CURRENCY, "answers in public")
    return FREE


def _text(body: bytes) -> str:
    try:
        told: Any = parsed(body)
    except Unreadable:
        return ""
    return str(told.get("text") or "") if isinstance(told, dict) else ""
