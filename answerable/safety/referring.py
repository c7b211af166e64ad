"""Referring: a report is passed to a safety system. It is done when they acknowledge it, not when it was sent.

A person sends it, or the workspace's rule. What is sent is one version, under a key made of the report's number and the
version's hash: the same at every try, so that the other side takes it once. A later version is a referral of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from answerable.clocks.models import Clock
from answerable.conversations.cleaning import clean
from answerable.core import jobs
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import criteria, outcomes, reporting
from answerable.safety.models import Referral, Report, SafetySystem, Version

QUIET = timedelta(hours=1)
NEAR = timedelta(hours=4)
AT_ONCE = 200


def refer(report: Report, *, system: SafetySystem, by: Actor) -> Referral:
    """Put the latest version of a report on its way, in the caller's transaction.

    Raises `Conflict` when that version is on its way already, or there.
    """
    if isinstance(by, Viewer):
        by.require(Right.REFER_REPORTS)
    if system.workspace_id != report.workspace_id or system.state == SafetySystem.State.ENDED:
        raise Invalid("This safety system takes no reports. Nothing was sent. Choose another one.", "system")
    Report.objects.select_for_update().get(pk=report.pk)
    version = report.versions.latest("number")
    referral, fresh = Referral.objects.get_or_create(
        system=system,
        key=_key_of(report, version),
        defaults={
            "report": report,
            "version": version,
            "digest": version.digest,
            "user_id": by.user_id if isinstance(by, Viewer) else None,
            "asked_at": now(),
            "due_at": _due(report, version, system),
            "next_try_at": now(),
        },
    )
    if not fresh:
        raise Conflict("This version is on its way there already, or there. Nothing was sent a second time.")
    outcomes.tell("report_referred", referral, by=by, version=version.number)
    _later(referral)
    return referral


def again(referral: Referral, *, because: str, by: Viewer) -> Referral:
    """Send it once more, under the same key: a person says so, and why, after they refused it or do not hold it.

    Raises `Conflict` for one that is on its way.
    """
    by.require(Right.REFER_REPORTS)
    words = _words(because)
    on_its_way = (Referral.State.WAITING, Referral.State.SENDING)
    sent = Referral.objects.filter(pk=referral.pk).exclude(state__in=on_its_way)
    if not sent.update(state=Referral.State.WAITING, acknowledged_at=None, next_try_at=now(), trouble=words[:2000]):
        raise Conflict("It is on its way already. Nothing was sent a second time.")
    referral.refresh_from_db()
    outcomes.tell("referral_repeated", referral, by=by)
    _later(referral)
    return referral


def settle(referral: Referral, *, arrived: bool, because: str, by: Viewer, theirs: str = "") -> Referral:
    """Say what became of one in doubt, or that they confirmed it by another way. `arrived` acknowledges it by this person's word.

    Otherwise it goes out again under the same key. Raises `Conflict` for one that is done or only waits.
    """
    by.require(Right.REFER_REPORTS)
    words = _words(because)
    with transaction.atomic():
        locked = Referral.objects.select_for_update(of=("self",)).select_related("system", "report").get(pk=referral.pk)
        if locked.state not in (Referral.State.UNKNOWN, Referral.State.SENT, Referral.State.REFUSED):
            raise Conflict("There is nothing in doubt about it. Nothing was changed.")
        if not arrived:
            return again(locked, because=words, by=by)
        outcomes.tell("referral_settled", locked, by=by, arrived=arrived)
        outcomes.acknowledged(locked, theirs=theirs.strip()[:200], by=by, words=words)
    return locked


def by_rule(system: SafetySystem, *, by: House) -> list[Referral]:
    """Put on their way what the workspace's rule wants there, after a while in which nobody changed it, or near its limit."""
    if not system.is_on or system.rule == SafetySystem.Rule.BY_HAND:
        return []
    return [refer(report, system=system, by=by) for report in _wanted(system)]


def _key_of(report: Report, version: Version) -> str:
    """The same at every try of the same contents."""
    return f"{report.number}.{version.digest[:32]}"


def _wanted(system: SafetySystem) -> Iterator[Report]:
    latest = Version.objects.filter(report__workspace_id=system.workspace_id).exclude(
        Exists(Version.objects.filter(report=OuterRef("report"), number__gt=OuterRef("number")))
    )
    gone = Referral.objects.filter(system=system, report=OuterRef("report"), digest=OuterRef("digest"))
    for version in latest.exclude(Exists(gone)).select_related("report").order_by("at")[:AT_ONCE]:
        quiet = now() - version.at >= QUIET
        if not quiet and _due(version.report, version, system) - now() > NEAR:
            continue
        valid = criteria.validity(reporting.values_of(version)).valid
        if valid or system.rule == SafetySystem.Rule.EVERY:
            yield version.report


def _due(report: Report, version: Version, system: SafetySystem) -> datetime:
    """When it must be acknowledged: by the company's own clock where one runs, and never later than the hours of the system.

    The first version counts from the report, a later one from itself.
    """
    since = report.opened_at if version.number == 1 else version.at
    own = since + timedelta(hours=system.hours)
    running = Clock.objects.filter(
        case__filings__message=report.message_id, rule=outcomes.HAND_OVER_RULE, stopped_at=None
    )
    clock = running.order_by("strict_due_at").values_list("strict_due_at", flat=True).first()
    return min(own, clock) if clock else own


def _words(because: str) -> str:
    words = clean(because).strip()
    if not words:
        raise Invalid("Say in a sentence how you know. Nothing was changed.", "because")
    return words


def _later(referral: Referral) -> None:
    jobs.later("safety.jobs.send", lock=f"safety:{referral.system_id}", referral_id=referral.pk)
