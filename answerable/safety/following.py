"""Following: later words of a case are taken into its report, or found to say nothing new; by a person, with a reason."""

from __future__ import annotations

from dataclasses import replace

from answerable.cases.models import Filing
from answerable.clocks import knowing
from answerable.clocks.models import Known
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import found, reporting
from answerable.safety.models import FollowUp, Inquiry, Version
from answerable.safety.reports import Report as Values
from answerable.safety.reports import Sort


def proposed(follow_up: FollowUp, values: Values) -> Values:
    """What the report would say with these words: what is known stays, what was empty is filled."""
    told = found.load(follow_up.found)
    new = found.merged(values, told)
    if values.sort is Sort.TECHNICAL_COMPLAINT:
        return replace(new, reactions=values.reactions, situations=values.situations)
    harmed = values.sort is Sort.SPECIAL_SITUATION and new.reactions
    return replace(new, sort=Sort.ADVERSE_EVENT) if harmed else new


def take(follow_up: FollowUp, *, significant: bool, because: str, by: Viewer, values: Values | None = None) -> Version:
    """Take later words into the report, as they were read or as a person put them (`values`).

    1. Significant ones can change the assessment: the latest information is theirs, and limits run anew from their receipt.
    2. A question that waits for an answer has it now.

    Raises `Invalid` without a reason, `Conflict` where somebody was first or nothing would change.
    """
    waiting = _waiting(follow_up, because, by)
    report = waiting.report
    last = report.versions.latest("number")
    known = reporting.values_of(last)
    new = values or proposed(waiting, known)
    if significant:
        new = replace(new, latest_at=max(new.latest_at, waiting.message.received_at))
        _know(waiting, because, by)
    version = reporting.correct(
        report,
        expected=last.number,
        values=new,
        reason=because,
        by=by,
        news=waiting.message if significant else None,
    )
    _settle(waiting, FollowUp.State.TAKEN, because, by, significant=significant, version=version)
    _answer(waiting, by)
    return version


def decline(follow_up: FollowUp, *, because: str, by: Viewer) -> FollowUp:
    """Say that the words say nothing new. They stay, with who and why."""
    waiting = _waiting(follow_up, because, by)
    _settle(waiting, FollowUp.State.DECLINED, because, by)
    return waiting


def _waiting(follow_up: FollowUp, because: str, by: Viewer) -> FollowUp:
    by.require(Right.SEE_REPORTS)
    by.require(Right.ANSWER)
    if not clean(because).strip():
        raise Invalid("Say in a sentence why. Nothing was changed.", "because")
    fresh = FollowUp.objects.select_for_update(of=("self",)).select_related("report__message", "message")
    found = fresh.get(pk=follow_up.pk)
    if found.state != FollowUp.State.WAITING:
        raise Conflict("Somebody else has settled this already. Nothing was changed. Load the page again.")
    return found


def _know(follow_up: FollowUp, because: str, by: Viewer) -> None:
    message = follow_up.message
    if knowing.of_message(message)[Known.Fact.SIGNIFICANT_INFO_AT] is None:
        at = message.received_at
        knowing.learn(message, fact=Known.Fact.SIGNIFICANT_INFO_AT, at=at, why=because, by=by)


def _settle(
    follow_up: FollowUp,
    state: str,
    because: str,
    by: Viewer,
    *,
    significant: bool = False,
    version: Version | None = None,
) -> None:
    follow_up.state, follow_up.significant, follow_up.version = state, significant, version
    follow_up.because, follow_up.user_id, follow_up.settled_at = clean(because).strip(), by.user_id, now()
    follow_up.save()
    case = Filing.objects.select_related("case").get(message_id=follow_up.message_id).case
    data = {"report": follow_up.report_id, "follow_up": follow_up.pk, "message": follow_up.message_id}
    kind = "report_follow_up_taken" if version else "report_follow_up_declined"
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data={**data, "significant": significant})


def _answer(follow_up: FollowUp, by: Viewer) -> None:
    """Whoever wrote after a question answered it."""
    waiting = follow_up.report.inquiries.filter(
        outcome=Inquiry.Outcome.WAITING, asked_at__lte=follow_up.message.received_at
    )
    waiting.update(
        outcome=Inquiry.Outcome.ANSWERED, outcome_at=now(), outcome_by_id=by.user_id, answer=follow_up.message
    )
