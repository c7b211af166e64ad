"""Questions about groups as answering sees them: how each line stands, which way its answer goes, what may be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from answerable.cases import redirects
from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.models import Conversation, Message
from answerable.core.access import Viewer
from answerable.core.text.fold import fold
from answerable.replies import answering, checking, kept_texts, wordings
from answerable.replies.answering import Heard
from answerable.replies.concerns import Concern
from answerable.replies.models import CheckedLine, GroupAnswer, WordingVersion
from answerable.safety import queries as reports
from answerable.safety.models import Decision, Report
from answerable.triage import group_queries
from answerable.triage.models import Assessment, Group, GroupMessage

REPORT = "report"
"""Why a message is held: its case has a report that is not finally decided to be none."""

LATELY, NEWEST = timedelta(minutes=15), 2000


class Way(StrEnum):
    """How the answer reaches the person: in private, or first a public line that leads to private."""

    PRIVATE = "private"
    POINTER = "pointer"


@dataclass(frozen=True)
class Item:
    """A line of a group for a screen: its answer (None where nothing is approved in its language), and what was checked.

    `newer`: the customer said more since it was checked, or the answer was replaced; then it is to be checked again.
    """

    line: GroupMessage
    case: Case
    language: str
    answer: GroupAnswer | None
    checked: CheckedLine | None
    way: Way
    place: Conversation | None
    newer: bool

    @property
    def goes(self) -> bool:
        """Would it leave if the checked ones were sent now?"""
        states = (CheckedLine.State.CHECKED, CheckedLine.State.FAILED)
        ready = self.checked is not None and not self.newer and self.checked.state in states
        return ready and self.line.state == GroupMessage.State.IN and self.answer is not None


def heard_lately(*, at: datetime) -> list[int]:
    """The workspaces in which detectors read something within the last quarter of an hour, of the newest that they read."""
    newest = Assessment.objects.order_by("-pk").values_list("workspace_id", "at")[:NEWEST]
    return sorted({workspace_id for workspace_id, read_at in newest if read_at > at - LATELY})


def with_reports(workspace_id: int, cases: Iterable[int] | None = None) -> Mapping[int, str]:
    """The cases that have a report which is not finally decided to be none, by their ids."""
    found = Report.objects.filter(workspace_id=workspace_id)
    found = found if cases is None else found.filter(message__filing__case__in=list(cases))
    told: dict[int, str] = {}
    for report in found.select_related("message__filing").prefetch_related("versions__decisions"):
        latest = max(report.versions.all(), key=lambda each: each.number, default=None)
        standing: Sequence[Decision] = list(latest.decisions.all()) if latest else []
        if reports.state_of(standing) != reports.State.NOT_REPORTABLE:
            told[report.message.filing.case_id] = REPORT
    return told


def items(group: Group, viewer: Viewer) -> list[Item]:
    """Every line that the viewer sees, as it stands now."""
    lines = group_queries.lines_of(group, viewer)
    answers = answers_of(group)
    checks = CheckedLine.objects.filter(line__in=lines, ended_at=None).select_related(
        "reply", "pointer", "user", "answer"
    )
    checked = {each.line_id: each for each in checks}
    return [item(line, answers, checked.get(line.pk)) for line in lines]


def item(line: GroupMessage, answers: Mapping[str, GroupAnswer], checked: CheckedLine | None) -> Item:
    """One line as it stands now."""
    case = redirects.living(line.message.filing.case)
    language = language_of(line, case)
    answer, spoken = answers.get(language), answering.heard(case)
    way = way_of(line, spoken)
    place = answering.place(case, Audience.PRIVATE, among=spoken) if way == Way.PRIVATE else line.message.conversation
    newest = newest_of(case)
    newer = checked is not None and (checked.answer_id != (answer.pk if answer else 0) or checked.heard_id != newest)
    left = checked is not None and checked.state == CheckedLine.State.SENT
    return Item(line, case, language, answer, checked, way, place, newer and not left)


def answers_of(group: Group) -> dict[str, GroupAnswer]:
    """What stands for each language now."""
    standing = group.answers.filter(ended_at=None).select_related("wording__wording", "user", "approver")
    return {each.language: each for each in standing}


def language_of(line: GroupMessage, case: Case) -> str:
    """The language that the person is answered in, without its country: "pt" for Portugal and Brazil."""
    told = line.language or case.language or case.contact.language or case.workspace.language
    return told.lower().partition("-")[0]


def way_of(line: GroupMessage, spoken: Sequence[Heard]) -> Way:
    """In private where the person spoke to us in private, whichever way; a public word alone is led to private."""
    if line.message.audience != Audience.PUBLIC or any(Audience.PRIVATE in each.audiences for each in spoken):
        return Way.PRIVATE
    return Way.POINTER


def newest_of(case: Case) -> int:
    """The last that the customer said."""
    theirs = Message.objects.filter(filing__case=case, direction=Message.Direction.IN)
    return theirs.order_by("-pk").values_list("pk", flat=True).first() or 0


def text_for(answer: GroupAnswer, case: Case, viewer: Viewer) -> str:
    """The answer with the person's name in it, where it has a place for one."""
    return kept_texts.fill(answer.text, kept_texts.facts_of(case, by=viewer))


def concerns(found: Item, text: str) -> list[Concern]:
    """What speaks against this text to this person. In public only the way to private goes out, so nothing else is asked there."""
    if found.way == Way.POINTER:
        return []
    place = found.place
    people = answering.address(found.case, place).to if place else ()
    return checking.check(
        found.case,
        text=text,
        audience=Audience.PRIVATE,
        conversation=place,
        recipients=people,
        wording=found.answer.wording if found.answer else None,
    )


def choices(group: Group, language: str, viewer: Viewer) -> list[WordingVersion]:
    """Approved wordings that may be said now, best first: what answered the same before, then by shared words."""
    before = group_queries.said_before(group, viewer)
    used = set(
        GroupAnswer.objects.filter(group__in=before, wording__isnull=False).values_list("wording__wording", flat=True)
    )
    used |= set(group.answers.filter(ended_at=None, wording__isnull=False).values_list("wording__wording", flat=True))
    asked = set(fold(group_queries.title(group, "en")).split()) | set(fold(group.title).split())
    found = wordings.library(viewer, language=language, product=group.product, audience=Audience.PRIVATE)
    return sorted(found, key=lambda each: (each.wording_id not in used, -_shared(each, asked), each.wording.code))


def _shared(version: WordingVersion, asked: set[str]) -> int:
    return len(asked & set(fold(f"{version.wording.title} {version.wording.topic}").split()))
