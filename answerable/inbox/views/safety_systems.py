"""Settings: the safety systems to which reports go, how they are reached, and what goes there by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed
from answerable.inbox import source_fields
from answerable.inbox.frame import go, show, staff, tried
from answerable.safety import arranging, referral_queries
from answerable.safety.models import SafetySystem
from answerable.safety.systems.registry import WAYS, way
from answerable.safety.systems.values import Way


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    _require(viewer)
    context: dict[str, Any] = {
        "systems": list(referral_queries.systems(viewer)),
        "ways": WAYS,
        "may_arrange": viewer.may(Right.MANAGE_SOURCES),
    }
    return show(request, "settings/safety_systems.html", **context)


@staff
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The form of one way, and connecting it."""
    viewer.require(Right.MANAGE_SOURCES)
    chosen = way(request.GET.get("way") or request.POST.get("way") or "api")
    if request.method == "GET":
        return _form(request, viewer, chosen, None)
    given, made = _given(request.POST, chosen), list[SafetySystem]()
    label = request.POST.get("label", "")
    wrong = tried(lambda: made.append(arranging.arrange(chosen.kind, label=label, values=given, by=viewer)), Invalid)
    if wrong:
        return _form(request, viewer, chosen, None, wrong)
    return go(
        request,
        reverse("inbox:safety-system", args=[made[0].pk]),
        said=_("It is connected. Nothing goes there by itself yet."),
    )


@staff
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    system = access.one(SafetySystem, viewer, pk=pk)
    _require(viewer)
    chosen = way(system.way)
    if request.method == "GET":
        return _form(request, viewer, chosen, system)
    label, given = request.POST.get("label", ""), _given(request.POST, chosen)
    wrong = tried(lambda: arranging.change(system, label=label, values=given, by=viewer), Invalid)
    if wrong:
        return _form(request, viewer, chosen, system, wrong)
    return go(request, reverse("inbox:safety-system", args=[pk]), said=_("Kept."))


@staff
@require_POST
def rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What goes there by itself, and within how many hours it must be acknowledged."""
    system = access.one(SafetySystem, viewer, pk=pk)
    hours = request.POST.get("hours", "")
    wanted, many = request.POST.get("rule", ""), int(hours) if hours.isdecimal() and len(hours) < 9 else 0
    wrong = tried(lambda: arranging.instruct(system, rule=wanted, hours=many, by=viewer), Invalid)
    if wrong:
        return _form(request, viewer, way(system.way), system, wrong)
    return go(request, reverse("inbox:safety-system", args=[pk]), said=_("Kept."))


@staff
@require_POST
def state(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    system = access.one(SafetySystem, viewer, pk=pk)
    if request.POST.get("state") != "ended":
        arranging.switch(system, on=request.POST.get("state") == "on", by=viewer)
        return go(request, reverse("inbox:safety-system", args=[pk]), said=_("Kept."))
    wrong = tried(lambda: arranging.end(system, by=viewer), Conflict)
    if wrong:
        return _form(request, viewer, way(system.way), system, wrong)
    return go(request, reverse("inbox:safety-systems"), said=_("Nothing goes there any more."))


def _require(viewer: Viewer) -> None:
    if not viewer.may(Right.MANAGE_SOURCES) and not viewer.may(Right.REFER_REPORTS):
        raise NotAllowed("Your role does not include safety systems. Ask an admin or a safety officer.")


def _given(posted: QueryDict, chosen: Way) -> dict[str, Any]:
    return {each.name: posted.get(f"s-{each.name}", "") for each in chosen.settings}


def _form(
    request: HttpRequest, viewer: Viewer, chosen: Way, system: SafetySystem | None, wrong: HouseError | None = None
) -> HttpResponse:
    given = request.POST if wrong and "label" in request.POST else None
    known = system.settings if system else {}
    context = {
        "way": chosen,
        "system": system,
        "label": request.POST.get("label", "") if given is not None else (system.label if system else ""),
        "fields": source_fields.of(chosen.settings, known, given, system.values() if system else None),
        "rules": SafetySystem.Rule.choices,
        "wrong": wrong,
        "may_arrange": viewer.may(Right.MANAGE_SOURCES),
        "may_refer": viewer.may(Right.REFER_REPORTS),
    }
    return show(request, "settings/safety_system.html", status=422 if wrong else 200, **context)
