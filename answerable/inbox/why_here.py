"""Why a message is here, for people: a sentence for each reason, and the words that show it marked in the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.models import Basis, Message, Relevance
from answerable.core import access
from answerable.core.access import Viewer
from answerable.listening.relevance import Why
from answerable.listening.topics import Topic

TO_US: Mapping[str, Callable[[], str]] = {
    Why.PRIVATE: lambda: _("It was said to us in private."),
    Why.MENTION: lambda: _("It names us."),
    Why.REPLY: lambda: _("It answers us, or goes on in a thread of ours."),
    Why.PLACE: lambda: _("It was said at a place of ours."),
    Why.WORDS: lambda: _("Nobody said it to us. It holds words that its source listens for."),
}
TOPICS: Mapping[str, Callable[[], str]] = {
    Topic.DEVICE_TROUBLE: lambda: _("trouble with a device"),
    Topic.ADVERSE_EVENT: lambda: _("something that may be an adverse event"),
    Topic.BILLING: lambda: _("a bill or a payment"),
    Topic.DELIVERY: lambda: _("a delivery"),
}
GROUNDS: Mapping[str, Callable[[], str]] = {
    Basis.Sort.CONSENT: lambda: _("their consent"),
    Basis.Sort.CONTRACT: lambda: _("a contract"),
    Basis.Sort.DUTY: lambda: _("a duty by law"),
}
Piece = tuple[str, bool]
"""Some words of a text, and whether they are marked."""


@dataclass(frozen=True)
class Here:
    """The sentences of a message, what decided first, and its paragraphs where something of them is marked."""

    sentences: tuple[str, ...]
    paragraphs: tuple[tuple[Piece, ...], ...] = ()


def of(messages: Sequence[Message], viewer: Viewer) -> Mapping[int, Here]:
    """Of what was found in public, by message. What was said to us in private needs no reason beside it."""
    public = {each.pk: each for each in messages if _is_heard_in_public(each)}
    found: dict[int, list[Relevance]] = {}
    for reason in _rows(viewer, list(public)) if public else ():
        found.setdefault(reason.message_id, []).append(reason)
    return {pk: Here(tuple(map(sentence, reasons)), _paragraphs(public[pk], reasons)) for pk, reasons in found.items()}


def first(case: Case, viewer: Viewer) -> list[str]:
    """Why the message with which a case began is here."""
    began = access.rows(Message, viewer).filter(filing__case=case, direction=Message.Direction.IN)
    message = began.order_by("received_at", "pk").values_list("pk", flat=True).first()
    return [sentence(each) for each in _rows(viewer, [message])] if message else []


def grounds() -> list[tuple[str, str]]:
    """On what ground somebody may be known, to choose from."""
    return [(sort, words()) for sort, words in GROUNDS.items()]


def sentence(reason: Relevance) -> str:
    """One reason in words."""
    if reason.why == Why.KNOWN:
        return _known(reason)
    if reason.version is not None:
        words = {"name": reason.version.query.name, "number": reason.version.number}
        return _("The saved query “%(name)s” asks for it, in its version %(number)s.") % words
    return TO_US[reason.why]()


def _known(reason: Relevance) -> str:
    basis, author = reason.basis, reason.message.author
    assert basis is not None, "the database holds it"
    words = {
        "person": author.contact.name if author else "–",
        "topic": TOPICS[reason.topic](),
        "ground": GROUNDS[basis.sort](),
        "words": basis.words,
    }
    return (
        _("It names nobody. It was kept because it speaks of %(topic)s, and %(person)s is known to us.") % words
        + " "
        + _("The ground on file is %(ground)s: %(words)s.") % {**words, "words": basis.words.rstrip(".")}
    )


def _rows(viewer: Viewer, messages: Sequence[int]) -> Sequence[Relevance]:
    asked = access.rows(Relevance, viewer).filter(message_id__in=messages)
    return list(asked.select_related("basis", "message__author__contact", "version__query").order_by("pk"))


def _is_heard_in_public(message: Message) -> bool:
    return message.direction == Message.Direction.IN and message.audience == Audience.PUBLIC


def _paragraphs(message: Message, reasons: Sequence[Relevance]) -> tuple[tuple[Piece, ...], ...]:
    """Nothing is marked in a text that its author changed since: the places were those of the first one."""
    spans = sorted({(start, end) for each in reasons for start, end in each.evidence.get("spans", ())})
    if not spans or message.edited_at or message.emptied_at:
        return ()
    return tuple(_pieces(message.text, start, end, spans) for start, end in _stretches(message.text))


def _stretches(text: str) -> list[tuple[int, int]]:
    """Where each paragraph begins and ends, without the white space around it."""
    found, at = [], 0
    for part in text.split("\n\n"):
        if part.strip():
            begin = at + len(part) - len(part.lstrip())
            found.append((begin, begin + len(part.strip())))
        at += len(part) + 2
    return found


def _pieces(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces, at = [], start
    for begin, stop in spans:
        begin, stop = max(begin, at), min(stop, end)  # noqa: PLW2901 - as far as this paragraph goes
        if begin < stop:
            pieces += [(text[at:begin], False)] if at < begin else []
            pieces.append((text[begin:stop], True))
            at = stop
    return (*pieces, (text[at:end], False)) if at < end else tuple(pieces)
