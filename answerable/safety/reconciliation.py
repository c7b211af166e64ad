"""Do both sides hold the same? Our referrals against the list of the safety system: every difference by its name.

A referral is done when the other side holds it, not when it was sent. Counts must agree every day; where they do not, each
report is named, and none is left out because it is in doubt.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from answerable.core.errors import Invalid


class Gap(StrEnum):
    """What is wrong with one report."""

    NOT_THERE = "not there"
    NOT_ACKNOWLEDGED = "there, not acknowledged"
    ACKNOWLEDGED_NOT_THERE = "acknowledged, and not there"
    OVERDUE = "overdue"
    DOUBLED = "there more than once"
    DIFFERENT = "there with other contents"
    LATE = "there later than it was due"
    NOT_OURS = "there, and not from us"


@dataclass(frozen=True)
class Referral:
    """One report as we sent it: `digest` is the hash of what was sent, `due_at` the strict date of its earliest limit.

    `earlier` are the hashes of its versions that were sent before: the other side may list them too.
    """

    number: str
    digest: str
    sent_at: datetime | None
    due_at: datetime
    acknowledged_at: datetime | None = None
    earlier: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Received:
    """One line of the other side's list."""

    number: str
    digest: str
    received_at: datetime


@dataclass(frozen=True)
class Difference:
    """One report on which the two sides do not agree."""

    number: str
    gap: Gap
    words: str


@dataclass(frozen=True)
class Balance:
    """The day's account. It balances when every report of ours is there once, as it was sent, and nothing else is."""

    sent: int
    acknowledged: int
    there: int
    differences: Sequence[Difference]

    @property
    def balances(self) -> bool:
        return not self.differences and self.sent == self.acknowledged == self.there

    def of(self, gap: Gap) -> set[str]:
        """The numbers of the reports with one sort of difference."""
        return {each.number for each in self.differences if each.gap is gap}


def reconcile(ours: Iterable[Referral], theirs: Iterable[Received], *, at: datetime) -> Balance:
    """Both lists against each other. Each number of ours must be given once; theirs may hold anything."""
    mine = {each.number: each for each in ours}
    lines: dict[str, list[Received]] = {}
    for received in theirs:
        lines.setdefault(received.number, []).append(received)
    there = sum(map(len, lines.values()))
    lines |= {each.number: _newest(each, lines[each.number]) for each in mine.values() if each.number in lines}
    earlier = there - sum(map(len, lines.values()))
    found = [difference for each in mine.values() for difference in _of(each, lines.get(each.number, []), at)]
    strange = [
        Difference(number, Gap.NOT_OURS, f"{len(lines[number])} time(s)") for number in lines if number not in mine
    ]
    return Balance(
        sent=sum(each.sent_at is not None for each in mine.values()),
        acknowledged=sum(each.acknowledged_at is not None for each in mine.values()),
        there=there - earlier,
        differences=sorted([*found, *strange], key=lambda each: (each.number, each.gap)),
    )


def _newest(ours: Referral, theirs: Sequence[Received]) -> list[Received]:
    """Without the earlier versions, where they hold the one that was sent last; those are no second report."""
    if not any(each.digest == ours.digest for each in theirs):
        return list(theirs)
    return [each for each in theirs if each.digest == ours.digest or each.digest not in ours.earlier]


def _of(ours: Referral, theirs: Sequence[Received], at: datetime) -> Iterable[Difference]:
    if not theirs:
        gap = Gap.ACKNOWLEDGED_NOT_THERE if ours.acknowledged_at else Gap.NOT_THERE
        sent = f"sent {ours.sent_at:%Y-%m-%d %H:%M}" if ours.sent_at else "never sent"
        yield Difference(ours.number, gap, sent)
        if at > ours.due_at:
            yield Difference(ours.number, Gap.OVERDUE, f"due {ours.due_at:%Y-%m-%d %H:%M}")
        return
    if len(theirs) > 1:
        yield Difference(ours.number, Gap.DOUBLED, f"{len(theirs)} times")
    if wrong := Counter(each.digest for each in theirs if each.digest != ours.digest):
        yield Difference(ours.number, Gap.DIFFERENT, f"{sum(wrong.values())} of {len(theirs)}, first {min(wrong)[:12]}")
    if (first := min(each.received_at for each in theirs)) > ours.due_at:
        yield Difference(ours.number, Gap.LATE, f"there {first:%Y-%m-%d %H:%M}, due {ours.due_at:%Y-%m-%d %H:%M}")
    if ours.acknowledged_at is None:
        yield Difference(ours.number, Gap.NOT_ACKNOWLEDGED, f"there since {first:%Y-%m-%d %H:%M}")


OURS = ("number", "digest", "sent_at", "due_at", "acknowledged_at")
THEIRS = ("number", "digest", "received_at")
HARMFUL = ("=", "+", "-", "@", "\t", "\r")


def written(referrals: Iterable[Referral]) -> str:
    """Our side as CSV, for the other side or an inspector. A cell that a spreadsheet would run is quoted as text."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(OURS)
    for each in referrals:
        rows.writerow([safe(_cell(getattr(each, name))) for name in OURS])
    return out.getvalue()


def read(text: str) -> list[Received]:
    """The other side's list. Raises `Invalid`, with the line, for one that cannot be taken: a list is taken whole or not."""
    return [
        Received(row["number"], row["digest"], _needed(row["received_at"], line)) for line, row in _rows(text, THEIRS)
    ]


def read_ours(text: str) -> list[Referral]:
    """Our side, as `written` wrote it. Raises `Invalid`, with the line."""
    return [
        Referral(
            number=row["number"].removeprefix("'"),
            digest=row["digest"],
            sent_at=_moment(row["sent_at"], line),
            due_at=_needed(row["due_at"], line),
            acknowledged_at=_moment(row["acknowledged_at"], line),
        )
        for line, row in _rows(text, OURS)
    ]


def _rows(text: str, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines of a list by their number in the file, each with all columns."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=_delimiter(text))
    if missing := sorted(set(columns) - set(rows.fieldnames or ())):
        raise Invalid("The list has no column %(column)s. Nothing was compared.", column=", ".join(missing))
    for row in rows:
        cells = {name: (row[name] or "").strip() for name in columns}
        if not cells["number"]:
            raise Invalid("Line %(line)s of the list has no number. Nothing was compared.", line=rows.line_num)
        yield rows.line_num, cells


def _needed(text: str, line: int) -> datetime:
    """A moment that must be there."""
    found = _moment(text, line)
    if found is None:
        raise Invalid("Line %(line)s of the list lacks a time. Nothing was compared.", line=line)
    return found


def _moment(text: str, line: int) -> datetime | None:
    """A moment, in UTC where no zone is said; None where nothing is."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(
            "Line %(line)s of the list has “%(text)s” for a time; write it as 2026-07-02T10:15:00Z. Nothing was compared.",
            line=line,
            text=text[:40],
        ) from error
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _cell(value: str | datetime | None) -> str:
    return value.isoformat() if isinstance(value, datetime) else value or ""


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(HARMFUL) else cell
