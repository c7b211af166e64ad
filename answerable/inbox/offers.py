"""Promises that an answer seems to make while it is written: offered below the text, kept when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.http import QueryDict

from answerable.cases import promises_said, promising
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.inbox import ends

SEPARATOR = "\n"
FIELDS = ("promise", "promise_said", "promise_due")


@dataclass(frozen=True)
class Offer:
    """One sentence that promises, until which day, and whether the writer chose to keep it as a promise."""

    text: str
    words: str
    day: str
    chosen: bool


def given(form: QueryDict) -> Mapping[str, str]:
    """What the form says of promises: which sentences were offered, until when, and which were chosen."""
    return {name: SEPARATOR.join(form.getlist(name)) for name in FIELDS}


def of(words: Mapping[str, str], viewer: Viewer) -> Sequence[Offer]:
    """The offers for a text that is being written, with what was chosen before."""
    found = promises_said.find(words.get("text", ""), at=now(), zone=viewer.time_zone)
    chosen = _parts(words, "promise")
    days = dict(zip(_parts(words, "promise_said"), _parts(words, "promise_due"), strict=False))
    here = ZoneInfo(viewer.time_zone)
    return [
        Offer(
            each.text,
            each.words,
            _day(days.get(each.text)) or f"{each.due_at.astimezone(here):%Y-%m-%d}",
            each.text in chosen,
        )
        for each in found
    ]


def keep(case: Case, words: Mapping[str, str], message: Message, *, viewer: Viewer) -> None:
    """Promise what was chosen, as said in this answer. The same answer again promises nothing twice."""
    if case.promises.filter(message=message).exists():
        return
    for offer in of(words, viewer):
        if offer.chosen:
            due_at = ends.day(offer.day, viewer.time_zone, "promise_due")
            promising.promise(case, text=offer.text, due_at=due_at, message=message, by=viewer)


def _parts(words: Mapping[str, str], name: str) -> list[str]:
    return words.get(name, "").split(SEPARATOR)


def _day(text: str | None) -> str:
    """A day as a form gives it; nothing for anything else."""
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return ""
