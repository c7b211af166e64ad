"""Linking: two reports of the same patient, product and event are suggested, and a person says whether they are one.

One report is made for several sources on the same patient and event (21 CFR 803.22(a)). A link joins nothing by itself and can be
undone; who and why stay. A pair that somebody refused is suggested again only where more speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from answerable.cases.models import Filing
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.deferring import later
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import duplicates, neutral
from answerable.safety.duplicates import Likeness
from answerable.safety.models import Link, Report, Version
from answerable.safety.reports import Report as Values

NEAR = timedelta(days=180)
MOST = 400
"""With how many reports one is compared: those whose day zero is nearest."""


def suggest(report: Report, *, by: Actor) -> None:
    """Have the report compared with the others soon, in a job of its own."""
    later("safety.jobs.find_links", lock=f"links:{report.workspace_id}", report_id=report.pk)


def find(report: Report, *, by: Actor) -> list[Link]:
    """Compare a report with those around it, and keep what may be the same with its reasons. Asking again changes nothing."""
    values = _values([report])[report.pk]
    others = _values(_around(report))
    keys = {each.number: pk for pk, each in others.items()}
    made = [_suggested(report.pk, keys[each.number], each) for each in duplicates.find(values, others.values())]
    found = [each for each in made if each is not None]
    for link in found:
        _tell("report_link_suggested", link, report, by)
    return found


def link(report: Report, other: Report, *, because: str, by: Viewer) -> Link:
    """Say that two reports tell of the same. Both stay; the records name each other.

    Raises `Invalid` for no reason and for a report with itself, `Conflict` where they are linked already.
    """
    words = _because(because, by)
    if report.pk == other.pk or report.workspace_id != other.workspace_id:
        raise Invalid("A report is linked with another one. Nothing was changed. Choose another report.", "other")
    first, second = sorted((report.pk, other.pk))
    standing, _ = Link.objects.select_for_update().get_or_create(
        first_id=first, second_id=second, ended_at=None, defaults={"suggested_at": now()}
    )
    if standing.linked_at is not None:
        raise Conflict("These two are linked already. Nothing was changed.")
    standing.linked_at, standing.linked_by_id, standing.because = now(), by.user_id, words
    standing.save(update_fields=["linked_at", "linked_by", "because"])
    _tell("reports_linked", standing, report, by)
    return standing


def end(standing: Link, *, because: str, by: Viewer) -> Link:
    """Say that the two are not the same, or undo a link. Raises `Invalid` for no reason, `Conflict` where it ended already."""
    words = _because(because, by)
    fresh = Link.objects.select_for_update(of=("self",)).select_related("first").get(pk=standing.pk)
    if fresh.ended_at is not None:
        raise Conflict("Somebody has ended this already. Nothing was changed.")
    fresh.ended_at, fresh.ended_by_id, fresh.ended_because = now(), by.user_id, words
    fresh.save(update_fields=["ended_at", "ended_by", "ended_because"])
    _tell("reports_unlinked" if fresh.linked_at else "report_link_refused", fresh, fresh.first, by)
    return fresh


def _because(because: str, by: Viewer) -> str:
    by.require(Right.SEE_REPORTS)
    by.require(Right.ANSWER)
    words = clean(because).strip()
    if not words:
        raise Invalid("Say in a sentence why. Nothing was changed.", "because")
    return words


def _around(report: Report) -> list[Report]:
    near = Report.objects.filter(
        workspace_id=report.workspace_id,
        received_at__range=(report.received_at - NEAR, report.received_at + NEAR),
    )
    return list(near.exclude(pk=report.pk).order_by("-received_at")[:MOST])


def _values(reports: Iterable[Report]) -> dict[int, Values]:
    """What the latest version of each says."""
    latest = {
        each.report_id: each for each in Version.objects.filter(report__in=[*reports]).order_by("report_id", "number")
    }
    return {pk: neutral.read(each.document.encode()).report for pk, each in latest.items()}


def _suggested(one: int, other: int, likeness: Likeness) -> Link | None:
    """A new suggestion; None where there is one, or where the same was refused before."""
    first, second = sorted((one, other))
    shared: Mapping[str, Any] = {key: list(value) for key, value in asdict(likeness).items() if key != "number"}
    before = Link.objects.filter(first_id=first, second_id=second)
    if any(each.ended_at is None or each.shared == shared for each in before):
        return None
    return Link.objects.create(first_id=first, second_id=second, shared=shared, suggested_at=now())


def _tell(kind: str, standing: Link, report: Report, by: Actor) -> None:
    case = Filing.objects.select_related("case").get(message_id=report.message_id).case
    data = {"link": standing.pk, "reports": [standing.first_id, standing.second_id]}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
