"""Filing messages: each joins the case of its problem, or opens one. The journal says which, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from answerable.cases import calling_back, inviting, matching, redirects, steps, tracing
from answerable.cases.automatic import is_automatic, speaks_for_itself
from answerable.cases.deciding import Decision, decide
from answerable.cases.inviting import Claim
from answerable.cases.models import Case, Filing
from answerable.cases.newcomers import Newcomers
from answerable.cases.steps import CASE_NAME, NEWEST, Step, carry_out, show
from answerable.cases.traits import Trait, Traits
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Conversation, Message, Reference
from answerable.conversations.recording import Recorded
from answerable.core.access import Actor
from answerable.core.text.fold import fold

LONGEST_NUMBER = 19
INVITATION = "invitation:"
__all__ = [
    "NEWEST",
    "case_of",
    "file",
    "file_all",
    "file_into",
    "join",
    "names_of",
    "open_case",
    "show",
    "speaks_for_itself",
    "subject_of",
]


def file(recorded: Recorded, *, source: Source, by: Actor) -> Case | None:
    """File one recorded message and return its case; None for a machine's word that belongs to no case."""
    return file_all([recorded], source=source, by=by)[0]


def file_all(recorded: Sequence[Recorded], *, source: Source, by: Actor) -> list[Case | None]:
    """File recorded messages of one source, in this order; each knows what came before it.

    1. A message filed before stays where it is.
    2. A message of a known conversation joins the case of that conversation; a person's word reopens a closed one, a
       machine's never does.
    3. A private message that brings a live invitation joins the case that invited, whatever its conversation was.
    4. A person's first word in a conversation joins the case of the same problem, if `deciding` says so, and raises it.
    5. A call joins the case in which the person is waited for (`calling_back`).
    6. Anything else opens a case in the queue of the source's team; a machine's word opens none.
    """
    return _Batch(recorded, source, by).file(by)


