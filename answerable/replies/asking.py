"""Asking the customer whether it is solved, on their own channel and in their language."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from answerable.cases import asking as asked
from answerable.cases.models import Asking, Case, Closure
from answerable.channels.contract import Audience, Can
from answerable.conversations.models import Conversation, Message
from answerable.core.access import House, Right, Viewer
from answerable.core.errors import Conflict
from answerable.replies import answering, checking, links, outbox, question_words

# The question goes out after the close, a paused source sends it later, and in public it says nothing about anybody.
DO_NOT_STOP = frozenset({"closed", "paused", "second_public", "open_review", "off_label"})


@transaction.atomic
def ask(closure: Closure, *, by: Viewer) -> Asking | None:
    """Ask the customer about this closure; None when no channel of theirs takes the question.

    The preferred channel first, then where they last spoke in private, then in public, in words that tell nothing. Raises
    `Conflict` when they were asked about it already.
    """
    by.require(Right.CLOSE)
    case = closure.case
    if closure.askings.exists():
        raise Conflict("The customer was asked already. Nothing was sent again.")
    language = question_words.spoken(case.language, case.contact.language, case.workspace.language)
    key, house = f"solved:{closure.pk}", House(case.workspace_id, "asking")
    for audience, conversation in _places(case):
        text = _text(case, audience, language, most=conversation.source.spec.max_text, key=key)
        addressing = answering.address(case, conversation)
        if not (text and addressing.to) or _stopped(case, conversation, audience, text):
            continue
        reply = outbox.put(
            case, conversation, addressing, text=text, audience=audience, key=key, language=language, by=house
        )
        digest = links.digest(links.secret(key))
        return asked.put(closure, message=reply.message, digest=digest, language=language, by=by)
    return None


def _places(case: Case) -> Iterator[tuple[Audience, Conversation]]:
    """Nobody who spoke only in public is written to in private."""
    private = Message.objects.filter(filing__case=case, direction=Message.Direction.IN, audience=Audience.PRIVATE)
    preferred = private.filter(conversation__source__kind=case.contact.preferred_channel)
    for each in preferred.select_related("conversation__source__workspace").order_by("-pk")[:1]:
        if each.conversation is not None and each.conversation.source.can(Can.REPLY_PRIVATE):
            yield Audience.PRIVATE, each.conversation
    spoken = [Audience.PRIVATE, Audience.PUBLIC] if private.exists() else [Audience.PUBLIC]
    for audience in spoken:
        place = answering.place(case, audience)
        if place is not None:
            yield audience, place


def _text(case: Case, audience: Audience, language: str, *, most: int | None, key: str) -> str:
    """The longest question that this channel takes; empty where it takes none. What counts is what goes out, with the link."""
    question = question_words.QUESTIONS[language]
    said: tuple[str, ...] = (question.public,)
    if audience != Audience.PUBLIC:
        said = question.in_private(case.subject, links.shown(), case.workspace.silence_days)
    return next((each for each in said if most is None or len(links.whole(each, key)) <= most), "")


def _stopped(case: Case, conversation: Conversation, audience: Audience, text: str) -> bool:
    concerns = checking.check(case, text=text, audience=audience, conversation=conversation)
    return any(each.blocks and each.code not in DO_NOT_STOP for each in concerns)
