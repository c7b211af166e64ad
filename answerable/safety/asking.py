"""Asking: what a report lacks is asked of the reporter, each try on record with what came of it, and it ends some day.

The words are offered for a private answer; whoever sends them sends them as any other answer. Nobody is asked in public.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from answerable.cases.models import Filing
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import questions, reporting
from answerable.safety.models import Inquiry, Report
from answerable.safety.questions import Attempt, Next, Step


def step_of(report: Report) -> Step:
    """What is next for a report: ask, wait, or stop, and why."""
    values = reporting.values_of(report.versions.latest("number"))
    tries = report.inquiries.order_by("asked_at", "pk")
    if any(each.outcome == Inquiry.Outcome.REFUSED for each in tries):
        return Step(Next.REFUSED)
    return questions.step(values, _attempts(tries), at=now())


def ask(report: Report, *, asked: Collection[str], way: str, words: str, by: Viewer) -> Inquiry:
    """Keep that the reporter was asked: what (keys), how, with which words.

    Raises `Invalid` for what is no question or no way, `Conflict` where nobody may be asked any more.
    """
    _may(by)
    locked = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    _check(asked, way)
    match step_of(locked).next:
        case Next.REFUSED:
            raise Conflict(
                "The reporter does not want to be asked. Nothing was kept. The report stays on record as it is."
            )
        case Next.GIVEN_UP:
            raise Conflict("It was asked in vain often enough. Nothing was kept. The report stays on record as it is.")
        case _:
            pass
    inquiry = Inquiry.objects.create(
        report=locked,
        questions=sorted(asked),
        words=clean(words).strip(),
        way=way,
        asked_at=now(),
        user_id=by.user_id,
    )
    _tell("report_asked_about", inquiry, by)
    return inquiry


def settle(inquiry: Inquiry, *, outcome: str, by: Viewer) -> Inquiry:
    """Keep what came of it. A refusal ends all asking. Raises `Invalid` for no outcome, `Conflict` for one that has one."""
    _may(by)
    if outcome not in Inquiry.Outcome.values or outcome == Inquiry.Outcome.WAITING:
        raise Invalid("Choose what came of it. Nothing was kept.", "outcome")
    fresh = Inquiry.objects.select_for_update(of=("self",)).select_related("report").get(pk=inquiry.pk)
    if fresh.outcome != Inquiry.Outcome.WAITING:
        raise Conflict("Somebody has written down what came of it already. Nothing was changed.")
    fresh.outcome, fresh.outcome_at, fresh.outcome_by_id = outcome, now(), by.user_id
    fresh.save(update_fields=["outcome", "outcome_at", "outcome_by"])
    _tell("report_answered", fresh, by)
    return fresh


def _may(by: Viewer) -> None:
    by.require(Right.SEE_REPORTS)
    by.require(Right.ANSWER)


def _check(asked: Collection[str], way: str) -> None:
    if not asked or not set(asked) <= questions.sentences().keys():
        raise Invalid("Choose at least one question. Nothing was kept.", "asked")
    if way not in Inquiry.Way.values:
        raise Invalid("Choose how it was asked. Nothing was kept.", "way")


def _attempts(tries: Iterable[Inquiry]) -> Sequence[Attempt]:
    answered = Inquiry.Outcome.ANSWERED
    return [Attempt(each.asked_at, answered=each.outcome == answered) for each in tries]


def _tell(kind: str, inquiry: Inquiry, by: Viewer) -> None:
    case = Filing.objects.select_related("case").get(message_id=inquiry.report.message_id).case
    data = {"report": inquiry.report_id, "inquiry": inquiry.pk, "outcome": inquiry.outcome}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
