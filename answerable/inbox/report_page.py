"""The page of one report: what was said with its marks, beside the form, the limits, the versions and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from answerable.cases.models import Case
from answerable.clocks.models import Clock
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Read, Role, User
from answerable.inbox import limits, report_after, report_form, report_history, report_sheet, report_words
from answerable.inbox.limits import Line
from answerable.inbox.report_form import Wrong
from answerable.inbox.report_history import Change
from answerable.inbox.report_shapes import CHOICES, LISTS, Words
from answerable.inbox.report_sheet import Sheet
from answerable.safety import criteria, queries
from answerable.safety.models import Decision
from answerable.safety.queries import Record
from answerable.safety.reports import Minimum, Span
from answerable.safety.reports import Report as Values

LOOKS = 50
NOTHING = Wrong()


@dataclass(frozen=True)
class Piece:
    """Words, and what they are marked as showing; `ends` where the mark ends and says so."""

    text: str
    marks: Sequence[Words] = ()


@dataclass(frozen=True)
class Said:
    """A message of the case, in pieces."""

    message: Message
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Limit:
    """A time limit of the report with how it is reckoned: how long, and what a weekend does to its last day."""

    clock: Clock
    line: Line
    length: str
    roll: str


@dataclass(frozen=True)
class Typed:
    """What somebody sent that was not kept, and why; `both` are fields that two people changed at once."""

    sheet: Sheet | None = None
    reason: str = ""
    expected: int = 0
    wrong: Wrong = NOTHING
    theirs: Sequence[Change] = ()
    both: Sequence[Change] = ()
    decision: Mapping[str, str] | None = None
    refused: str = ""


def of(record: Record, viewer: Viewer, typed: Typed | None = None) -> dict[str, Any]:
    """Everything that the page says."""
    report, values, typed = record.report, record.values, typed or Typed()
    case: Case = report.message.filing.case
    said = messages(case, viewer)
    sheet = typed.sheet or report_sheet.written(values, viewer.time_zone)
    return {
        "record": record,
        "report": report,
        "case": case,
        "values": values,
        "typed": typed,
        "expected": typed.expected or record.latest.number,
        "said": [Said(each, pieces(each, values)) for each in said],
        "form": report_form.of(sheet, _quotes(values, sheet, said), viewer.time_zone, typed.wrong),
        "facts": report_history.facts(values, viewer.time_zone),
        "lists": {name: label for name, (label, _shapes) in LISTS.items()},
        "validity": _validity(values),
        **_limits(queries.clocks_of(report, viewer)),
        **report_after.of(record, viewer),
        "moments": report_words.moments(queries.moments_of(report)),
        "steps": report_history.steps(record.versions, viewer.time_zone),
        "outcomes": Decision.Outcome.choices,
        "roles": dict(Role.choices),
        "signed": next((each for each in record.standing if each.user_id == viewer.user_id), None),
        "reads": _reads(record, viewer),
        "words": report_words,
        **_may(viewer),
    }


def messages(case: Case, viewer: Viewer) -> list[Message]:
    """What was said in the case by others than us, in the order of time."""
    ours = Message.Direction.OUT
    found = access.rows(Message, viewer).filter(filing__case=case).exclude(direction=ours).defer("search", "html")
    around = ("author", "user", "conversation__source")
    return list(found.select_related(*around).order_by("received_at", "pk"))


def pieces(message: Message, values: Values) -> list[Piece]:
    """The text cut where a mark begins or ends; what lies under several marks names them all."""
    marks = [(span, label) for span, label in _labelled(values) if span.text_id == str(message.pk)]
    cuts = sorted({0, len(message.text), *(place for span, _ in marks for place in (span.start, span.end))})
    found = [Piece(message.text[start:end], _over(start, end, marks)) for start, end in pairwise(cuts)]
    return [each for each in found if each.text]


def _labelled(values: Values) -> Iterable[tuple[Span, Words]]:
    for minimum, criterion in values.criteria.items():
        yield from ((span, CHOICES[Minimum][str(minimum)]) for span in criterion.spans)
    for reaction in values.reactions:
        label = CHOICES[Minimum]["reaction"]
        yield from ((span, label) for span in reaction.spans)
    for product in values.products:
        yield from ((span, CHOICES[Minimum]["product"]) for span in product.spans)


def _over(start: int, end: int, marks: Sequence[tuple[Span, Words]]) -> Sequence[Words]:
    return tuple(dict.fromkeys(label for span, label in marks if span.start <= start and end <= span.end))


def _quotes(values: Values, sheet: Sheet, said: Iterable[Message]) -> dict[str, str]:
    """The words of the marks of a sheet, also of those that somebody sent and that were not kept."""
    texts = {str(each.pk): each.text for each in said}
    found = report_history.quotes(criteria.spans(values))
    for name, marks in sheet.items():
        for mark in marks.split() if name.endswith(".marks") else ():
            text_id, start, end = (*mark.split(":"), "", "")[:3]
            if mark not in found and start.isdecimal() and end.isdecimal():
                found[mark] = texts.get(text_id, "")[int(start) : int(end)]
    return found


def _validity(values: Values) -> list[dict[str, Any]]:
    """The four criteria: each with its state, and whether a person decided it or the form shows it."""
    found = criteria.validity(values)
    return [
        {
            "label": CHOICES[Minimum][str(each)],
            "status": str(found.criteria[each].status),
            "words": [span.words for span in found.criteria[each].spans],
            "by_person": each in values.criteria,
            "to_ask": criteria.TO_ASK[each],
        }
        for each in Minimum
    ]


def _limits(clocks: Sequence[Clock]) -> dict[str, Any]:
    """All limits, and the first that runs."""
    found = [_limit(each) for each in clocks]
    return {"clocks": found, "leading": next((each for each in found if each.clock.is_running), None)}


def _limit(clock: Clock) -> Limit:
    line = limits.line(clock)
    rule = line.rule
    return Limit(clock, line, limits.length(rule) if rule else "", limits.ROLLS[clock.roll or "none"]())


def _reads(record: Record, viewer: Viewer) -> list[tuple[str, Read]]:
    """Who looked at this report, the last first."""
    rows = access.rows(Read, viewer).filter(what__startswith="report", row_id=record.report.pk)
    looks = list(rows.exclude(what="report_list").order_by("-at", "-pk")[:LOOKS])
    names = dict(access.rows(User, viewer).filter(pk__in={each.user_id for each in looks}).values_list("pk", "name"))
    return [(names.get(each.user_id, "–"), each) for each in looks]


def _may(viewer: Viewer) -> dict[str, bool]:
    return {
        "may_write": viewer.may(Right.ANSWER),
        "may_sign": viewer.may(Right.SIGN_REPORTS) and viewer.scopes is None,
        "may_refer": viewer.may(Right.REFER_REPORTS),
    }
