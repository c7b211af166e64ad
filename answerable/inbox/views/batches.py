"""Batches for authorities: made of coded reports, checked, fetched as a file, answered; and who takes them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.inbox import asked
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.leaving_words import OUTCOMES
from answerable.inbox.views.exports import saved
from answerable.safety import authorities, batching, reading_back
from answerable.safety.models import Acknowledgement, Authority, Batch, Report

NAMES = ("label", "organisation", "sender", "receiver", "batch_receiver")
AT_ONCE = 50


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What may go, what went, and a new file of what was chosen."""
    viewer.require(Right.SIGN_REPORTS)
    if request.method == "GET":
        return _index(request, viewer)
    made: list[Batch] = []
    wrong = tried(lambda: made.append(_make(request, viewer)), Invalid, Conflict)
    if wrong:
        return _index(request, viewer, wrong)
    return go(
        request,
        reverse("inbox:batch", args=[made[0].pk]),
        said=_("The file is made. Send it, and bring its answer here."),
    )


@staff
@require_GET
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    told = authorities.told(pk, viewer)
    viewer.require(Right.SIGN_REPORTS)
    context: dict[str, Any] = {
        "told": told,
        "batch": told.batch,
        "outcomes": OUTCOMES,
        "may_refer": viewer.may(Right.REFER_REPORTS),
    }
    return show(request, "safety/batch.html", **context)


@staff
@require_GET
def file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The very bytes that were made. Each report in it is in the read log."""
    told = authorities.told(pk, viewer)
    viewer.require(Right.SIGN_REPORTS)
    return saved(told.batch.document.encode(), f"{told.batch.number}.xml", "application/xml")


@staff
@require_POST
def answers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """An answer of an authority, from its file. It says itself which batch it is about."""
    given, taken = request.FILES.get("file"), list[Acknowledgement]()
    if given is None:
        return _index(request, viewer, Invalid("Choose a file first.", "file"))
    data = given.read(reading_back.LARGEST + 1)
    wrong = tried(lambda: taken.append(reading_back.take(data, by=viewer)), Invalid, Conflict)
    if wrong:
        return _index(request, viewer, wrong)
    return go(request, reverse("inbox:batch", args=[taken[0].batch_id]), said=_("The answer is kept."))


@staff
@require_GET
def answer_file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = access.one(Acknowledgement, viewer, pk=pk)
    viewer.require(Right.SIGN_REPORTS)
    reading.log("acknowledgement", found.pk, by=viewer)
    return saved(found.document.encode(), f"{found.batch.number}-answer.xml", "application/xml")


@staff
@require_http_methods(["GET", "POST"])
def receivers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Settings: who takes reports, and under which names."""
    viewer.require(Right.REFER_REPORTS)
    given = {name: request.POST.get(name, "") for name in NAMES}
    trial = request.method == "GET" or "trial" in request.POST
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: batching.know(**given, trial=trial, by=viewer), Invalid)
        if not wrong:
            return go(request, reverse("inbox:authorities"), said=_("Kept. Batches can be made for it."))
    context = {"known": authorities.authorities(viewer), "given": {**given, "trial": trial}, "wrong": wrong}
    return show(request, "settings/authorities.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def forget(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    batching.forget(access.one(Authority, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:authorities"), said=_("Nothing goes there any more. What was made stays."))


def _make(request: HttpRequest, viewer: Viewer) -> Batch:
    keys = asked.numbers(request.POST.getlist("report"), most=batching.MOST + 1)
    found = {each.pk: each for each in access.rows(Report, viewer).filter(pk__in=keys)}
    authority = asked.one(Authority, viewer, "authority", pk=asked.number(request.POST.get("authority", "")) or 0)
    return batching.make([found[key] for key in keys if key in found], authority=authority, by=viewer)


def _index(request: HttpRequest, viewer: Viewer, wrong: HouseError | None = None) -> HttpResponse:
    viewer.require(Right.SIGN_REPORTS)
    findings = [str(each) for each in wrong.findings] if isinstance(wrong, batching.Refused) else []
    context: dict[str, Any] = {
        "ready": authorities.ready(viewer),
        "batches": authorities.batches(viewer)[:AT_ONCE],
        "authorities": authorities.authorities(viewer),
        "chosen": request.POST.getlist("report"),
        "authority": request.POST.get("authority", ""),
        "wrong": wrong,
        "findings": findings,
        "may_refer": viewer.may(Right.REFER_REPORTS),
    }
    return show(request, "safety/batches.html", status=422 if wrong else 200, **context)
