"""Where a report went, the balance with each safety system, and what a person says of what does not agree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed
from answerable.inbox import referral_words
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.safety import reconciliation, reconciling, referral_queries, referring, telling
from answerable.safety.models import Discrepancy, Referral, Report, SafetySystem
from answerable.safety.systems.registry import way

SEE = (Right.SIGN_REPORTS, Right.REFER_REPORTS, Right.MANAGE_SOURCES)
MOST = 200
LARGEST = 8 * 1024 * 1024


@staff
@require_GET
def balance(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every system with its balance and its open differences. To look is to have seen what the bell told."""
    _require(viewer)
    telling.see(by=viewer)
    return _balance(request, viewer)


@staff
@require_POST
def compare(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Compare now: with a list that is handed in, or with what the system answers when asked."""
    system = access.one(SafetySystem, viewer, pk=pk)
    viewer.require(Right.REFER_REPORTS)
    wrong = tried(lambda: _compare(request, viewer, system), Invalid)
    if wrong:
        return _balance(request, viewer, status=422, wrong=wrong)
    return go(request, reverse("inbox:reconciliation"), said=_("Both sides were compared."))


@staff
@require_POST
def settle(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = access.one(Discrepancy, viewer, pk=pk)
    because = request.POST.get("because", "")
    wrong = tried(lambda: reconciling.settle(found, because=because, by=viewer), Invalid, Conflict)
    if wrong:
        return _balance(request, viewer, status=422, wrong=wrong)
    return go(request, reverse("inbox:reconciliation"), said=_("Kept. It opens again if it changes."))


@staff
@require_GET
def as_csv(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Our side of the balance, for the other side or an inspector."""
    system = access.one(SafetySystem, viewer, pk=pk)
    viewer.require(Right.SIGN_REPORTS)
    reading.log("referral_list", system.pk, by=viewer)
    answer = HttpResponse(reconciliation.written(referral_queries.ours(system)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="referrals-{system.pk}.csv"'
    return answer


@staff
@require_http_methods(["GET", "POST"])
def of_report(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Where one report went, as a page or as a part of the page of the report; and sending it."""
    report = access.one(Report, viewer, pk=pk)
    viewer.require(Right.SEE_REPORTS)
    if request.method == "POST":
        system = access.one(SafetySystem, viewer, pk=_number(request.POST.get("system")))
        wrong = tried(lambda: referring.refer(report, system=system, by=viewer), Invalid, Conflict)
        if not wrong:
            return go(
                request,
                reverse("inbox:report-referrals", args=[pk]),
                said=_("It is on its way. It is done when they acknowledge it."),
            )
        return _of_report(request, viewer, report, status=422, wrong=wrong)
    if not getattr(request, "htmx", False):  # the page of the report, which asked for this part, has logged the look
        reading.log("report", report.pk, by=viewer)
    return _of_report(request, viewer, report)


@staff
@require_POST
def again(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    referral = access.one(Referral, viewer, pk=pk)
    because = request.POST.get("because", "")
    wrong = tried(lambda: referring.again(referral, because=because, by=viewer), Invalid, Conflict)
    return _after(request, viewer, referral, wrong, _("It goes out again, under the same key."))


@staff
@require_POST
def outcome(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A person says what became of one in doubt."""
    referral = access.one(Referral, viewer, pk=pk)
    given = {name: request.POST.get(name, "") for name in ("because", "theirs")}
    arrived = request.POST.get("outcome") == "arrived"
    wrong = tried(lambda: referring.settle(referral, arrived=arrived, by=viewer, **given), Invalid, Conflict)
    return _after(request, viewer, referral, wrong, _("Kept."))


def _require(viewer: Viewer) -> None:
    if not any(viewer.may(right) for right in SEE):
        raise NotAllowed("Your role does not see the balance of safety reports. Ask a safety officer.")


def _compare(request: HttpRequest, viewer: Viewer, system: SafetySystem) -> None:
    file = request.FILES.get("list")
    if file is None:
        reconciling.ask_and_reconcile(system, by=viewer)
        return
    if (file.size or 0) > LARGEST:
        raise Invalid("The list is larger than 8 MB. Nothing was compared. Hand it in in parts of days.", "list")
    lines = reconciliation.read(file.read().decode("utf-8", "replace"))
    reconciling.reconcile(system, lines, listed_by="file", by=viewer)


def _balance(request: HttpRequest, viewer: Viewer, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "standings": [(each, way(each.system.way).ask_list is not None) for each in referral_queries.standings(viewer)],
        "referrals": list(referral_queries.open_referrals(viewer)[:MOST]),
        "strange": list(referral_queries.strange(viewer)[:MOST]),
        "settled": list(referral_queries.settled(viewer)[:50]),
        "words": referral_words,
        "may_refer": viewer.may(Right.REFER_REPORTS),
        "may_arrange": viewer.may(Right.MANAGE_SOURCES) or viewer.may(Right.REFER_REPORTS),
        "may_list": viewer.may(Right.SIGN_REPORTS),
        "wrong": None,
        **more,
    }
    return show(request, "safety/reconciliation.html", status=status, **context)


def _of_report(request: HttpRequest, viewer: Viewer, report: Report, status: int = 200, **more: Any) -> HttpResponse:
    referrals = list(referral_queries.of_report(report, viewer))
    latest = report.versions.latest("number")
    gone = {each.system_id for each in referrals if each.version_id == latest.pk}
    context = {
        "report": report,
        "referrals": referrals,
        "systems": [(each.pk, each.label) for each in referral_queries.systems(viewer) if each.pk not in gone],
        "any_system": referral_queries.systems(viewer).exists(),
        "latest": latest,
        "words": referral_words,
        "may_refer": viewer.may(Right.REFER_REPORTS),
        "wrong": None,
        **more,
    }
    if getattr(request, "htmx", False) and request.method == "GET":
        return part(request, "safety/referrals.html", status=status, **context)
    return show(request, "safety/referrals_page.html", status=status, **context)


def _after(
    request: HttpRequest, viewer: Viewer, referral: Referral, wrong: HouseError | None, said: str
) -> HttpResponse:
    if wrong:
        return _of_report(request, viewer, referral.report, status=422, wrong=wrong)
    return go(request, reverse("inbox:report-referrals", args=[referral.report_id]), said=said)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
