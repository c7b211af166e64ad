"""A week of a stream beside the weeks before it: how scores are spread, what is unread, which words and names are new. Read only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import log
from typing import Any

from django.db import connection

from answerable.conversations.models import Message
from answerable.core.shares import interval
from answerable.core.text.fold import fold
from answerable.triage import assessing
from answerable.triage.detecting.lexicons import LANGUAGES, lexicon
from answerable.triage.detecting.reading import WORD
from answerable.triage.models import Assessment, Drift

BINS = 8
LOWEST, HIGHEST = -4.0, 4.0
FEWEST = 100
"""Messages in a week, and in the weeks before it, below which nothing is said."""
SHIFTED = 0.25
"""From where on the spread of scores counts as shifted (population stability index); by chance a hundred messages make 0.09."""
SURE = 0.999
MOST = 500
MANY_SAY = 5
"""A new name is one that so many people say, who wrote it large in the middle of a sentence."""
MOST_NAMES = 12

_SPREAD = """
SELECT language, at >= %(week)s, width_bucket(greatest(
        (scores->>'adverse_event')::float, (scores->>'technical_complaint')::float, (scores->>'special_situation')::float
    ), %(low)s, %(high)s, %(bins)s), count(*), count(*) FILTER (WHERE unread <> '')
FROM triage_assessment WHERE workspace_id = %(workspace)s AND at >= %(since)s AND at < %(until)s GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Found:
    """One thing that is not as it was."""

    sort: str
    language: str
    figures: Mapping[str, Any]


def drifts(workspace_id: int, monday: date, *, before: int) -> list[Found]:
    """What is not as in the `before` weeks before the one of this Monday."""
    start = datetime.combine(monday, time(), UTC)
    spread = _spread(workspace_id, start, before)
    found = [each for code in LANGUAGES for each in _scores(code, spread)]
    return [*found, *_unread(spread), *_words(workspace_id, start, before)]


Cell = tuple[bool, int]
Spread = Mapping[str, Mapping[Cell, tuple[int, int]]]


def _spread(workspace_id: int, start: datetime, before: int) -> Spread:
    """For each language, by (is it this week, bin): how many, and how many of them unread."""
    told: dict[str, dict[Cell, tuple[int, int]]] = defaultdict(dict)
    asked: dict[str, Any] = {"workspace": workspace_id, "week": start, "low": LOWEST, "high": HIGHEST, "bins": BINS}
    asked |= {"since": start - timedelta(weeks=before), "until": start + timedelta(weeks=1)}
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, asked)
        for language, is_now, place, number, unread in cursor.fetchall():
            told[language][(is_now, place if place is not None else -1)] = (number, unread)
    return told


def _scores(language: str, spread: Spread) -> Iterator[Found]:
    cells = {cell: number for cell, (number, _) in spread.get(language, {}).items() if cell[1] >= 0}
    now, then = ([cells.get((which, place), 0) for place in range(BINS + 2)] for which in (True, False))
    if min(sum(now), sum(then)) >= FEWEST and (shift := stability(now, then)) > SHIFTED:
        yield Found(Drift.Sort.SCORES, language, {"shift": round(shift, 3), "now": now, "before": then})


def stability(now: Sequence[int], then: Sequence[int]) -> float:
    """How far two spreads over the same bins are apart (population stability index); half a message stands in an empty bin."""
    some, others = sum(now) + len(now) / 2, sum(then) + len(then) / 2
    pairs = [((a + 0.5) / some, (b + 0.5) / others) for a, b in zip(now, then, strict=True)]
    return sum((a - b) * log(a / b) for a, b in pairs)


def _unread(spread: Spread) -> Iterator[Found]:
    cells = [(cell[0], *counts) for told in spread.values() for cell, counts in told.items()]
    now, then = (_both(cells, which) for which in (True, False))
    if is_more(now, then):
        yield Found(Drift.Sort.UNREAD, "", {"now": now, "before": then})


def _both(cells: Sequence[tuple[bool, int, int]], which: bool) -> tuple[int, int]:
    return sum(unread for is_now, _, unread in cells if is_now == which), sum(
        number for is_now, number, _ in cells if is_now == which
    )


def is_more(now: tuple[int, int], then: tuple[int, int]) -> bool:
    """Is a share larger than it was, surer than chance explains? Both exact intervals are apart."""
    (some, of), (others, of_others) = now, then
    if min(of, of_others) < FEWEST:
        return False
    return interval(some, of, sure=SURE)[0] > interval(others, of_others, sure=SURE)[1]


def _words(workspace_id: int, start: datetime, before: int) -> Iterator[Found]:
    """New words and names, by a part of the messages of either time."""
    week = _texts(workspace_id, start, start + timedelta(weeks=1))
    older = _texts(workspace_id, start - timedelta(weeks=before), start)
    if min(len(week), len(older)) < FEWEST:
        return
    half = len(older) // 2
    known = {word for text, _ in older[:half] for word in _plain(text)}
    now, then = new_words([text for text, _ in week], known), new_words([text for text, _ in older[half:]], known)
    if is_more(now, then):
        yield Found(Drift.Sort.WORDS, "", {"now": now, "before": then})
    names = new_names(week, known | {word for text, _ in older[half:] for word in _plain(text)})
    ours = {fold(word) for name in assessing.product_names(workspace_id) for word in name.split()}
    fresh = [name for name in names if fold(name) not in ours]
    if fresh:
        yield Found(Drift.Sort.NAMES, "", {"names": fresh[:MOST_NAMES]})


def _texts(workspace_id: int, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """Words and who said them, of up to so many messages, spread over the time by their numbers."""
    read = Assessment.objects.filter(workspace_id=workspace_id, at__gte=since, at__lt=until)
    said = Message.objects.filter(pk__in=read.values("message"), emptied_at=None).order_by("pk")
    keys = list(said.values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // MOST)][:MOST]
    rows = said.filter(pk__in=chosen).values_list("subject", "text", "author_id")
    return [(f"{subject}. {text}" if subject else text, author or 0) for subject, text, author in rows]


def _plain(text: str) -> list[str]:
    return [word for match in WORD.finditer(text) if (word := fold(match[0])).isalpha()]


def new_words(texts: Sequence[str], known: set[str]) -> tuple[int, int]:
    """How many texts have a word that nobody said before and no list knows, of how many."""
    common = frozenset().union(*(lexicon(code).common for code in LANGUAGES))
    return sum(any(word not in known and word not in common for word in _plain(text)) for text in texts), len(texts)


def new_names(said: Sequence[tuple[str, int]], known: set[str]) -> list[str]:
    """Words that several people wrote large in the middle of a sentence and that nobody said before, the most said first."""
    people: dict[str, set[int]] = defaultdict(set)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for text, author in said:
        for word in _large(text):
            people[fold(word)].add(author)
            written[fold(word)][word] += 1
    many = [word for word, by in people.items() if len(by) >= MANY_SAY and word not in known]
    return [written[word].most_common(1)[0][0] for word in sorted(many, key=lambda each: (-len(people[each]), each))]


def _large(text: str) -> Iterator[str]:
    for match in WORD.finditer(text):
        before = text[: match.start()].rstrip(" \"'“”„(")[-1:]
        word = match[0]
        if (
            len(word) > 3
            and word.isalpha()
            and word[0].isupper()
            and not word.isupper()
            and before not in ("", *".!?:\n")
        ):
            yield word
