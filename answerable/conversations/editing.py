"""Following an edit on the network: what is said now is shown, and what was said before is kept beside it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.db import transaction

from answerable.channels.contract import Edited, Said
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean, plausible
from answerable.conversations.identifying import key_of
from answerable.conversations.models import Message, Revision
from answerable.conversations.recording import once_key, search_vector
from answerable.conversations.withdrawing import tell
from answerable.listening import topics


@transaction.atomic
def edit(item: Edited, *, source: Source, at: datetime) -> Message | None:
    """Give the message its new text and keep the one before. None when we never had it: then it is said to us now.

    The newest edit is shown, in whatever order they come; the same one twice, and one of an emptied message, change nothing.
    Nor does one by somebody else than its author: some networks let anybody send one and leave the judging to us.
    """
    said, when = clean(item.said), plausible(item.at) or at
    ours = Message.objects.select_for_update().filter(workspace_id=source.workspace_id)
    message = ours.filter(once=once_key(source, clean(item.external_id))).first()
    if message is None:
        return None
    if message.author and (message.author.namespace, message.author.value) != key_of(said.author):
        return message
    if message.emptied_at or (message.text, message.subject) == (said.text, said.subject[:400]):
        return message
    if message.edited_at and when <= message.edited_at:
        _keep(message, said.subject, said.text, when)
        return message
    _keep(message, message.subject, message.text, message.edited_at or message.posted_at or message.received_at)
    _write(message, said, when)
    tell("message_edited", message, source=source, at=at)
    return message


def _keep(message: Message, subject: str, text: str, when: datetime) -> None:
    revision = Revision(message=message, subject=subject[:400], text=text, written_at=when)
    Revision.objects.bulk_create([revision], ignore_conflicts=True)


def _write(message: Message, said: Said, when: datetime) -> None:
    """The search finds it by its new words and by the old ones: somebody remembers them."""
    message.text, message.subject, message.html = said.text, said.subject[:400], said.html
    message.edited_at = when
    message.topics = topics.read(said.subject, said.text, language=message.language)
    message.search = _vector(message)
    message.save(update_fields=["text", "subject", "html", "edited_at", "topics", "search"])


def _vector(message: Message) -> SearchVector:
    before = message.revisions.values_list("text", flat=True)
    author = (message.author.display, message.author.value) if message.author else ()
    return search_vector(message.subject, message.text, message.quoted, *author, *before)
