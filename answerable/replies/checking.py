"""Every reason why a reply may not go out, or should not. Nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from answerable.cases.models import Case
from answerable.channels.contract import Audience, Can
from answerable.channels.models import Source
from answerable.conversations.models import Conversation, Identity, Message
from answerable.core.moments import now

LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


@dataclass(frozen=True)
class Concern:
    """One reason. `blocks` stops the reply; otherwise it warns. `words` are the words of the text that it is about."""

    code: str
    sentence: str
    blocks: bool
    words: str = ""


def check(
    case: Case,
    *,
    text: str,
    audience: str,
    conversation: Conversation | None,
    recipients: Sequence[Identity] = (),
    at: datetime | None = None,
) -> list[Concern]:
    """Everything that speaks against sending this text to this audience now; blocking reasons first."""
    concerns = [*_about_text(text, audience), *_about_place(conversation, audience, text, at or now())]
    concerns += [concern for person in recipients for concern in _about_person(person, case)]
    if not case.is_open:
        concerns.append(Concern("closed", "The case is closed. Open it again first; the draft is kept.", True))
    return sorted(concerns, key=lambda each: not each.blocks)


def _about_text(text: str, audience: str) -> list[Concern]:
    if not text.strip():
        return [Concern("empty", "There is no text yet.", True)]
    if audience != Audience.PUBLIC:
        return []
    number, address = LONG_NUMBER.search(text), ADDRESS.search(text)
    found = [each.group() for each in (number, address) if each]
    sentence = "A number or an address in a public answer points to one person. Take it out, or send it privately."
    return [Concern("personal_data", sentence, True, words) for words in found]


def _about_place(conversation: Conversation | None, audience: str, text: str, at: datetime) -> list[Concern]:
    if conversation is None:
        return [Concern("nowhere", "There is no conversation to answer in. Leave a note instead.", True)]
    source = conversation.source
    wanted = Can.REPLY_PUBLIC if audience == Audience.PUBLIC else Can.REPLY_PRIVATE
    if not source.can(wanted):
        return [Concern("not_able", f"{source.spec.label} has no {audience} answer. Choose another audience.", True)]
    return [*_about_source(source), *_about_size(source, text), *_about_window(conversation, at)]


def _about_source(source: Source) -> list[Concern]:
    if source.state == Source.State.PAUSED:
        sentence = f"{source.label} is paused: {source.trouble or 'an admin paused it.'} The answer would wait."
        return [Concern("paused", sentence, False)]
    return []


def _about_size(source: Source, text: str) -> list[Concern]:
    most = source.spec.max_text
    if most is None or len(text) <= most:
        return []
    return [
        Concern("too_long", f"{source.spec.label} takes {most} characters; this has {len(text)}. Shorten it.", True)
    ]


def _about_window(conversation: Conversation, at: datetime) -> list[Concern]:
    window = conversation.source.spec.reply_window
    if window is None:
        return []
    heard = conversation.messages.filter(direction=Message.Direction.IN).order_by("-received_at").first()
    if heard is None or at - heard.received_at > window:
        return [Concern("window", "The network no longer takes an answer here. Choose another channel.", True)]
    return []


def _about_person(person: Identity, case: Case) -> list[Concern]:
    concerns = []
    if person.unreachable_at:
        concerns.append(
            Concern("unreachable", f"Mail to {person.value} came back: {person.unreachable_because}", False)
        )
    if person.contact_id != case.contact_id:
        concerns.append(Concern("outside", f"{person.value} is not the customer of this case.", False, person.value))
    return concerns
