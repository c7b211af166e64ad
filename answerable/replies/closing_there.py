"""Asking a complaint site to close: for a solved case, or on another ground that the site's rules know.

1. Asked: the ground and the reason are kept and the job deferred, in one transaction. The same ground twice is asked once.
2. The connector says the call. It may be repeated: what was asked already is fine. So silence means "again later".
3. Taken: the site decides, and what it decides comes back as words. Its "no" for good ends the request, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from answerable.cases import redirects
from answerable.cases.models import Case, Disposition
from answerable.channels import calling, health
from answerable.channels.contract import Audience, Can, ConnectorError, Reauthorise, TryLater, Unreadable
from answerable.channels.contract_closing import AsksClosure, Ground
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Conversation
from answerable.core import jobs, journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused
from answerable.replies import answered, answering
from answerable.replies.models import ClosureRequest
from answerable.replies.outcomes import GIVE_UP_AFTER, WAITS

LONGEST = 1000


@dataclass(frozen=True)
class Offer:
    """A conversation of the case on such a site, the grounds that may be given now, and what was asked before."""

    conversation: Conversation
    grounds: Sequence[Ground]
    asked: Sequence[ClosureRequest]


def offers(case: Case) -> list[Offer]:
    """Where a site can be asked about this case. “It is solved” is offered for one that was closed as solved only."""
    places = [each.conversation for each in answering.heard(case) if each.conversation.source.can(Can.ASK_CLOSURE)]
    return [Offer(each, grounds(case, each), _asked(each)) for each in places]


def place(case: Case, conversation_id: int | None) -> Conversation:
    """The conversation of this case on such a site; the newest where none is named. Raises `Conflict`."""
    found = [each.conversation for each in offers(case) if conversation_id in (None, each.conversation.pk)]
    if not found:
        raise Conflict("This case was not heard on a site that can be asked. Nothing was asked.")
    return found[0]


def grounds(case: Case, conversation: Conversation) -> list[Ground]:
    """The grounds that the site knows and that fit the case as it stands."""
    speaker = connector(conversation.source.kind)
    known = speaker.grounds() if isinstance(speaker, AsksClosure) else ()
    closure = case.closures.filter(reopened_at=None, disposition=Disposition.SOLVED)
    is_solved = not case.is_open and closure.exists()
    return [each for each in known if is_solved or not each.solved]


def ask(case: Case, conversation: Conversation, *, ground: str, words: str, by: Viewer) -> ClosureRequest:
    """Ask the site. Raises `Invalid` for a ground that does not fit, or without the reason that it wants; `Conflict` for one
    that was asked already.
    """
    by.require(Right.CLOSE)
    case, reason = redirects.living(case), clean(words).strip()[:LONGEST]
    chosen = next((each for each in grounds(case, conversation) if each.code == ground), None)
    if chosen is None:
        raise Invalid("Choose a ground that the site knows. Nothing was asked.", "ground")
    if chosen.needs_words and not reason:
        raise Invalid("The site wants the reason in words. Nothing was asked.", "words")
    try:
        with transaction.atomic():
            fields = {"ground": ground, "words": reason, "user_id": by.user_id, "at": now()}
            asked = ClosureRequest.objects.create(case=case, conversation=conversation, **fields)
    except IntegrityError:
        raise Conflict("The site was asked on this ground already. Nothing was asked again.") from None
    _tell("closure_requested", asked, by=by)
    _later(asked, after=timedelta(0))
    return asked


def carry_out(asked: ClosureRequest) -> None:
    """Try once. One that is settled, or whose source is paused, stays as it is; the latter is tried again."""
    source = asked.conversation.source
    if asked.ended_at is not None:
        return
    if source.state != Source.State.ON:
        _again(asked, f"{source.label} is paused.", WAITS[2])
        return
    try:
        _call(asked, source)
    except (Reauthorise, SignInRefused) as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
        _again(asked, error.sentence, WAITS[2])
    except TryLater as error:
        _again(asked, error.sentence, timedelta(seconds=error.after))
    except (ConnectorError, Guarded) as error:
        _end(asked, "closure_request_refused", words=error.sentence)
    except NoAnswer as error:
        _again(asked, error.sentence, timedelta(0))
    else:
        _end(asked, "closure_request_taken", taken=True)


def _call(asked: ClosureRequest, source: Source) -> None:
    speaker, newest = connector(source.kind), answered.name(asked.conversation, Audience.PUBLIC)
    if not isinstance(speaker, AsksClosure):
        raise Unreadable("This channel no longer asks for closures.")
    answer = calling.call(
        source, lambda values: speaker.ask_closure(newest, asked.ground, asked.words, values), is_answer=True
    )
    speaker.closure_asked(answer)


def _asked(conversation: Conversation) -> list[ClosureRequest]:
    return list(ClosureRequest.objects.select_related("user").filter(conversation=conversation).order_by("pk"))


@transaction.atomic
def _end(asked: ClosureRequest, kind: str, *, taken: bool = False, words: str = "") -> None:
    at = now()
    ended = ClosureRequest.objects.filter(pk=asked.pk, ended_at=None)
    if ended.update(ended_at=at, taken_at=at if taken else None, trouble=words[:2000]):
        _tell(kind, asked, by=House(asked.case.workspace_id, "replies"))


@transaction.atomic
def _again(asked: ClosureRequest, words: str, after: timedelta) -> None:
    """Waits grow as those of a reply do; after a day it ends honestly instead of trying for ever."""
    if now() - asked.at > GIVE_UP_AFTER:
        _end(asked, "closure_request_refused", words=words)
        return
    pause = WAITS[min(asked.tries, len(WAITS) - 1)]
    ClosureRequest.objects.filter(pk=asked.pk).update(tries=asked.tries + 1, trouble=words[:2000])
    _later(asked, after=max(pause, after))


def _later(asked: ClosureRequest, *, after: timedelta) -> None:
    lock = f"conversation:{asked.conversation_id}"
    jobs.later("replies.jobs.ask_closure", lock=lock, after=after.total_seconds(), request_id=asked.pk)


def _tell(kind: str, asked: ClosureRequest, *, by: Actor) -> None:
    data = {"request": asked.pk, "ground": asked.ground, "source": asked.conversation.source_id}
    journal.write(kind, by=by, case_id=asked.case_id, team_id=asked.case.team_id, data=data)
