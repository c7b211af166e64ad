"""What the pages of wordings show: how each language of a wording stands, and its versions with what changed between two."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.text.fold import fold
from answerable.replies import wordings
from answerable.replies.models import Wording, WordingVersion

SOON = timedelta(days=30)
PIECE = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Standing:
    """One language of a wording: the version in force, if any, whether one waits, and how near its end is."""

    language: str
    version: WordingVersion | None
    waits: bool
    ends_soon: bool


@dataclass(frozen=True)
class Row:
    wording: Wording
    languages: Sequence[Standing]


@dataclass(frozen=True)
class Piece:
    """Some words of a text: kept, new in it, or gone from the one before."""

    kind: str
    words: str


@dataclass(frozen=True)
class Shown:
    """A version for a reader: its text with what changed, whether it is in force, and what the viewer may do."""

    version: WordingVersion
    pieces: Sequence[Piece]
    in_force: bool
    expired: bool
    may_decide: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Column:
    language: str
    versions: Sequence[Shown]


def library(viewer: Viewer, *, words: str = "") -> list[Row]:
    """Each wording with how its languages stand; with `words`, those that have all of them in code, title, product or text."""
    day, kept = wordings.today(viewer.time_zone), defaultdict[int, list[WordingVersion]](list)
    versions = access.rows(WordingVersion, viewer).select_related("wording").order_by("language", "-number")
    for each in versions:
        kept[each.wording_id].append(each)
    wanted = fold(words).split()
    ours = access.rows(Wording, viewer).order_by("code")
    found = [each for each in ours if all(word in _inside(each, kept[each.pk]) for word in wanted)]
    return [Row(each, list(_standing(kept[each.pk], day))) for each in found]


def by_language(wording: Wording, viewer: Viewer) -> list[Column]:
    """The versions of a wording, a column for each language that has any, the newest first."""
    day, kept = wordings.today(viewer.time_zone), defaultdict[str, list[WordingVersion]](list)
    people = ("user", "approver", "withdrawn_by")
    for each in wording.versions.select_related(*people, "wording").order_by("number"):
        kept[each.language].append(each)
    codes = [code for code, _ in settings.LANGUAGES if code in kept]
    return [Column(code, list(reversed(list(_shown(kept[code], day, viewer))))) for code in codes]


def changes(before: str, after: str) -> list[Piece]:
    """Word by word what stayed, what is new and what is gone."""
    old, new = PIECE.findall(before), PIECE.findall(after)
    pieces: list[Piece] = []
    for kind, start, end, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[start:end]), "".join(new[begin:stop])
        if kind == "equal":
            pieces.append(Piece("kept", come))
        else:
            pieces += [Piece("gone", gone)] if gone else []
            pieces += [Piece("new", come)] if come else []
    return pieces


def _inside(wording: Wording, versions: Sequence[WordingVersion]) -> str:
    texts = " ".join(each.text for each in versions)
    return fold(f"{wording.code} {wording.title} {wording.topic} {wording.product} {wording.market} {texts}")


def _standing(versions: Sequence[WordingVersion], day: date) -> Iterator[Standing]:
    for code, _ in settings.LANGUAGES:
        own = [each for each in versions if each.language == code]
        if own:
            said = next((each for each in own if each.is_in_force(day)), None)
            waits = any(each.state == WordingVersion.State.PROPOSED for each in own)
            yield Standing(code, said, waits, said is not None and said.valid_to - day <= SOON)


def _shown(versions: Sequence[WordingVersion], day: date, viewer: Viewer) -> Iterator[Shown]:
    in_force = next((each for each in reversed(versions) if each.is_in_force(day)), None)
    before, may = "", viewer.may(Right.APPROVE_WORDINGS)
    for each in versions:
        pieces = changes(before, each.text) if before else [Piece("kept", each.text)]
        approved = each.state == WordingVersion.State.APPROVED
        yield Shown(
            version=each,
            pieces=pieces,
            in_force=each == in_force,
            expired=approved and each.valid_to < day,
            may_decide=may and each.state == WordingVersion.State.PROPOSED and each.user_id != viewer.user_id,
            may_withdraw=may and approved,
        )
        before = each.text
