"""Following a telephone call that is told of more than once: it rings, it is agreed to be recorded, it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from answerable.channels.contract import CallNews, Mark, Said
from answerable.channels.models import Source
from answerable.conversations import consenting
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message, PhoneCall
from answerable.conversations.recording import once_key, search_vector
from answerable.conversations.withdrawing import tell


@dataclass(frozen=True)
class Followed:
    """A call whose news was written beside it, and the words that stood for it before."""

    message: Message
    before: str


@transaction.atomic
def follow(news: CallNews, *, source: Source, at: datetime) -> Followed | None:
    """Write what became of a call beside it. None when we never had it: then it is said to us now.

    What is not certain is only written where nothing else is known. The words of a call are ours until a colleague says
    what was said; then they stay.
    """
    said = clean(news.said)
    ours = Message.objects.select_for_update(of=("self",)).filter(workspace_id=source.workspace_id)
    message = ours.filter(once=once_key(source, said.external_id)).select_related("call", "author").first()
    if message is None:
        return None
    before = message.text
    _consent(message, said)
    if said.call is not None and (news.certain or not _is_known(message)) and _write(message, said):
        tell("call_followed", message, source=source, at=at)
    return Followed(message, before)


def _is_known(message: Message) -> bool:
    call = message.call
    return call.waited is not None or call.talked is not None or call.abandoned or Mark.VOICEMAIL in message.marks


def _consent(message: Message, said: Said) -> None:
    """The same said twice is kept once."""
    known = set(message.consents.values_list("to", "given", "how"))
    fresh = tuple(each for each in said.consents if (each.to, each.given, each.how[:200]) not in known)
    if fresh:
        consenting.keep_all([(message, said)])


def _write(message: Message, said: Said) -> bool:
    told = said.call
    assert told is not None, "only calls are followed"
    facts = {"waited": told.waited, "talked": told.talked, "agent": told.agent[:120]}
    fresh = {name: value for name, value in facts.items() if value not in (None, "")}
    if told.abandoned:
        fresh["abandoned"] = True
    if not fresh and Mark.VOICEMAIL not in said.marks:
        return False
    PhoneCall.objects.filter(message=message).update(**{"line": message.call.line, **fresh})
    if said.text and not message.user_id:
        message.text, message.marks = said.text, sorted({*message.marks, *said.marks})
        name = (message.author.display, message.author.value) if message.author else ()
        message.search = search_vector(said.text, *name)
        message.save(update_fields=["text", "marks", "search"])
    return True
