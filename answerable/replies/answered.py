"""What a reply answers: the newest of theirs that was said to the same audience, and how long the network lets us."""

from __future__ import annotations

from datetime import datetime, timedelta

from answerable.channels.contract import Audience
from answerable.channels.contract_windows import ClosesByItself
from answerable.channels.registry import connector
from answerable.conversations.models import Conversation, Message


def message(conversation: Conversation, audience: str) -> Message | None:
    """What they said in public is answered in public, where they said something there; else their newest word."""
    heard = conversation.messages.filter(direction=Message.Direction.IN).order_by("-id")
    return heard.filter(audience=audience).first() or heard.first()


def name(conversation: Conversation, audience: str) -> str:
    """Its id on the network, empty where there is none."""
    return _name(message(conversation, audience))


def window(conversation: Conversation, audience: str) -> timedelta | None:
    """How long after it the network takes an answer; None for always."""
    source = conversation.source
    speaker = connector(source.kind)
    if isinstance(speaker, ClosesByItself):
        return speaker.closes_after(Audience(audience), name(conversation, audience), source.values())
    return source.spec.reply_window


def is_open(conversation: Conversation, audience: str, at: datetime) -> bool:
    """Does the network take an answer of our own words now?"""
    taken_for, heard = window(conversation, audience), message(conversation, audience)
    return taken_for is None or (heard is not None and at - heard.received_at <= taken_for)


def _name(heard: Message | None) -> str:
    reference = heard.references.order_by("id").first() if heard else None
    return reference.value if reference else ""
