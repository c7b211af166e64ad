"""Trying a source out: one harmless question, and a sentence about what works and what does not. Nothing is stored or sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from answerable.channels import calling, renewing
from answerable.channels.contract import (
    Audience,
    LooksUp,
    Polls,
    Reauthorise,
    Refused,
    Reply,
    TryLater,
    Unreadable,
)
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import journal, limits
from answerable.core.access import Right, Viewer
from answerable.core.errors import HouseError
from answerable.core.moments import now
from answerable.core.wire.calls import Answer, Call
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused

AT_MOST, PER = 10, timedelta(minutes=10)
WORKS = gettext_noop(
    "It works: the other side let us in and answered. %(count)s waited to be heard; nothing was stored."
)
LET_IN = gettext_noop("The sign-in works: the other side let us in and answered. It tells us of news by itself.")
NOT_LET_IN = gettext_noop("It answered, and does not let us in: %(why)s")
REFUSED = gettext_noop(
    "It let us in and refused the question: %(why)s Compare the permissions with the steps on this page."
)
SILENT = gettext_noop("It does not answer now: %(why)s What is entered here may be right; try again later.")
STRANGE = gettext_noop("Something else answered: %(why)s Check the address.")
ONLY_TOLD = gettext_noop(
    "There is nothing to ask here: this source is only told of news. Send it a message from outside, and look at Channels."
)
MEANS = (
    ((Reauthorise, SignInRefused), NOT_LET_IN),
    ((Refused,), REFUSED),
    ((Unreadable,), STRANGE),
    ((TryLater, NoAnswer, Guarded), SILENT),
)


@dataclass(frozen=True)
class Tried:
    """`works` is None where there was nothing to ask. `template` and `facts` are as in `HouseError`."""

    works: bool | None
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.template % self.facts if self.facts else self.template


def try_out(source: Source, *, by: Viewer) -> Tried:
    """Ask once. No cursor moves, no state changes; only that it was tried is in the journal."""
    by.require(Right.MANAGE_SOURCES)
    limits.count(f"trial:{source.pk}", at_most=AT_MOST, per=PER)
    found = _tried(source)
    data = {"works": found.works}
    journal.write("source_tried", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    return found


def _tried(source: Source) -> Tried:
    question = _question(source)
    try:
        if question is None:
            return _renewed(source)
        ask, said = question
        return said(calling.call(source, ask))
    except HouseError as error:
        return _refusal(error)


def _refusal(error: HouseError) -> Tried:
    template = next((words for kinds, words in MEANS if isinstance(error, kinds)), None)
    return Tried(False, template, {"why": error.sentence}) if template else Tried(False, error.template, error.facts)


Asking = tuple[Callable[[Mapping[str, Any]], Call], Callable[[Answer], Tried]]


def _question(source: Source) -> Asking | None:
    """For news, from where we are; else after an answer that nobody gave."""
    speaker: object = connector(source.kind)
    if isinstance(speaker, Polls):
        polls = speaker
        return (
            lambda values: polls.ask(source.cursor, values),
            lambda answer: Tried(True, WORKS, {"count": len(polls.page(answer, source.cursor, source.values()).items)}),
        )
    if isinstance(speaker, LooksUp):
        looks = speaker
        nobodys = Reply(f"trial-{source.slug}", Audience.PRIVATE, "", (), at=now())
        return lambda values: looks.look_up(nobodys, values), lambda answer: _looked(looks, answer)
    return None


def _looked(speaker: LooksUp, answer: Answer) -> Tried:
    speaker.found(answer)
    return Tried(True, LET_IN)


def _renewed(source: Source) -> Tried:
    """A source that is only told of news can at least show that its key is renewed."""
    if not renewing.renews(source):
        return Tried(None, ONLY_TOLD)
    renewing.values(source)
    return Tried(True, LET_IN)
