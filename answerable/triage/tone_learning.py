"""Learning each night how the customers of a workspace sound, from the verdicts of its people.

1. The verdicts of a language are split by author: a fifth is reserved, and no sum ever learns from it.
2. A challenger learns from the starters and from the other verdicts.
3. Both, the challenger and what is in use, read the reserved part. The challenger is promoted only if it is right on more of it,
   by at least the root of the number of texts on which just one of the two is right. What does no better is kept with its
   card and never used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any
from zlib import crc32

from django.db.models import Max

from answerable.core import journal
from answerable.core.access import House
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.listening import tones
from answerable.listening.toning import measuring, sums
from answerable.listening.toning.learning import Judged, learn, start, starters
from answerable.listening.toning.looking import LANGUAGES
from answerable.listening.toning.sums import Sum
from answerable.triage import toning
from answerable.triage.models import ToneSum, ToneVerdict

FEWEST, FEWEST_RESERVED = 50, 20
"""Verdicts, and reserved ones, before anything is learned: on fewer a difference is chance."""
MOST = 20_000
RESERVED = 5


@dataclass(frozen=True)
class Lesson:
    """What people of a workspace said of texts in one language. `upto` is the newest verdict in it."""

    language: str
    learned: Sequence[Judged]
    reserved: Sequence[Judged]
    upto: int


def learn_all(*, by: House) -> list[ToneSum]:
    """Learn in each language in which there are verdicts enough, and new ones since it was last tried."""
    Workspace.objects.select_for_update(no_key=True).get(pk=by.workspace_id)
    lessons = [lesson(by.workspace_id, language) for language in LANGUAGES]
    return [_try(each, by) for each in lessons if _is_due(each, by.workspace_id)]


def lesson(workspace_id: int, language: str) -> Lesson:
    """The verdicts that stand, by text, in two parts. What its author took back, or a network had removed, teaches nothing."""
    rows = ToneVerdict.objects.filter(workspace_id=workspace_id, language=language, ended_at=None)
    rows = rows.filter(message__emptied_at=None, message__withdrawn_at=None).select_related("message")
    found: dict[int, dict[str, str]] = {}
    texts: dict[int, tuple[str, str]] = {}
    upto = 0
    for each in rows.order_by("-pk")[:MOST]:
        found.setdefault(each.message_id, {})[each.sort] = each.answer
        texts[each.message_id] = each.message.text, str(each.message.author_id or f"m{each.message_id}")
        upto = max(upto, each.pk)
    judged = [
        Judged(texts[pk][0], said.get("tone", ""), said.get("intent", ""), texts[pk][1]) for pk, said in found.items()
    ]
    return Lesson(
        language,
        [each for each in judged if not _is_reserved(each)],
        [each for each in judged if _is_reserved(each)],
        upto,
    )


def wins(challenger: Sum, champion: Sum, reserved: Iterable[Judged]) -> tuple[int, int]:
    """On how many answers only the challenger is right, and on how many only the champion. Unknown is not right."""
    won = lost = 0
    for each in reserved:
        new = tones.read(each.text, challenger.language, {challenger.language: challenger})
        old = tones.read(each.text, champion.language, {champion.language: champion})
        for sort in measuring.SORTS:
            meant = getattr(each, sort)
            better = bool(meant) and getattr(new, sort) == meant
            before = bool(meant) and getattr(old, sort) == meant
            won, lost = won + (better and not before), lost + (before and not better)
    return won, lost


def is_better(won: int, lost: int) -> bool:
    """More than what chance does to as many texts as the two disagree on."""
    return won - lost >= sqrt(won + lost) and won > lost


def _is_reserved(each: Judged) -> bool:
    """By author and for ever: what was reserved once is never learned from later."""
    return crc32(f"reserved {each.group}".encode()) % RESERVED == 0


def _is_due(each: Lesson, workspace_id: int) -> bool:
    last = ToneSum.objects.filter(workspace_id=workspace_id, language=each.language).order_by("-number").first()
    enough = len(each.learned) >= FEWEST and len(each.reserved) >= FEWEST_RESERVED
    return enough and (last is None or last.card.get("upto", 0) < each.upto)


def _try(each: Lesson, by: House) -> ToneSum:
    row = toning.in_use(by.workspace_id).get(each.language)
    champion = (toning.read_sum(row.pk) if row else None) or start(each.language)
    challenger = learn([*starters(each.language), *each.learned], each.language)
    won, lost = wins(challenger, champion, each.reserved)
    promoted = is_better(won, lost)
    if promoted and row is not None:
        ToneSum.objects.filter(pk=row.pk).update(ended_at=now())
    last = ToneSum.objects.filter(workspace_id=by.workspace_id, language=each.language).aggregate(last=Max("number"))
    made = ToneSum.objects.create(
        workspace_id=by.workspace_id,
        language=each.language,
        number=(last["last"] or 0) + 1,
        numbers=sums.told(challenger) if promoted else {},
        card=_card(each, challenger, champion, won, lost),
        promoted=promoted,
        at=now(),
    )
    data = {"language": each.language, "number": made.number, "promoted": promoted, "won": won, "lost": lost}
    journal.write("tone_learned", by=by, data=data)
    return made


def _card(each: Lesson, challenger: Sum, champion: Sum, won: int, lost: int) -> dict[str, Any]:
    return {
        "starters": len(starters(each.language)),
        "verdicts": len(each.learned),
        "reserved": len(each.reserved),
        "upto": each.upto,
        "won": won,
        "lost": lost,
        "figures": _told(each, challenger),
        "before": _told(each, champion),
    }


def _told(each: Lesson, model: Sum) -> dict[str, Any]:
    return {sort: found.told() for sort, found in measuring.measure(each.reserved, each.language, model).items()}
