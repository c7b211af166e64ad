"""How messages sound, for people: the words that it stands on, the answers to choose from, and the card of what says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.listening import queries
from answerable.listening.toning import learning, looking, measuring
from answerable.triage import tone_learning, tone_queries, toning
from answerable.triage.models import ToneSum
from answerable.triage.tone_queries import Sounds

NAMES: Mapping[str, Callable[[], str]] = {
    "negative": lambda: _("Negative"),
    "neutral": lambda: _("Neutral"),
    "positive": lambda: _("Positive"),
    "complaint": lambda: _("Complaint"),
    "question": lambda: _("Question"),
    "praise": lambda: _("Praise"),
    "other": lambda: _("None of these"),
    "unknown": lambda: _("Not known"),
}
KINDS = {"negative": "late", "positive": "good", "complaint": "soon"}
KEYS = dict(zip((*measuring.SORTS["tone"], *measuring.SORTS["intent"]), "1234567", strict=True))
LONGEST = 400
PLAIN = 0.4
"""What adds less to an answer is not marked: it is mostly a small word that stood near others."""


@dataclass(frozen=True)
class Choice:
    """An answer that a person can give, the key that gives it, and whether it is what stands."""

    answer: str
    name: str
    key: str
    stands: bool


@dataclass(frozen=True)
class Told:
    """One question of a message: what is said to it, by whom (None: by words), and the answers to choose from."""

    sort: str
    name: str
    kind: str
    judge: str | None
    choices: list[Choice]


@dataclass(frozen=True)
class Shown:
    """`pieces` are the words of the message, each with whether an answer stands on it; none where they changed since."""

    sounds: Sounds
    language: str
    tone: Told
    intent: Told
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Card:
    """What says how one language sounds: how it came to be, what it was measured on, and every night's try."""

    language: str
    speaks: bool
    starters: int
    in_use: ToneSum | None
    tries: Sequence[ToneSum]
    agreement: list[tuple[str, Any]]
    needs: tuple[int, int]


def of_case(case: Case, viewer: Viewer) -> list[Shown]:
    """The newest message of a case, if it was heard."""
    found = tone_queries.newest(case, viewer)
    return [of(found)] if found else []


def of(found: Sounds) -> Shown:
    made = found.assessment
    tone, intent = (_told(found, sort) for sort in measuring.SORTS)
    return Shown(found, made.language, tone, intent, _pieces(found))


def cards(viewer: Viewer) -> list[Card]:
    """A card for each language that something is known of here."""
    ours = queries.choices(viewer).languages
    used = toning.in_use(viewer.workspace_id)
    return [_card(code, code in ours, used.get(code), viewer) for code in looking.LANGUAGES]


def _card(code: str, speaks: bool, used: ToneSum | None, viewer: Viewer) -> Card:
    agreed = tone_queries.agreement(code, viewer)
    return Card(
        language=code,
        speaks=speaks,
        starters=len(learning.starters(code)),
        in_use=used,
        tries=tone_queries.learned(code, viewer),
        agreement=[(_("Tone") if sort == "tone" else _("Intent"), agreed[sort]) for sort in measuring.SORTS],
        needs=(tone_learning.FEWEST, tone_learning.FEWEST_RESERVED),
    )


def _told(found: Sounds, sort: str) -> Told:
    verdict = found.verdicts.get(sort)
    answer = verdict.answer if verdict else getattr(found.assessment, sort)
    choices = [
        Choice(each, NAMES[each](), KEYS[each], bool(verdict) and each == answer) for each in measuring.SORTS[sort]
    ]
    return Told(sort, NAMES[answer](), KINDS.get(answer, ""), verdict.user.name if verdict else None, choices)


def _pieces(found: Sounds) -> list[tuple[str, bool]]:
    """The beginning of the message, cut where a mark begins or ends. Only what speaks for an answer is marked."""
    text = found.assessment.message.text[:LONGEST]
    marked = [False] * len(text)
    for part in found.assessment.parts:
        if part["weight"] >= PLAIN:
            for place in range(part["start"], min(part["end"], len(text))):
                marked[place] = True
    cuts = [0, *(at for at in range(1, len(text)) if marked[at] != marked[at - 1]), len(text)]
    return [(text[start:end], marked[start]) for start, end in pairwise(cuts) if start < end]
