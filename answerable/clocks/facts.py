"""What clocks need to know of cases, read for many at once in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from answerable.cases.automatic import NO_ANSWER, UNSAID
from answerable.cases.models import Case, Deflection, Filing, Push
from answerable.clocks.models import Clock, Pause
from answerable.conversations.models import Message

NEEDED = (
    "workspace_id", "team_id", "state", "opened_at", "closed_at", "last_at", "merged_into_id", "waiting_since",
    "waiting_for", "raised_at", "raised_count", "promised_at",
)  # fmt: skip
Row = TypeVar("Row", Push, Clock, Pause)


@dataclass(frozen=True)
class Word:
    """One utterance that moves clocks: the customer's word, or our answer by a person."""

    at: datetime
    ours: bool


@dataclass(frozen=True)
class Facts:
    """One case as its clocks see it. `vain` are the moments of answers that were none: they failed, or sent away."""

    case: Case
    words: Sequence[Word] = ()
    vain: frozenset[datetime] = frozenset()
    pushes: Sequence[Push] = ()
    clocks: Sequence[Clock] = ()
    pauses: Sequence[Pause] = field(default_factory=list)

    @property
    def heard_at(self) -> datetime:
        """When we first held a word of the customer: what a sender's own clock says starts no promise of ours."""
        return min([self.case.opened_at, *(word.at for word in self.words if not word.ours)])

    def customer_after(self, at: datetime) -> datetime | None:
        """The customer's first word after a moment."""
        return next((word.at for word in self.words if word.at > at and not word.ours), None)

    def answer_after(self, at: datetime) -> datetime | None:
        """Our first answer from a moment on."""
        return next((word.at for word in self.words if word.at >= at and word.ours), None)

    def turns(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Each time the customer spoke until we answered: from their first word in it to our answer, if there is one."""
        start: datetime | None = None
        for word in self.words:
            if word.ours and start is not None:
                yield start, word.at
                start = None
            elif not word.ours:
                start = start or word.at
        if start is not None:
            yield start, None


def gather(case_ids: Collection[int], *, old: bool = False) -> list[Facts]:
    """The facts of these cases, locked in one order for all, with the living case of each merged one.

    `old`: some may have lived without any clock until now.
    """
    cases = _locked(case_ids)
    keys = [case.pk for case in cases]
    words, vain = _words(keys)
    clocks = _by_case(Clock.objects.filter(case_id__among=keys).order_by("pk"))
    # Else a case that has no clock yet was born a moment ago: nobody pushed it, and it never waited.
    pushes = _by_case(Push.objects.filter(case_id__among=keys).order_by("pk") if clocks or old else ())
    pauses = _by_case(Pause.objects.filter(case_id__among=keys).order_by("pk") if clocks or old else ())
    return [
        Facts(case, words[case.pk], frozenset(vain[case.pk]), pushes[case.pk], clocks[case.pk], pauses[case.pk])
        for case in cases
    ]


def _locked(case_ids: Collection[int]) -> list[Case]:
    found = {case.pk: case for case in _lock(case_ids)}
    while lead_on := {case.merged_into_id or 0 for case in found.values()} - {0, *found}:
        found.update((case.pk, case) for case in _lock(lead_on))
    return list(found.values())


def _lock(case_ids: Collection[int]) -> Iterable[Case]:
    needed = Case.objects.select_related("workspace").only(*NEEDED, "workspace__promise_hours")
    return needed.select_for_update(of=("self",)).filter(pk__among=case_ids).order_by("pk")


def _words(keys: Sequence[int]) -> tuple[Mapping[int, list[Word]], Mapping[int, set[datetime]]]:
    """The room of replies lies above and knows what became of an answer; the message leads there.

    What was posted by hand was said when it was posted, perhaps after words that came meanwhile.
    """
    spoken = Filing.objects.filter(case_id__among=keys).exclude(message__direction=Message.Direction.NOTE)
    rows = spoken.order_by("message__received_at", "message_id").values_list(
        "case_id", "message_id", "message__direction", "message__received_at", "message__user_id", "message__marks",
        "message__reply__state", "message__posted_at",
    )  # fmt: skip
    words: Mapping[int, list[Word]] = defaultdict(list)
    vain: Mapping[int, set[datetime]] = defaultdict(set)
    found = list(rows)
    deflected = _deflected([row[1] for row in found if row[2] == Message.Direction.OUT])
    for case_id, message_id, direction, at, user_id, marks, outcome, posted_at in found:
        if NO_ANSWER & set(marks):
            continue
        if direction == Message.Direction.IN:
            words[case_id].append(Word(at, ours=False))
        elif outcome in UNSAID or message_id in deflected:
            vain[case_id].add(at)
        elif user_id is not None:
            words[case_id].append(Word(posted_at or at, ours=True))
    for spoken_in in words.values():
        spoken_in.sort(key=lambda word: word.at)
    return words, vain


def _deflected(messages: Sequence[int]) -> set[int]:
    if not messages:
        return set()
    return set(Deflection.objects.filter(message_id__in=messages, refuted="").values_list("message_id", flat=True))


def _by_case(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: Mapping[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found
