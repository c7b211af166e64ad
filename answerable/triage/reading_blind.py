"""Reading blind: somebody says what is in a message that was drawn by lot, and is not shown what the detectors found.

What is there becomes a verdict, which holds like any other. Where a second reading says otherwise than the first, neither
holds: the message goes back into the queue, so that somebody settles it.
"""

from __future__ import annotations

from collections.abc import Sequence

from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.triage import drawing, drifting, judging, queueing
from answerable.triage.detecting.reading import EVENTS, weights
from answerable.triage.models import Lot, ToRead, Verdict


def answer(lot: Lot, there: Sequence[str], *, by: Viewer) -> Lot:
    """Say which of what the detectors look for is in it; nothing of it is an answer, too.

    Raises `Conflict` where somebody read it meanwhile, and for a second reading by whoever gave the first.
    """
    by.require(Right.REVIEW)
    chosen = list(dict.fromkeys(there))
    if {*chosen} - weights().detectors.keys():
        raise Invalid("There is no such detector. Nothing was kept.", "there")
    kept = Lot.objects.select_for_update(of=("self",)).select_related("message__filing__case").get(pk=lot.pk)
    if kept.read_at is not None:
        raise Conflict("Somebody read it meanwhile. Their answer stands, and nothing was changed.")
    if kept.turn > 1 and has_answered(kept, by):
        raise Conflict("You gave the first reading of it. The second is for somebody else. Nothing was kept.")
    at = now()
    Lot.objects.filter(pk=kept.pk).update(read_at=at, user_id=by.user_id, there=chosen)
    kept.read_at, kept.user_id, kept.there = at, by.user_id, chosen
    _judge(kept, by)
    drawing.draw_second(kept)
    _tell(kept, by)
    return kept


def has_answered(lot: Lot, by: Viewer) -> bool:
    """Did this person read it before?"""
    judged = Verdict.objects.filter(message_id=lot.message_id, user_id=by.user_id).exists()
    read = Lot.objects.filter(message_id=lot.message_id, user_id=by.user_id).exists()
    return judged or read or ToRead.objects.filter(message_id=lot.message_id, user_id=by.user_id).exists()


def _judge(lot: Lot, by: Viewer) -> None:
    """A first word is kept as a verdict. What contradicts one that stands is settled by somebody else."""
    message, standing = lot.message, {each.detector: each.there for each in lot.message.verdicts.filter(ended_at=None)}
    for detector in lot.there:
        if detector not in standing:
            judging.judge(message, detector, there=True, reason=Verdict.Reason.SAID, by=by)
    differ = [each for each in lot.there if standing.get(each) is False]
    differ += [each for each, there in standing.items() if there and each not in lot.there and each in EVENTS]
    if differ and lot.turn > 1:
        queueing.wait_again(message, differ)


def _tell(lot: Lot, by: Viewer) -> None:
    case = lot.message.filing.case
    data = {"lot": lot.pk, "message": lot.message_id, "turn": lot.turn, "there": lot.there}
    journal.write("lot_read", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    if lot.turn == 1 and {*lot.there} & {*EVENTS}:
        drifting.missed(lot, by=by)
