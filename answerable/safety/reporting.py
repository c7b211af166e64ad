"""Reporting: a suspicion in a message becomes a report on record, and every later word of it a version with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from answerable.cases.models import Case, Filing
from answerable.clocks import knowing
from answerable.clocks.models import Known
from answerable.conversations import withdrawing
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Workspace
from answerable.core.moments import now
from answerable.safety import criteria, linking, neutral, timing
from answerable.safety.models import Report, Version
from answerable.safety.neutral import HandOver, Original
from answerable.safety.reports import Report as Values


def open_report(message: Message, *, values: Values, reason: str, by: Actor) -> Report:
    """Put a suspicion on record.

    1. Day zero is when the message came in, or earlier where the values say so; never later.
    2. The words that show something must stand in a message of the case.
    3. A message may bring several reports, each with a number of its own.
    4. When the four criteria are complete, the case knows since when: since the last of the messages that show them came in.

    Raises `Invalid` for words that stand nowhere and for no reason.
    """
    _may(by)
    case = _locked(message)
    checked = _checked(values, reason, case)
    # Not against those who only name the workspace: every message does.
    Workspace.objects.select_for_update(no_key=True).get(pk=message.workspace_id)
    report = Report.objects.create(
        workspace_id=message.workspace_id,
        message=message,
        number=_number(values.country, case.workspace),
        sort=values.sort,
        received_at=min(values.received_at, message.received_at),
        opened_at=now(),
        user_id=by.user_id if isinstance(by, Viewer) else None,
        part="" if isinstance(by, Viewer) else by.part,
    )
    version = _keep(report, values, 1, checked, by)
    _tell("report_opened", version, case, by)
    hold(case, [message, *_shown(values, case)], by=by)
    _note_criteria(report, values, case, checked, by)
    timing.keep(case, by=by)
    linking.suggest(report, by=by)
    return report


def correct(
    report: Report, *, expected: int, values: Values, reason: str, by: Actor, news: Message | None = None
) -> Version:
    """A new version in place of version `expected`, with the reason for the change. The old one stays to be seen.

    `news` is significant information that the change takes up: time limits run anew from its receipt.

    Raises `Invalid` for a day zero that is later than the known one, and `Conflict` when somebody was first or nothing
    would change.
    """
    _may(by)
    case = _locked(report.message)
    fresh = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    last = fresh.versions.latest("number")
    checked = _checked(values, reason, case, before=last)
    if last.number != expected:
        raise Conflict("Somebody else changed this report meanwhile. Yours was not kept. Load the page again.")
    if values.received_at > fresh.received_at:
        raise Invalid("Awareness never moves later. Nothing was changed. Leave day zero as it is.", "received_at")
    if _document(fresh, values, expected, min(values.received_at, fresh.received_at)).digest() == last.digest:
        raise Conflict("Nothing would change. No version was made.")
    before = timing.rules_of(case, by=by)
    fresh.received_at, fresh.sort = values.received_at, values.sort
    fresh.save(update_fields=["received_at", "sort"])
    version = _keep(fresh, values, expected + 1, checked, by)
    _tell("report_corrected", version, case, by)
    hold(case, _shown(values, case), by=by)
    _note_criteria(fresh, values, case, checked, by)
    timing.keep(case, by=by, why=checked, news=news, before=before)
    linking.suggest(fresh, by=by)
    return version


def hold(case: Case, messages: Iterable[Message], *, by: Actor) -> None:
    """The words on which a report stands are kept, whatever the network asks: the law wants the original."""
    wanted = {message.pk for message in messages}
    with translation.override(case.workspace.language):
        for message in Message.objects.filter(pk__in=wanted, emptied_at=None, kept_because="").order_by("pk"):
            withdrawing.hold(message, because=gettext("A safety report stands on these words."), by=by)


def _note_criteria(report: Report, values: Values, case: Case, reason: str, by: Actor) -> None:
    """The company had the criteria as soon as the last message that shows one was with it, whenever somebody read them."""
    if not criteria.validity(values).valid:
        return
    messages = {message.pk: message.received_at for message in _shown(values, case)}
    at = max([report.message.received_at, *messages.values()])
    known = knowing.criteria_met_at(case)
    if known is None or at < known:
        fact = Known.Fact.CRITERIA_MET_AT
        knowing.learn(report.message, fact=fact, at=at, why=reason, by=by, evidence=list(messages))


def _shown(values: Values, case: Case) -> Sequence[Message]:
    """The messages of the case whose words the values name."""
    ids = {int(each.text_id) for each in criteria.spans(values) if each.text_id.isdecimal()}
    return list(Message.objects.filter(filing__case=case, pk__in=ids))


def _may(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Right.SEE_REPORTS)
        by.require(Right.ANSWER)


def _locked(message: Message) -> Case:
    """The case of a message, locked: who opens reports by intake holds it, too, so that nobody waits in a ring."""
    case_id = Filing.objects.values_list("case_id", flat=True).get(message=message)
    Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    return Filing.objects.select_related("case__workspace").get(message=message).case


def _checked(values: Values, reason: str, case: Case, *, before: Version | None = None) -> str:
    """The reason, cleaned. The spans of the values are held against the messages of the case.

    What was proved in the version before stays proved: its message may have been changed or emptied since.
    """
    words = clean(reason).strip()
    if not words:
        raise Invalid("Say in a sentence why. Nothing was kept.", "reason")
    proved = set(criteria.spans(values_of(before))) if before is not None else set()
    criteria.proved(values, texts_of(case), besides=proved)
    return words


def texts_of(case: Case) -> Mapping[str, str]:
    """The texts in which words may stand: those of the messages of the case, by their ids."""
    return {str(pk): text for pk, text in Message.objects.filter(filing__case=case).values_list("pk", "text")}


def _number(country: str, workspace: Workspace) -> str:
    """Country, company, number: unique in the world, and never given twice (the workspace is locked)."""
    count = Report.objects.filter(workspace=workspace).count() + 1
    return f"{country or 'XX'}-{workspace.slug.replace('-', '').upper()}-{count:06}"


def _document(report: Report, values: Values, version: int, received_at: datetime) -> HandOver:
    message = report.message
    original = Original.of(str(message.pk), "text", message.received_at, message.text.encode())
    return HandOver(replace(values, number=report.number, version=version, received_at=received_at), [original])


def _keep(report: Report, values: Values, number: int, reason: str, by: Actor) -> Version:
    document = _document(report, values, number, report.received_at)
    return Version.objects.create(
        report=report,
        number=number,
        document=document.data().decode(),
        digest=document.digest(),
        reason=reason,
        user_id=by.user_id if isinstance(by, Viewer) else None,
        at=now(),
    )


def _tell(kind: str, version: Version, case: Case, by: Actor) -> None:
    """Ids and the hash only: what the report says about a person is in the version, behind its door."""
    data = {"report": version.report_id, "version": version.number, "digest": version.digest}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)


def values_of(version: Version) -> Values:
    """What a version says, as values."""
    return neutral.read(version.document.encode()).report
