"""Knowing: since when the company knew something, said by whoever can tell, with the messages that show it.

Three of the five moments from which a limit may run are told by people: when one of us first saw a message earlier
than our pages know, when the criteria of a report were complete, and when significant information came. Each is a
fact of the message that brought it, so that it goes wherever the message goes. What was said is never changed; an
earlier moment may be added and moves the legal clocks, a later one is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from answerable.cases import redirects
from answerable.cases.models import Case, Filing
from answerable.clocks import starting
from answerable.clocks.models import Clock, Known
from answerable.clocks.reckoning import earliest
from answerable.clocks.rulebook import Awareness
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now


def learn(message: Message, *, fact: str, at: datetime, why: str, by: Actor, evidence: Collection[int] = ()) -> Known:
    """Keep since when a fact was known by a message, and move the legal clocks that run from it.

    1. When the criteria were complete is one moment of the case: the earliest of its messages.
    2. Significant information, and the first look at a message, are moments of that message.
    3. `evidence` are the messages of the case that show it; the message itself always does.

    Raises `Invalid` for an unknown fact, a moment to come, no reason, or evidence of another case, and `Conflict` when
    it was known earlier already.
    """
    if isinstance(by, Viewer):
        by.require(Right.ANSWER)
    words = clean(why).strip()
    case_id = Filing.objects.values_list("case_id", flat=True).get(message=message)
    case = redirects.lock([case_id])[case_id]
    _check(case, fact, at, words, evidence)
    known = of_message(message)[fact] if fact != Known.Fact.CRITERIA_MET_AT else criteria_met_at(case)
    if known is not None and at >= known:
        raise Conflict("It was known at that moment already, and awareness never moves later. Nothing was changed.")
    made = Known.objects.create(
        message=message,
        fact=fact,
        at=at,
        why=words,
        evidence=sorted({message.pk, *evidence}),
        user_id=by.user_id if isinstance(by, Viewer) else None,
        part="" if isinstance(by, Viewer) else by.part,
        decided_at=now(),
    )
    _tell(made, case, "awareness_moved_earlier" if known else "awareness_noted", by=by)
    _move_clocks(made, case, by=by)
    return made


def of_message(message: Message) -> Mapping[str, datetime | None]:
    """The five moments of a message, each as early as anybody knows."""
    told = list(Known.objects.filter(message=message).values_list("fact", "at"))

    def said(fact: str) -> list[datetime]:
        return [at for each, at in told if each == fact]

    return {
        Awareness.POSTED_AT: message.posted_at,
        Awareness.CAPTURED_AT: message.received_at,
        Awareness.FIRST_SEEN_AT: earliest(message.first_seen_at, *said(Awareness.FIRST_SEEN_AT)),
        Awareness.CRITERIA_MET_AT: earliest(None, *said(Awareness.CRITERIA_MET_AT)),
        Awareness.SIGNIFICANT_INFO_AT: earliest(None, *said(Awareness.SIGNIFICANT_INFO_AT)),
    }


def criteria_met_at(case: Case) -> datetime | None:
    """When the criteria were first complete in a case, as early as anybody knows."""
    said = Known.objects.filter(message__filing__case=case, fact=Known.Fact.CRITERIA_MET_AT)
    return said.order_by("at").values_list("at", flat=True).first()


def _check(case: Case, fact: str, at: datetime, why: str, evidence: Collection[int]) -> None:
    if fact not in Known.Fact.values:
        raise Invalid("Choose what was known. Nothing was changed.", "fact")
    if at > now() + starting.MISTAKE:
        raise Invalid("Nobody can have known it at a time to come. Nothing was changed. Correct the time.", "at")
    if not why:
        raise Invalid("Say in a sentence how you know. Nothing was changed.", "why")
    if Filing.objects.filter(case=case, message__in=evidence).count() != len(set(evidence)):
        raise Invalid("Some of these messages lie in another case. Nothing was changed.", "evidence")


def _move_clocks(known: Known, case: Case, *, by: Actor) -> None:
    running = Clock.objects.filter(case=case, sort=Clock.Sort.LEGAL, stopped_at=None, start_field=known.fact)
    later = running.filter(started_at__gt=known.at).select_related("case__workspace").order_by("pk")
    for clock in later if known.fact == Known.Fact.CRITERIA_MET_AT else later.filter(message=known.message_id):
        starting.advance(clock, at=known.at, why=known.why, by=by)


def _tell(known: Known, case: Case, kind: str, *, by: Actor) -> None:
    data = {"known": known.pk, "fact": known.fact, "message": known.message_id, "evidence": known.evidence}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data={**data, "since": known.at.isoformat()})
