"""Sending a reply, so that it goes out once.

1. Claim: the reply becomes `sending` and its attempt is `started`, committed before anything leaves.
2. Files that go apart from the words are uploaded (`uploading`). Nothing is out yet.
3. The connector says the call, the wire makes it. Where the channel has a point of no return, passing it is committed
   first (`handed_over_at`).
4. The answer is written: sent, refused for good, later, or unknown.

A worker that dies in between leaves a started attempt. Before the point of no return it surely did not go out and is
tried again; after it the outcome is unknown, and is looked up or settled by a person, never tried again blindly.
A worker that was only slow finds its attempt taken from it, and stops before the point of no return.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from answerable.channels import calling, health
from answerable.channels.contract import (
    Approved,
    Audience,
    Enclosure,
    Handle,
    Reauthorise,
    Refused,
    Speaks,
    SpeaksToSeveral,
    TryLater,
    Unreadable,
    Unsupported,
    WindowClosed,
)
from answerable.channels.contract import Reply as Words
from answerable.channels.contract_parting import SpeaksInParts
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.conversations.models import Message
from answerable.conversations.recording import remember_ids
from answerable.core import files
from answerable.core.moments import now
from answerable.core.wire.calls import Call, SendMail, SubmitShort
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused
from answerable.replies import links, outcomes, uploading
from answerable.replies.models import Attempt, Reply

log = logging.getLogger(__name__)

THREAD_IDS = 40


def send(reply: Reply) -> Reply:
    """Try once to send a queued reply. Anything but a queued one of a source that is on stays as it is."""
    source = reply.conversation.source
    if source.state != Source.State.ON:
        return _wait_for(source, reply)
    attempt = _claim(reply)
    if attempt is None:
        return reply
    try:
        _try(reply, attempt)
    except outcomes.Overtaken:
        log.warning("Reply %s was taken from a worker that was too slow.", reply.pk)
        reply.refresh_from_db()
    return reply


def _try(reply: Reply, attempt: Attempt) -> None:
    source = reply.conversation.source
    try:
        heard = _hear(reply, attempt)
        outcomes.sent(reply, attempt, external_id=heard.external_id, left_out=heard.left_out, part_ids=heard.part_ids)
    except (Refused, WindowClosed, Unsupported, Guarded) as error:
        outcomes.refused(reply, attempt, words=error.sentence)
    except (Reauthorise, SignInRefused) as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
        outcomes.later(reply, attempt, words=error.sentence)
    except TryLater as error:
        outcomes.later(reply, attempt, words=error.sentence, after=error.after)
    except Unreadable as error:
        outcomes.unknown(reply, attempt, words=error.sentence)
    except NoAnswer as error:
        outcomes.unknown(reply, attempt, words=error.sentence) if error.sent else outcomes.later(
            reply, attempt, words=error.sentence
        )


def words_of(reply: Reply) -> Words:
    """The reply as the connector needs it; the same for every attempt, so that a retry is the same mail."""
    message = reply.message
    return Words(
        key=reply.key,
        audience=Audience(message.audience),
        text=links.whole(message.text, reply.key),
        to=_handles(message, "to"),
        cc=_handles(message, "cc"),
        subject=message.subject,
        in_reply_to=reply.in_reply_to,
        thread_ids=_thread(reply),
        case_reference=reply.case.number,
        language=message.language,
        automatic=reply.automatic,
        agent=reply.user.name if reply.user else "",
        at=reply.created_at,
        approved=_approved(reply),
        enclosures=tuple(
            Enclosure(each.name, each.media_type, files.fetch(each.file), alt=each.alt)
            for each in message.attachments.order_by("id")
        ),
    )


def _approved(reply: Reply) -> Approved | None:
    told = reply.approved
    return Approved(told["name"], told["language"], tuple(told["values"])) if told else None


@transaction.atomic
def _wait_for(source: Source, reply: Reply) -> Reply:
    """Only what is still queued waits: to wait is to be sent later, and what went out must not be."""
    if Reply.objects.select_for_update().filter(pk=reply.pk, state=Reply.State.QUEUED).exists():
        outcomes.wait(reply, after=timedelta(minutes=5), words=f"{source.label} is paused.")
    return reply


def _claim(reply: Reply) -> Attempt | None:
    with transaction.atomic():
        claimed = Reply.objects.filter(pk=reply.pk, state=Reply.State.QUEUED).update(
            state=Reply.State.SENDING, tries=F("tries") + 1, next_try_at=None
        )
        reply.refresh_from_db()
        if not claimed:
            return None
        return Attempt.objects.create(reply=reply, number=reply.tries, started_at=now())


def _announce(reply: Reply, own_id: str) -> None:
    """An answer may be answered before we know that it went out, so its id is known before it leaves."""
    if own_id and not reply.message.references.exists():
        remember_ids(reply.conversation, reply.message, reply.conversation.source.kind, (own_id,))


@dataclass(frozen=True)
class _Heard:
    """The id on the other side, whom it did not take the reply for, and the ids of its parts."""

    external_id: str
    left_out: Mapping[str, str]
    part_ids: tuple[str, ...] = ()


def _hear(reply: Reply, attempt: Attempt) -> _Heard:
    source, words = reply.conversation.source, words_of(reply)
    speaker = connector(source.kind)
    if not isinstance(speaker, Speaks):
        raise Unsupported(f"{source.spec.label} takes no answers. The text is kept in the case.")
    _announce(reply, speaker.own_id(words, source.values()))
    words = uploading.uploaded(words, attempt, source)

    def pass_the_point() -> None:
        if not Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.STARTED).update(handed_over_at=now()):
            raise outcomes.Overtaken

    def say(values: Mapping[str, Any]) -> Call:
        call = speaker.say(words, values)
        if not isinstance(call, SendMail | SubmitShort):
            pass_the_point()
        return call

    answer = calling.call(source, say, before_handover=pass_the_point, is_answer=True)
    left_out = speaker.left_out(answer) if isinstance(speaker, SpeaksToSeveral) else {}
    part_ids = speaker.part_ids(answer) if isinstance(speaker, SpeaksInParts) else ()
    return _Heard(speaker.receipt(answer), left_out, part_ids)


def _handles(message: Message, part: str) -> tuple[Handle, ...]:
    return tuple(Handle(each["namespace"], each["value"], each["display"]) for each in message.recipients.get(part, []))


def _thread(reply: Reply) -> tuple[str, ...]:
    newest = reply.conversation.references.filter(message__id__lt=reply.message_id).order_by("-id")
    return tuple(newest.values_list("value", flat=True)[:THREAD_IDS])
