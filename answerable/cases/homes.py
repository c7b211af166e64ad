"""Where each message belongs, reckoned from what moved it. The rule behind every undo.

1. A message belongs where it was filed first. What continues a thread belongs where the message before it did.
2. A person who moved it, by a split or by itself, decides: it belongs there for as long as that stands.
3. A merge takes along what belongs to the case that it merges, at its place in the order of moves.
4. A move that was undone counts as if it had never been.

So moves may be undone in any order, and when all are undone everything lies where it lay first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from answerable.cases.models import Filing, Move, MovedMessage


@dataclass
class Home:
    """The case that a message belongs to, and why it is there."""

    case_id: int
    why: str

    def follow(self, move: Move) -> None:
        """Go where this move leads, if it is in force and concerns what lies here."""
        if move.undone_at is not None or (move.sort == Move.Sort.MERGE and move.from_case_id != self.case_id):
            return
        self.case_id = move.into_case_id
        if move.sort != Move.Sort.MERGE:
            self.why = Filing.Why.MOVED


def of(messages: Collection[int]) -> dict[int, Home]:
    """The home of each of these messages, as far as they ever moved."""
    rows: dict[int, list[MovedMessage]] = defaultdict(list)
    for row in MovedMessage.objects.filter(message__in=messages).select_related("move").order_by("move_id"):
        rows[row.message_id].append(row)
    homes = {message: _home(of_one, of_one) for message, of_one in rows.items()}
    _carry_on(homes)
    return homes


def complete(conversations: Collection[int]) -> None:
    """Write down of these conversations which messages followed others to where they are.

    Called before anything of them moves, so that what was said since a move goes back with it.
    """
    rows: dict[int, list[MovedMessage]] = defaultdict(list)
    moved = MovedMessage.objects.filter(message__conversation__in=conversations).select_related("move")
    for row in moved.order_by("move_id"):
        rows[row.message_id].append(row)
    earlier: dict[int | None, list[Filing]] = defaultdict(list)
    filings = Filing.objects.filter(message__conversation__in=conversations).select_related("message")
    new: list[MovedMessage] = []
    for filing in filings.only("case", "why", "message__conversation").order_by("id") if rows else ():
        before = earlier[filing.message.conversation_id]
        if not rows[filing.message_id]:
            rows[filing.message_id] = _inherited(filing, before, rows)
            new += rows[filing.message_id]
        before.append(filing)
    MovedMessage.objects.bulk_create(new)


def _inherited(filing: Filing, earlier: Sequence[Filing], rows: dict[int, list[MovedMessage]]) -> list[MovedMessage]:
    """The moves by which the message that this one continues had come to where this one was filed."""
    for before in reversed(earlier):
        theirs = rows[before.message_id]
        made = [row for row in theirs if row.move.before["last_filing"] < filing.pk]
        place = _home(theirs, made).case_id if theirs else before.case_id
        if place == filing.case_id:
            return [MovedMessage(move=row.move, message_id=filing.message_id, why=filing.why) for row in made]
    return []


def _home(rows: Sequence[MovedMessage], followed: Iterable[MovedMessage]) -> Home:
    home = Home(rows[0].move.from_case_id, rows[0].why)
    for row in followed:
        home.follow(row.move)
    return home


def _carry_on(homes: dict[int, Home]) -> None:
    """Whose home was merged while they were elsewhere goes on with it, and goes back with it."""
    while True:
        cases = {home.case_id for home in homes.values()}
        merges = {
            each.from_case_id: each
            for each in Move.objects.filter(sort=Move.Sort.MERGE, undone_at=None, from_case__in=cases)
        }
        carried = {message: merges[home.case_id] for message, home in homes.items() if home.case_id in merges}
        if not carried:
            return
        MovedMessage.objects.bulk_create(
            [MovedMessage(move=move, message_id=message, why=homes[message].why) for message, move in carried.items()],
            ignore_conflicts=True,
        )
        for message, move in carried.items():
            homes[message].follow(move)
