"""Every reason why a reply may not go out, or should not. Nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from answerable.cases import deflecting
from answerable.cases.automatic import UNSAID
from answerable.cases.invitation_words import only_invites
from answerable.cases.models import Case
from answerable.channels.contract import Audience, Can
from answerable.channels.models import Source
from answerable.conversations import consenting
from answerable.conversations.models import Consent, Conversation, Identity
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.replies import answered, checking_wordings, length, network_texts, wordings
from answerable.replies.checking_files import about_files
from answerable.replies.checking_public import about_public
from answerable.replies.checking_uses import about_writer
from answerable.replies.concerns import Concern
from answerable.replies.models import DraftFile, Reply, WordingVersion

LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){7,}")
MOST_SHOWN = 5
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


ONLY_APPROVED = gettext_noop(
    "%(channel)s now takes only a text that it approved beforehand. Put one into the answer and fill its places."
)
NOBODY = gettext_noop(
    "Nobody in this conversation is known to be the customer of the case. Say whom it goes to, or join the two people first."
)


def check(
    case: Case,
    *,
    text: str,
    audience: str,
    conversation: Conversation | None,
    recipients: Sequence[Identity] | None = None,
    files: Sequence[DraftFile] = (),
    wording: WordingVersion | None = None,
    last_word: bool = False,
    at: datetime | None = None,
    writer: Viewer | None = None,
) -> list[Concern]:
    """Everything that speaks against sending this text to this audience now; blocking reasons first.

    `recipients` is None while nobody knows yet whom it goes to. `wording` is the version that the text says or left,
    `last_word` a line that closes a public conversation, `writer` who writes it, where a person does.
    """
    concerns = [*_about_text(text, audience), *_about_place(conversation, audience, at or now(), text)]
    concerns += _about_what_is_said(
        case, text, audience, conversation, wording=wording, last_word=last_word, at=at or now(), writer=writer
    )
    concerns += _about_size(conversation, text, audience, recipients or ())
    concerns += about_files(conversation, files)
    concerns += [concern for person in recipients or () for concern in _about_person(person, case)]
    if recipients is not None and not recipients and conversation is not None and audience == Audience.PRIVATE:
        concerns.append(Concern("nobody", NOBODY, True))
    if not case.is_open:
        concerns.append(Concern("closed", "The case is closed. Open it again first; the draft is kept.", True))
    return sorted(concerns, key=lambda each: not each.blocks)


def _about_what_is_said(
    case: Case,
    text: str,
    audience: str,
    conversation: Conversation | None,
    *,
    wording: WordingVersion | None,
    last_word: bool,
    at: datetime,
    writer: Viewer | None,
) -> list[Concern]:
    day = wordings.today(case.workspace.time_zone, at)
    approved = checking_wordings.says_what_was_approved(wording, text, day)
    concerns = checking_wordings.about_wording(case, wording, text, audience, day)
    if only_invites(text):
        return concerns
    concerns += checking_wordings.about_review(case, text, audience, approved=approved)
    if audience == Audience.PRIVATE:
        concerns += about_writer(case, text, writer, approved=approved)
    if audience == Audience.PUBLIC and text.strip():
        off_label = not approved and checking_wordings.asks_for_another_use(case)
        concerns += about_public(case, text, conversation, off_label=off_label, last_word=last_word)
    return concerns


def _about_text(text: str, audience: str) -> list[Concern]:
    if not text.strip():
        return [Concern("empty", "There is no text yet.", True)]
    return [*_about_deflection(text), *(_about_persons(text) if audience == Audience.PUBLIC else [])]


def _about_deflection(text: str) -> list[Concern]:
    found = list(dict.fromkeys(each.words for each in deflecting.find(text)))
    sentence = gettext_noop(
        "You are sending the person elsewhere. Take it over: transfer the case or ask a colleague; the person writes"
        " nothing new."
    )
    return [Concern("deflection", sentence, False, " … ".join(found[:MOST_SHOWN]))] if found else []


def _about_persons(text: str) -> list[Concern]:
    number, address = LONG_NUMBER.search(text), ADDRESS.search(text)
    found = [each.group() for each in (number, address) if each]
    sentence = gettext_noop(
        "A number or an address in a public answer points to one person. Take it out, or send it privately."
    )
    return [Concern("personal_data", sentence, True, words) for words in found]


def _about_place(conversation: Conversation | None, audience: str, at: datetime, text: str) -> list[Concern]:
    if conversation is None:
        return [Concern("nowhere", "There is no conversation to answer in. Leave a note instead.", True)]
    source = conversation.source
    if not source.takes(audience):
        return [
            Concern(
                "not_able", "%(channel)s cannot answer like this. Choose another audience.", True, facts=_of(source)
            )
        ]
    return [
        *_about_hands(source, audience),
        *_about_source(source),
        *_about_one(conversation),
        *_about_window(conversation, audience, at, text),
    ]


def _about_hands(source: Source, audience: str) -> list[Concern]:
    if audience != Audience.PUBLIC or source.can(Can.REPLY_PUBLIC):
        return []
    sentence = gettext_noop("%(channel)s takes no answer from a program. You will post it there yourself, by hand.")
    return [Concern("by_hand", sentence, False, facts=_of(source))]


def _about_one(conversation: Conversation) -> list[Concern]:
    stands = Reply.objects.filter(conversation=conversation, external_id__gt="").exclude(state__in=UNSAID)
    if not conversation.source.spec.one_answer or not stands.exists():
        return []
    sentence = gettext_noop("%(channel)s keeps one answer. This one takes the place of the one that stands there.")
    return [Concern("replaces", sentence, False, facts=_of(conversation.source))]


def _about_source(source: Source) -> list[Concern]:
    if source.state == Source.State.PAUSED:
        sentence = gettext_noop("%(source)s is paused. The answer would wait until it is switched on again.")
        return [Concern("paused", sentence, False, source.trouble, {"source": source.label})]
    return []


def _about_size(
    conversation: Conversation | None, text: str, audience: str, recipients: Sequence[Identity]
) -> list[Concern]:
    if conversation is None:
        return []
    source = conversation.source
    measured = length.of(source, text, audience, recipients)
    if measured.most is None or measured.length <= measured.most:
        return []
    sentence = gettext_noop("%(channel)s takes %(most)s characters; this has %(length)s. Shorten it.")
    return [
        Concern("too_long", sentence, True, facts={**_of(source), "most": measured.most, "length": measured.length})
    ]


def _about_window(conversation: Conversation, audience: str, at: datetime, text: str) -> list[Concern]:
    if answered.is_open(conversation, audience, at):
        return []
    if not network_texts.has(conversation.source):
        return [Concern("window", "The network no longer takes an answer here. Choose another channel.", True)]
    saying = network_texts.said_by(text, conversation.source)
    if saying is None:
        return [Concern("window", ONLY_APPROVED, True, facts=_of(conversation.source))]
    sentence = gettext_noop("A place of the approved text is still open. Fill it in.")
    return [Concern("open_place", sentence, True, " ".join(saying.open_places))] if saying.open_places else []


def _about_person(person: Identity, case: Case) -> list[Concern]:
    concerns = []
    if person.unreachable_at:
        came_back = gettext_noop("Mail to %(address)s came back.")
        concerns.append(Concern("unreachable", came_back, False, person.unreachable_because, {"address": person.value}))
    refused = consenting.standing(person, Consent.To.WRITING)
    if refused is not None and not refused.given:
        opted_out = gettext_noop("%(address)s asked not to be written to here any more. Use another channel, or call.")
        concerns.append(Concern("opted_out", opted_out, True, refused.how, {"address": person.value}))
    if person.contact_id != case.contact_id:
        outside = gettext_noop("%(address)s is not the customer of this case.")
        concerns.append(Concern("outside", outside, False, person.value, {"address": person.value}))
    return concerns


def _of(source: Source) -> dict[str, object]:
    return {"channel": source.spec.label}