def file_into(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> None:
    """File a message into a case that is known already; one that was filed before stays where it is."""
    if not Filing.objects.filter(message=message).exists():
        join(case, message, why=why, by=by)


def case_of(conversation: Conversation | None) -> Case | None:
    """The newest case in which a conversation goes on."""
    return steps.case_of(conversation)


def join(case: Case, message: Message, *, why: Filing.Why, by: Actor) -> Case:
    """Put a message into a case and keep the case's newest words true, whoever else writes into it now.

    Returns the case that it is in: of a merged one, the case in which that goes on.
    """
    case = _as_it_is_now(case)
    carry_out([Step(message, case, why, traits=tracing.traits_of(message))], by=by)
    return case


def open_case(recorded: Recorded, *, source: Source, by: Actor) -> Case:
    """Open a case for a message, in the queue of its source's team."""
    case = _opened(recorded, source)
    traits = tracing.traits_of(recorded.message)
    why = Filing.Why.NEW_PROBLEM
    carry_out([Step(recorded.message, case, why, opens=True, related=recorded.related, traits=traits)], by=by)
    return case


def names_of(case: Case) -> tuple[str, ...]:
    """What a message may claim to belong to. Claims lead back here only for somebody who takes part already."""
    return steps.names_of(case)


def subject_of(message: Message) -> str:
    """The subject that was given, else the first line of what was said."""
    lines = [line.strip() for line in message.text.splitlines() if line.strip()]
    return (message.subject.strip() or (lines[0] if lines else "") or "—")[:400]


class _Batch:
    """Messages of one source on their way to their cases: asked together, decided one after the other.

    Locks are taken in one order by everybody: first the people, so that two first words of one person that come in at
    once are decided one after the other; then the cases.
    """

    def __init__(self, recorded: Sequence[Recorded], source: Source, by: Actor) -> None:
        self.recorded, self.source = recorded, source
        self.filed = _cases_of_messages([each.message for each in recorded if not each.fresh])
        asked = inviting.asked_by([each.message for each in self._unfiled()], _brought(recorded))
        self._lock_people(inviting.people_of(asked.values(), workspace_id=source.workspace_id))
        self.claims = self._claim(asked, by)
        known = {_conversation(each).pk for each in recorded if not each.new_conversation}
        going_on = _newest_cases(known)
        self.traits = {each.message.pk: tracing.traits_of(each.message) for each in self._unfiled()}
        self.decisions = self._decide([each for each in self._unfiled() if _conversation(each).pk not in going_on])
        joined = {each.joins.case.pk for each in self.decisions.values() if each.joins}
        self.waited_for = calling_back.cases_of(self._unfiled())
        wanted = {
            *going_on.values(),
            *joined,
            *self.waited_for.values(),
            *(each.case.pk for each in self.claims.values()),
        }
        self.cases = redirects.lock(wanted) if wanted else {}
        self.going_on = {conversation: self.cases[case] for conversation, case in going_on.items()}
        self.newcomers = Newcomers()

    def file(self, by: Actor) -> list[Case | None]:
        found: list[Step] = []
        for each in self.recorded:
            if each.message.pk in self.filed:
                continue
            step = self._step(each)
            if step is not None:
                found.append(step)
                self.filed[each.message.pk] = self.going_on[_conversation(each).pk] = step.case
        carry_out(found, by=by)
        return [self.filed.get(each.message.pk) for each in self.recorded]

    def _unfiled(self) -> list[Recorded]:
        return [each for each in self.recorded if each.message.pk not in self.filed]

    def _lock_people(self, inviting_people: set[int]) -> None:
        people = {_conversation(each).contact_id for each in self._unfiled()} | inviting_people
        list(Contact.objects.select_for_update(no_key=True).filter(pk__among=people).order_by("pk").values_list("pk"))

    def _claim(self, asked: Mapping[int, Sequence[str]], by: Actor) -> dict[int, Claim]:
        messages = {each.message.pk: each.message for each in self.recorded}
        tried = {pk: inviting.claim(messages[pk], brought, by=by) for pk, brought in asked.items()}
        return {pk: claim for pk, claim in tried.items() if claim is not None}

    def _decide(self, recorded: Sequence[Recorded]) -> Mapping[int, Decision]:
        own = [each for each in recorded if not is_automatic(each.message) and each.message.pk not in self.claims]
        sides = [self._side(each) for each in own]
        found = matching.find_all(sides, workspace_id=self.source.workspace_id)
        away = self._away([likely.case for each in found for likely in each])
        return {
            each.message.pk: decide(likely, contact_id=_conversation(each).contact_id, away=away)
            for each, likely in zip(own, found, strict=True)
        }

    def _away(self, cases: Sequence[Case]) -> set[int]:
        """Those of other teams in which nothing was ever said to the team of this source."""
        others = {case.pk for case in cases if case.team_id != self.source.team_id}
        if not others:
            return set()
        here = Filing.objects.filter(case__in=others, message__conversation__source__team=self.source.team_id)
        return others - set(here.values_list("case", flat=True))

    def _side(self, recorded: Recorded) -> Traits:
        message = recorded.message
        seen = self.traits[message.pk]
        at = message.received_at
        return Traits(_conversation(recorded).contact_id, seen, fold(recorded.product), at, at)

    def _step(self, recorded: Recorded) -> Step | None:
        message, traits = recorded.message, self.traits[recorded.message.pk]
        if message.pk in self.claims:
            return Step(message, self.cases[self.claims[message.pk].case.pk], Filing.Why.INVITED, traits=traits)
        case = self.going_on.get(_conversation(recorded).pk)
        if case is not None:
            return Step(message, case, Filing.Why.SAME_THREAD, traits=traits)
        if is_automatic(message):
            return None
        decision = self.newcomers.decide(self._side(recorded), self.decisions[message.pk])
        if decision.joins is not None:
            return self._joining(message, decision, traits)
        if message.pk in self.waited_for:
            return Step(message, self.cases[self.waited_for[message.pk]], Filing.Why.CALLED_BACK, traits=traits)
        return self._opening(recorded, decision, traits)

    def _joining(self, message: Message, decision: Decision, traits: frozenset[Trait]) -> Step:
        assert decision.joins is not None
        case = self.cases.get(decision.joins.case.pk, decision.joins.case)
        return Step(message, case, Filing.Why.SAME_PROBLEM, traits=traits, likeness=decision.joins.likeness)

    def _opening(self, recorded: Recorded, decision: Decision, traits: frozenset[Trait]) -> Step:
        case = _opened(recorded, self.source)
        self.newcomers.add(case, self._side(recorded))
        return Step(
            recorded.message,
            case,
            Filing.Why.NEW_PROBLEM,
            opens=True,
            related=recorded.related,
            traits=traits,
            suggests=decision.suggests,
        )


def _conversation(recorded: Recorded) -> Conversation:
    conversation = recorded.message.conversation
    assert conversation is not None, "a note is never filed by itself"
    return conversation


def _brought(recorded: Sequence[Recorded]) -> dict[int, list[str]]:
    """The codes that came beside the words, as the page of an invitation sends them."""
    return {
        each.message.pk: [claim.removeprefix(INVITATION) for claim in each.claims if claim.startswith(INVITATION)]
        for each in recorded
        if each.claims
    }


def _cases_of_messages(messages: Sequence[Message]) -> dict[int, Case]:
    if not messages:
        return {}
    filings = Filing.objects.select_related("case").filter(message__in=messages)
    return {filing.message_id: filing.case for filing in filings}


def _as_it_is_now(case: Case) -> Case:
    """The same object, locked and with its newest words; another one when it was merged."""
    living = redirects.lock([case.pk])[case.pk]
    if living.pk != case.pk:
        return living
    for name in (*NEWEST, "state", "closed_at"):
        setattr(case, name, getattr(living, name))
    return case


def _newest_cases(conversations: set[int]) -> dict[int, int]:
    """The newest case of each conversation, by their ids."""
    if not conversations:
        return {}
    filings = Filing.objects.filter(message__conversation__among=conversations).order_by("message__conversation", "-id")
    newest = dict(filings.distinct("message__conversation").values_list("message__conversation", "case"))
    return newest | _cases_of_silent(conversations - newest.keys())


def _cases_of_silent(conversations: set[int]) -> dict[int, int]:
    """The cases of conversations that we began and in which nothing is filed yet: their numbers lead there.

    A number counts only in a conversation with the contact of that case. What a stranger quotes opens nothing.
    """
    if not conversations:
        return {}
    named = Reference.objects.filter(conversation__among=conversations, value__startswith=CASE_NAME).order_by("id")
    asked = {each.conversation_id: number for each in named if (number := _running_number(each.value))}
    theirs = dict(Case.objects.filter(pk__among=asked.values()).values_list("pk", "contact_id"))
    known = dict(Conversation.objects.filter(pk__among=asked).values_list("pk", "contact_id"))
    return {each: case for each, case in asked.items() if theirs.get(case) == known[each]}


def _running_number(name: str) -> int:
    running = name.rpartition("-")[2]
    return int(running) if running.isdecimal() and len(running) < LONGEST_NUMBER else 0


def _opened(recorded: Recorded, source: Source) -> Case:
    message, conversation = recorded.message, _conversation(recorded)
    return Case(
        workspace_id=source.workspace_id,
        contact=conversation.contact,
        team_id=source.team_id,
        holder_team_id=source.team_id,
        subject=subject_of(message),
        product=recorded.product[:120],
        language=message.language,
        opened_at=message.received_at,
        first_word_at=min(message.posted_at or message.received_at, message.received_at),
        promised_at=_promise(source, message.received_at),
        last_at=message.received_at,
    )


def _promise(source: Source, at: datetime) -> datetime:
    return at + timedelta(hours=source.workspace.promise_hours)
