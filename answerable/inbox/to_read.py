"""A message of the queue for the screen: its words with what shows it marked, what was said before it, what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _

from answerable.cases import seeing
from answerable.clocks import queries as clock_queries
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox import found
from answerable.inbox.found import Answer, Piece
from answerable.triage import assessing, queries, queue_queries, queueing
from answerable.triage.detecting.reading import EVENTS
from answerable.triage.models import Assessment, ToRead
from answerable.triage.queries import Assessed

BEFORE = 3
BATCH = (Assessment.Tier.BATCH,)
TABS = {"review": queueing.CALLED, "one-by-one": BATCH}
"""Which tiers each tab reads."""


@dataclass(frozen=True)
class Shown:
    """One message to read. `question` is what is asked now; `answers` are all that is asked, with what was answered."""

    item: ToRead
    message: Message
    pieces: list[Piece]
    before: list[Message]
    answers: list[Answer]
    question: Answer | None
    look: tuple[str, str]
    tier: str
    unread: str
    gone: bool
    due: datetime | None


@dataclass(frozen=True)
class Place:
    """Where the viewer is in the queue."""

    shown: Shown | None
    left: int
    next: int | None
    previous: int | None


def tab_of(request: HttpRequest) -> str:
    """Which tab the address, or the form, is of."""
    named = request.POST.get("tab") or request.GET.get("tab") or request.path.rpartition("/")[2]
    return named if named in TABS else "review"


def place(viewer: Viewer, tab: str, at: int | None = None) -> Place:
    """The message `at`, or the first that nobody else looks at; from then on the viewer looks at it."""
    rows = _in_order(viewer, tab)
    keys = list(queue_queries.free(rows, viewer).values_list("pk", flat=True)[:FAR])
    asked = at if at is not None else next(iter(keys), None)
    item = rows.filter(pk=asked).first() if asked is not None else None
    if item is None:
        item = rows.filter(pk=keys[0]).first() if keys else None
    if item is None:
        return Place(None, rows.count(), None, None)
    queueing.show(item, by=viewer)
    here = keys.index(item.pk) if item.pk in keys else -1
    after, earlier = keys[here + 1 : here + 2], keys[max(here - 1, 0) : here] if here > 0 else []
    return Place(shown(item, viewer), rows.count(), next(iter(after), None), next(iter(earlier), None))


FAR = 500
"""So far the keys lead on from the first."""


def shown(item: ToRead, viewer: Viewer) -> Shown:
    message = access.one(Message, viewer, pk=item.message_id)
    seeing.first_seen([message.pk] if message.first_seen_at is None else [], by=viewer)
    assessed = queries.of_message(message, viewer)
    told = found.of(assessed) if assessed else None
    answers = found.answers(assessed, item.asked) if assessed else []
    return Shown(
        item=item,
        message=message,
        pieces=whole(assessed, item.asked) if assessed and told and not told.gone else [Piece(words_of(message))],
        before=queue_queries.around(message, viewer, most=BEFORE),
        answers=answers,
        question=next((each for each in answers if each.verdict is None), None),
        look=found.LOOKS[item.tier],
        tier=str(Assessment.Tier(item.tier).label),
        unread=told.unread if told else "",
        gone=told.gone if told else False,
        due=getattr(item, "due", None),
    )


def words_of(message: Message) -> str:
    return assessing.words_of(message) or _("Its words are gone.")


def whole(assessed: Assessed, asked: Sequence[str]) -> list[Piece]:
    """All of the words, with what the asked detectors stand on marked; what overlaps is marked once."""
    made, words = assessed.assessment, assessing.words_of(assessed.assessment.message)
    parts = [part for name in asked for part in made.parts.get(name, {"parts": []})["parts"]]
    places = sorted((each["start"], -each["end"], each["status"]) for part in parts for each in part["places"])
    cut, at = list[Piece](), 0
    for start, end, status in places:
        if start >= at:
            cut += [Piece(words[at:start]), Piece(words[start:-end], status)]
            at = -end
    return [each for each in (*cut, Piece(words[at:])) if each.text]


def counts(viewer: Viewer) -> dict[str, int]:
    """How many wait in each tab."""
    told = queue_queries.counts(viewer)
    return {tab: sum(told.get(tier, 0) for tier in tiers) for tab, tiers in TABS.items()}


def choices() -> list[tuple[str, str, bool]]:
    """What somebody may find in a text, in words, what must be on file first; and is it one of those?"""
    names = [*EVENTS, *(name for name in found.DETECTORS if name not in EVENTS)]
    return [(name, found.DETECTORS[name](), name in EVENTS) for name in names]


def _in_order(viewer: Viewer, tab: str) -> Any:
    due = Subquery(clock_queries.strict_due(OuterRef("message__filing__case")))
    return queue_queries.in_order(queue_queries.waiting(viewer, TABS[tab]), due=due)
