"""Posting by hand: the place where no program may post, the person who posts there, and their word that it stands.

An answer that waits for a hand is no answer yet: the clocks run on, and the case goes on waiting for us. Only a person's
word ends that, with the address at which everybody can read it.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.db import transaction

from answerable.cases.models import Deflection
from answerable.channels.contract import Mark, Unsupported
from answerable.channels.contract_by_hand import AnswersByHand
from answerable.channels.registry import connector
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.replies import drafting, outcomes
from answerable.replies.models import Attempt, Reply
from answerable.replies.sending import words_of

LONGEST = 400
NOT_IN_AN_ADDRESS = re.compile(r"[\s\x00-\x1f<>\"]")


def hand_over(reply: Reply, *, by: Actor) -> bool:
    """Let a new answer wait for a hand, where its place needs one; False where the channel posts it.

    Raises `Invalid` for an answer that does not fit there.
    """
    source = reply.conversation.source
    speaker = connector(source.kind)
    if not isinstance(speaker, AnswersByHand):
        return False
    try:
        place = speaker.where(words_of(reply), source.values())
    except Unsupported as error:
        raise Invalid(error.template, "text", **error.facts) from error
    if not place:
        return False
    if not _leads_somewhere(place):
        raise Invalid("Nobody knows the web address at which this would be posted. Leave a note instead.", "text")
    reply.state, reply.place, reply.tries = Reply.State.BY_HAND, place[:2000], 1
    reply.save(update_fields=["state", "place", "tries"])
    Attempt.objects.create(reply=reply, number=1, state=Attempt.State.BY_HAND, started_at=now())
    outcomes.tell("reply_waits_for_hand", reply, by=by)
    return True


@transaction.atomic
def confirm(reply: Reply, *, address: str, by: Viewer) -> Reply:
    """A person says that they posted it, and where it stands: from now on it is an answer.

    Raises `Invalid` without such an address, or for one at which another answer stands, and `Conflict` if it does not wait
    for a hand.
    """
    by.require(Right.ANSWER)
    stands_at = _checked(address)
    waiting = _waiting(reply)
    if Reply.objects.filter(workspace_id=by.workspace_id, external_id=stands_at).exclude(pk=waiting.pk).exists():
        raise Invalid("Another answer stands at this address already. Nothing was kept; look there again.", "address")
    at = now()
    Attempt.objects.filter(reply=waiting, state=Attempt.State.BY_HAND).update(handed_over_at=at)
    outcomes.tell("reply_posted", waiting, by=by, address=stands_at)
    outcomes.sent(waiting, _attempt(waiting), external_id=stands_at)
    waiting.message.posted_at = at
    waiting.message.save(update_fields=["posted_at"])
    _count(waiting)
    return waiting


@transaction.atomic
def take_back(reply: Reply, *, by: Viewer) -> Reply:
    """It was not posted and will not be. The words go back into the draft of whoever says so, unless they are writing.

    Raises `Conflict` if it does not wait for a hand.
    """
    by.require(Right.ANSWER)
    waiting = _waiting(reply)
    outcomes.never_posted(waiting, _attempt(waiting), by=by)
    case = outcomes.case_of(waiting)
    if drafting.of(case, by=by) is None:
        drafting.save(case, text=waiting.message.text, audience=waiting.message.audience, by=by)
    return waiting


def _checked(address: str) -> str:
    stripped = address.strip()
    if len(stripped) > LONGEST or not _leads_somewhere(stripped):
        raise Invalid(
            "Give the whole web address at which the answer stands, from https:// on. Nothing was kept.", "address"
        )
    return stripped


def _leads_somewhere(address: str) -> bool:
    """Only what a browser opens: the link on the page leads there and does nothing else."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not NOT_IN_AN_ADDRESS.search(address)
    except ValueError:
        return False


def _waiting(reply: Reply) -> Reply:
    locked = Reply.objects.select_for_update(of=("self",)).select_related("conversation__source", "message", "case")
    waiting = locked.filter(pk=reply.pk, state=Reply.State.BY_HAND).first()
    if waiting is None:
        raise Conflict("This answer does not wait to be posted by hand. Nothing was changed. Load the page.")
    return waiting


def _attempt(reply: Reply) -> Attempt:
    return reply.attempts.get(state=Attempt.State.BY_HAND)


def _count(reply: Reply) -> None:
    """As for every answer: one that sends the customer elsewhere, or only invites, counts as none."""
    deflects = Deflection.objects.filter(message=reply.message_id, refuted="").exists()
    case = outcomes.case_of(reply)
    if not deflects and Mark.INVITATION not in reply.message.marks and case.is_open:
        outcomes.answered(case, at=now())
