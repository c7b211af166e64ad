"""Questions about referral and its balance, always for a viewer; what the machine compares stands at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from answerable.core import access
from answerable.core.access import Viewer
from answerable.safety import reconciliation
from answerable.safety.models import (
    Discrepancy,
    Reconciliation,
    Referral,
    Report,
    SafetyNotice,
    SafetySystem,
    SystemAnswer,
)

DONE = (Referral.State.ACKNOWLEDGED, Referral.State.REFUSED)


@dataclass(frozen=True)
class Standing:
    """How it stands with one safety system. `balance` is the last one, None before the first."""

    system: SafetySystem
    counts: Mapping[str, int]
    overdue: int
    balance: Reconciliation | None
    differences: Sequence[Discrepancy]


def systems(viewer: Viewer) -> QuerySet[SafetySystem]:
    """Where the reports of the workspace go."""
    return access.rows(SafetySystem, viewer).order_by("label", "pk")


def standings(viewer: Viewer) -> list[Standing]:
    """Each system with its balance and what is open about it. Numbers and counts are the workspace's, not one team's."""
    return [_standing(system, viewer) for system in systems(viewer)]


def open_referrals(viewer: Viewer) -> QuerySet[Referral]:
    """What the viewer may see of what is not acknowledged, what is due first before."""
    rows = access.rows(Referral, viewer).exclude(state=Referral.State.ACKNOWLEDGED)
    return rows.select_related("report", "system", "version").order_by("due_at", "pk")


def of_report(report: Report, viewer: Viewer) -> QuerySet[Referral]:
    """Where a report went, the newest first, with each attempt and each answer."""
    rows = access.rows(Referral, viewer).filter(report=report).select_related("system", "version", "user")
    return rows.prefetch_related("attempts", "answers").order_by("-pk")


def settled(viewer: Viewer) -> QuerySet[Discrepancy]:
    """What was different and is closed, newest first."""
    rows = access.rows(Discrepancy, viewer).exclude(gone_at=None, settled_at=None)
    return rows.select_related("system", "settled_by").order_by("-seen_at", "-pk")


def strange(viewer: Viewer) -> QuerySet[SystemAnswer]:
    """Answers that a person must read: unclear ones, and those about nothing of ours; newest first."""
    rows = access.rows(SystemAnswer, viewer).filter(Q(referral=None) | Q(said=SystemAnswer.Said.UNCLEAR))
    return rows.select_related("system").order_by("-pk")


def notices(viewer: Viewer) -> QuerySet[SafetyNotice]:
    """What the viewer was told about safety systems, newest first."""
    return access.rows(SafetyNotice, viewer).select_related("system").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[SafetyNotice]:
    """What the viewer was told about safety systems and has not seen."""
    return access.rows(SafetyNotice, viewer).filter(seen_at=None)


def ours(system: SafetySystem) -> list[reconciliation.Referral]:
    """Our side of the balance: of each report the version that was sent last, with the hashes of those before it."""
    rows: dict[str, list[Referral]] = {}
    for each in Referral.objects.filter(system=system).select_related("report").order_by("pk"):
        rows.setdefault(each.report.number, []).append(each)
    return [_line(number, sent) for number, sent in rows.items()]


def _standing(system: SafetySystem, viewer: Viewer) -> Standing:
    mine = Referral.objects.filter(system=system)
    found = Discrepancy.objects.filter(system=system, gone_at=None, settled_at=None).order_by("number", "gap")
    return Standing(
        system=system,
        counts=dict(mine.values_list("state").annotate(count=Count("pk"))),
        overdue=mine.exclude(overdue_at=None).filter(acknowledged_at=None).count(),
        balance=access.rows(Reconciliation, viewer).filter(system=system).order_by("-at").first(),
        differences=list(found),
    )


def _line(number: str, sent: Sequence[Referral]) -> reconciliation.Referral:
    last = sent[-1]
    return reconciliation.Referral(
        number=number,
        digest=last.digest,
        sent_at=last.sent_at,
        due_at=last.due_at,
        acknowledged_at=last.acknowledged_at,
        earlier=frozenset(each.digest for each in sent[:-1]),
    )
