"""Which messages wait for an answer of a person, and which of them somebody has to look at first. Questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from answerable.cases.automatic import NO_ANSWER, speaks_for_itself
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.triage.models import Assessment, ToRead, Verdict

FIRST = frozenset({Assessment.Tier.URGENT, Assessment.Tier.REVIEW})
ON_FILE = frozenset({"adverse_event", "technical_complaint", "special_situation", "threat_to_life"})
"""Where a person says that one of these is there, the message is answered on its own."""
TO_LOOK, FOUND = "to_look", "found"
"""Why a message is held: nobody looked at it yet; a person found something that is answered on its own."""
MOST = 2000


@dataclass(frozen=True)
class Waiting:
    """A message that waits, the first of those in its case that nobody answered. `held` is why a person looks first, or empty."""

    message: Message
    case: Case
    language: str
    held: str


def waiting(workspace_id: int) -> list[Waiting]:
    """What waits for us in open cases, of the newest `MOST`; one for each case."""
    ours = Case.objects.filter(workspace_id=workspace_id, state=Case.State.OPEN, waiting_since=None)
    cases = ours.order_by("-last_at").in_bulk(list(ours.order_by("-last_at").values_list("pk", flat=True)[:MOST]))
    return _of(cases)


def of_cases(cases: Iterable[Case]) -> Mapping[int, Waiting]:
    """The same for these cases, by their ids; nothing for a case in which nothing waits."""
    return {each.case.pk: each for each in _of({case.pk: case for case in cases})}


def _of(cases: Mapping[int, Case]) -> list[Waiting]:
    unanswered = _unanswered(cases)
    held = _held([each for said in unanswered.values() for each in said])
    languages = _languages([said[0] for said in unanswered.values()])
    return [
        Waiting(
            said[0],
            cases[case_id],
            languages.get(said[0].pk) or said[0].language or cases[case_id].language,
            next((held[each.pk] for each in said if each.pk in held), ""),
        )
        for case_id, said in sorted(unanswered.items(), key=lambda pair: pair[1][0].pk)
    ]


def _unanswered(cases: Mapping[int, Case]) -> dict[int, list[Message]]:
    """By case, what people said after our last answer, in its order."""
    in_cases = Message.objects.filter(filing__case__in=list(cases)).exclude(marks__overlap=list(NO_ANSWER))
    ours = in_cases.filter(direction=Message.Direction.OUT, user__isnull=False)
    answered = dict(ours.values_list("filing__case").annotate(last=Max("pk")))
    theirs = in_cases.filter(direction=Message.Direction.IN, withdrawn_at=None, emptied_at=None)
    found: dict[int, list[Message]] = defaultdict(list)
    for message in theirs.select_related("filing").order_by("pk"):
        case_id = message.filing.case_id
        if message.pk > answered.get(case_id, 0) and speaks_for_itself(message):
            found[case_id].append(message)
    return found


def _languages(messages: Sequence[Message]) -> dict[int, str]:
    told = Assessment.objects.filter(message__in=messages).exclude(language="").order_by("pk")
    return dict(told.values_list("message_id", "language"))


def _held(messages: Sequence[Message]) -> dict[int, str]:
    """Why a person looks at each first: what calls for a look has had none, or a person found that it is there."""
    newest = {each.message_id: each for each in Assessment.objects.filter(message__in=messages).order_by("pk")}
    looked = ToRead.objects.filter(message__in=messages, done_at__isnull=False)
    read = set(looked.values_list("message_id", flat=True))
    said: dict[int, dict[str, bool]] = defaultdict(dict)
    for each in Verdict.objects.filter(message__in=messages, ended_at=None):
        said[each.message_id][each.detector] = each.there
    found = {pk: FOUND for pk, verdicts in said.items() if any(verdicts.get(each) for each in ON_FILE)}
    to_look = {pk: TO_LOOK for pk, each in newest.items() if pk not in read and _calls(each, said[pk])}
    return to_look | found


def _calls(assessment: Assessment, said: Mapping[str, bool]) -> bool:
    """Does it still call for a person? Not once each detector that called was answered."""
    unanswered = not assessment.over or any(each not in said for each in assessment.over)
    return assessment.tier in FIRST and unanswered
