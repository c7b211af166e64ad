"""Undoing a merge, a split or the move of a message: everything back where it belongs, and the evidence kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from answerable.cases import belongings, closing, figures, homes, moves, redirects, reviving, tracing
from answerable.cases.automatic import speaks_for_itself
from answerable.cases.models import Case, Filing, Move, MovedMessage, Suggestion
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.errors import Conflict


@transaction.atomic
def undo(move: Move, *, reason: str = "", by: Actor) -> Move:
    """Take a move back. Works also when the case that it led to was merged on.

    1. Its messages, and what was said since in the threads that it took along, go back to where they belong
       (`homes`). What a person moved on since stays there.
    2. A merged case lives again, with its holder or, when they left, in the queue. A case that is empty now leads on to
       where its messages are.
    3. What hangs on the case goes back; a case that was only opened again by the merge is closed as before.

    Raises `Conflict` when it was undone before.
    """
    at = moves.begin(by=by)
    moves.same_workspace(move.into_case, by=by)
    move = Move.objects.select_for_update(of=("self",)).select_related("from_case", "into_case").get(pk=move.pk)
    if move.undone_at is not None:
        raise Conflict("This was taken apart already. Nothing was changed.")
    _take_up_what_was_said_since(move)
    move.undone_at, move.undone_because = at, clean(reason).strip()
    move.undone_by_id = by.user_id if isinstance(by, Viewer) else None
    move.save(update_fields=["undone_at", "undone_because", "undone_by"])
    away = _go_home(move)
    cases = _locked({move.from_case_id, move.into_case_id, *(each for way in away for each in (way.here, way.home))})
    were_open = {case.pk for case in cases.values() if case.is_open}
    _settle(move, cases, by=by, at=at)
    elsewhere = [way for way in away if move.sort != Move.Sort.MERGE or way.home != move.from_case_id]
    _open_again(cases, were_open, elsewhere, by=by, at=at)
    for case in cases.values():
        figures.renew(case)
    Suggestion.objects.filter(move=move).update(
        state=Suggestion.State.DECLINED, decided_at=at, decided_by_id=move.undone_by_id, reason=move.undone_because
    )
    moves.tell("move_undone", move, cases.values(), by=by, at=at, messages=len(away))
    return move


@dataclass(frozen=True)
class Way:
    """One message on its way from where it lies to where it belongs."""

    message: Message
    here: int
    home: int
    why: str


def _take_up_what_was_said_since(move: Move) -> None:
    """What continued its threads since, and what an invitation of the merged case brought, counts to the move."""
    brought = belongings.brought(move.before.get("invitations", ()), since=move.at)
    here = redirects.ends([move.into_case_id])[move.into_case_id]
    late = Filing.objects.filter(message__conversation__in=brought, case_id=here).exclude(message__moves__move=move)
    MovedMessage.objects.bulk_create(MovedMessage(move=move, message_id=each.message_id, why=each.why) for each in late)
    threads = Message.objects.filter(moves__move=move, conversation__isnull=False)
    homes.complete(set(threads.values_list("conversation_id", flat=True)))


def _go_home(move: Move) -> list[Way]:
    """Put the messages where they belong; returns those that went."""
    belong = homes.of(set(move.messages.values_list("message_id", flat=True)))
    filings = Filing.objects.filter(message__in=belong).select_related("message")
    ways = [
        Way(each.message, each.case_id, belong[each.message_id].case_id, belong[each.message_id].why)
        for each in filings
    ]
    away = [way for way in ways if way.here != way.home]
    _locked({each for way in away for each in (way.here, way.home)})
    _put(away)
    return away


def _put(away: Sequence[Way]) -> None:
    for home, why in {(way.home, way.why) for way in away}:
        messages = [way.message.pk for way in away if (way.home, way.why) == (home, why)]
        Filing.objects.filter(message__in=messages).update(case_id=home, why=why)


def _locked(case_ids: set[int]) -> dict[int, Case]:
    cases = Case.objects.select_for_update().filter(pk__in=case_ids).order_by("pk")
    return {case.pk: case for case in cases}


def _settle(move: Move, cases: Mapping[int, Case], *, by: Actor, at: datetime) -> None:
    """Who has messages lives, who has none leads on to where they are, and what hung on them goes along."""
    full = set(Filing.objects.filter(case__in=cases).values_list("case_id", flat=True))
    living = [case for case in cases.values() if case.pk in full]
    again = [case for case in living if case.state == Case.State.MERGED]
    for case in again:
        moves.revive(case, move.before.get("from", {}) if case.pk == move.from_case_id else {})
    for case in cases.values():
        if case.pk not in full:
            _lead_on(case, cases, by=by, at=at)
    _give_back(move, by=by)
    for case in again:
        reviving.open_again(case, move, by=by, at=at)
    for case in living:
        reviving.close_again(case, by=by, at=at)
    if move.sort == Move.Sort.MERGE and move.into_case_id in full:
        _as_before(cases[move.into_case_id], move)


def _lead_on(case: Case, cases: Mapping[int, Case], *, by: Actor, at: datetime) -> None:
    """An empty case goes on where the last of its messages went."""
    passed = Q(move__from_case=case) | Q(move__into_case=case)
    last = (
        MovedMessage.objects.filter(passed)
        .select_related("message__filing")
        .order_by("-move_id", "-message_id")
        .first()
    )
    if last is None or Move.objects.filter(from_case=case, sort=Move.Sort.MERGE, undone_at=None).exists():
        return
    end = last.message.filing.case_id
    to = cases[end] if end in cases else _locked({end})[end]
    if case.state != Case.State.MERGED:
        belongings.take(case, to, by=by)
    if case.is_open:
        closing.reopen(to, because="moved_here", by=by, at=at)
    moves.lead_on(case, to, because="emptied", by=by, at=at)
    tracing.retrace([case])
    data = {"case": case.pk, "number": case.number, "into": to.pk, "into_number": to.number}
    journal.write("case_emptied", by=by, case_id=case.pk, team_id=case.team_id, data=data, at=at)


def _give_back(move: Move, *, by: Actor) -> None:
    ends = redirects.ends({move.from_case_id, move.into_case_id})
    home, here = (Case.objects.get(pk=ends[each]) for each in (move.from_case_id, move.into_case_id))
    if home.pk != here.pk:
        belongings.give_back(move.before, to=home, here=here, by=by)


def _as_before(into: Case, move: Move) -> None:
    """What the merge changed on the case that stayed, as far as nobody changed it since."""
    was, theirs = move.before["into"], move.before["from"]
    if into.promised_at == moves.moment(theirs["promised_at"]):
        into.promised_at = moves.moment(was["promised_at"]) or into.promised_at
    into.tags = [tag for tag in into.tags if tag in was["tags"] or tag not in theirs["tags"]]
    into.save(update_fields=["promised_at", "tags"])


def _open_again(cases: Mapping[int, Case], were_open: Collection[int], away: Sequence[Way], **told: Any) -> None:
    """A person's word that comes back to a closed case out of an open one opens it."""
    for way in away:
        if way.here in were_open and speaks_for_itself(way.message):
            closing.reopen(cases[way.home], because="moved_here", **told)
