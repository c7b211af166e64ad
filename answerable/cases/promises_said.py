"""Promises in what somebody is writing: "within 30 days", "do piątku", "em até 5 dias úteis". Pure; it only suggests.

Phrases are data: for each language patterns with a unit, the words for small numbers, days and months. A sentence that
asks promises nothing. Due is the end of the named day, in the zone of the workspace; only hours count from the moment.
Working days are Monday to Friday: holidays are not left out, so that the date is rather too early than too late.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from answerable.cases.promise_phrases import LANGUAGES, Language
from answerable.core.text.fold import fold

MOST = 5
FARTHEST_DAYS = 3 * 366
SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\d)[^.!?\n]*)*[.!?]?")


@dataclass(frozen=True)
class Suggested:
    """The sentence that promises, the words that give the time, and when it would be due."""

    text: str
    words: str
    due_at: datetime


def find(text: str, *, at: datetime, zone: str) -> list[Suggested]:
    """The promises that a text seems to make, in its order, each sentence once and at its earliest time; at most `MOST`."""
    here = at.astimezone(ZoneInfo(zone))
    found = [each for sentence in _sentences(text) if (each := _earliest(sentence, here)) is not None]
    return list({each.text: each for each in found}.values())[:MOST]


def end_of(day: date, zone: str) -> datetime:
    """The last minute of a day, which a promise "by" that day still has."""
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def _sentences(text: str) -> Iterator[str]:
    for found in SENTENCE.finditer(text):
        sentence = found.group().strip()
        if sentence and not sentence.endswith("?"):
            yield sentence


def _earliest(sentence: str, here: datetime) -> Suggested | None:
    folded = fold(sentence)
    times = [each for language in LANGUAGES for each in _times(folded, language, here)]
    later = [(due, words) for due, words in times if here < due < here + timedelta(days=FARTHEST_DAYS)]
    if not later:
        return None
    due, words = min(later)
    return Suggested(sentence, words, due)


def _times(folded: str, language: Language, here: datetime) -> Iterator[tuple[datetime, str]]:
    for unit, pattern in language.patterns:
        for found in pattern.finditer(folded):
            due = READ[unit](found, language, here)
            if due is not None:
                yield due, found.group().strip()


Reader = Callable[[re.Match[str], Language, datetime], datetime | None]


def _number(found: re.Match[str], language: Language) -> int:
    said = (found.groupdict().get("number") or "1").strip()
    return int(said) if said.isdecimal() else language.numbers.get(said, 1)


def _hours(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    hours = min(_number(found, language), FARTHEST_DAYS * 24)
    return here + timedelta(hours=hours)


def _days(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _end(here, min(_number(found, language), FARTHEST_DAYS))


def _weeks(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _end(here, min(_number(found, language) * 7, FARTHEST_DAYS))


def _months(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    months = here.month - 1 + min(_number(found, language), 36)
    return _on(here, here.year + months // 12, months % 12 + 1, here.day, short=True)


def _working_days(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    day, left = here.date(), min(_number(found, language), 260)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return _end(here, (day - here.date()).days)


def _weekday(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    ahead = (language.weekdays[found["day"]] - here.weekday()) % 7
    return _end(here, ahead or 7)


def _tomorrow(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _end(here, 1)


def _today(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _end(here, 0)


def _end_of_week(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _end(here, (4 - here.weekday()) % 7)


def _end_of_month(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    return _on(here, here.year, here.month, 31, short=True)


def _date(found: re.Match[str], language: Language, here: datetime) -> datetime | None:
    """A date without a year is the next one of its name."""
    parts = found.groupdict()
    named = parts.get("month") or ""
    month = int(named) if named.isdecimal() else language.months.get(named, 0)
    year, day = int(parts.get("year") or 0), int(parts["date"])
    due = _on(here, year or here.year, month, day)
    return _on(here, here.year + 1, month, day) if due and not year and due < here else due


def _on(here: datetime, year: int, month: int, day: int, *, short: bool = False) -> datetime | None:
    """The end of that day; with `short` of the last day of a month that has no such day. None for no day at all."""
    for possible in range(day, min(day - 1, 27) if short else day - 1, -1):
        try:
            return _end(here, (date(year, month, possible) - here.date()).days)
        except ValueError:
            continue
    return None


def _end(here: datetime, days: int) -> datetime:
    return datetime.combine(here.date() + timedelta(days=days), time(23, 59), here.tzinfo)


READ: Mapping[str, Reader] = {
    "hours": _hours,
    "days": _days,
    "working_days": _working_days,
    "weeks": _weeks,
    "months": _months,
    "weekday": _weekday,
    "tomorrow": _tomorrow,
    "today": _today,
    "end_of_week": _end_of_week,
    "end_of_month": _end_of_month,
    "date": _date,
}
