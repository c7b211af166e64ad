"""Importing a file into a source: what it would bring, then what it brought."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.inbox.frame import go, show, staff, tried
from answerable.intake import bringing_in, importing
from answerable.intake.models import Envelope, Import, Upload

FIRST = 20
MOST_LEFT = 200


@staff
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Choose a file, look at it, and see what became of it: each step is an address that can be loaded again."""
    viewer.require(Right.HAND_IN)
    source = access.one(Source, viewer, pk=pk)
    if bringing_in.takes(source):
        return _look_at_list(request, viewer, source)
    if request.method == "GET":
        return _shown(request, viewer, source)
    uploads: list[Upload] = []
    wrong = tried(lambda: uploads.append(_look_at(request, source, viewer)), Invalid, Conflict)
    if wrong:
        return _show(request, source, status=422, wrong=wrong)
    return go(request, f"{reverse('inbox:files', args=[source.pk])}?upload={uploads[0].pk}")


@staff
@require_POST
def take(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    source = access.one(Source, viewer, pk=pk)
    upload = access.rows(Upload, viewer).filter(source=source, pk=_number(request.POST.get("upload", ""))).first()
    if upload is None:
        raise Conflict("This file is no longer here. Nothing was imported. Choose it again.")
    envelope = importing.import_file(upload, by=viewer)
    said = _("The file is kept; its lines are being filed.")
    return go(request, f"{reverse('inbox:files', args=[source.pk])}?envelope={envelope.pk}", said=said)


@staff
@require_http_methods(["GET", "POST"])
def brought(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What a file would bring, and how far it has come; a POST takes it in."""
    viewer.require(Right.HAND_IN)
    found = access.one(Import, viewer, pk=pk)
    if request.method == "POST":
        bringing_in.begin(found, by=viewer)
        return go(request, reverse("inbox:brought", args=[pk]), said=_("The file is being taken in."))
    seen = bringing_in.preview(found) if found.state == Import.State.SEEN else bringing_in.Preview()
    left = [{"number": each["number"], "words": _(each["template"]) % each["facts"]} for each in found.left]
    return show(request, "settings/brought.html", source=found.source, brought=found, first=seen.first, left=left)


def _look_at_list(request: HttpRequest, viewer: Viewer, source: Source) -> HttpResponse:
    found: list[Import] = []
    wrong = tried(lambda: found.append(_keep_list(request, source, viewer)), Invalid, Conflict)
    if found and not wrong:
        return go(request, reverse("inbox:brought", args=[found[0].pk]))
    earlier = access.rows(Import, viewer).filter(source=source).order_by("-pk")[:FIRST]
    wrong = wrong if request.method == "POST" else None
    context = {"source": source, "wrong": wrong, "earlier": list(earlier)}
    return show(request, "settings/list.html", status=422 if wrong else 200, **context)


def _keep_list(request: HttpRequest, source: Source, viewer: Viewer) -> Import:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("Choose a file first.", "file")
    return bringing_in.look_at(source, name=file.name or "", pieces=file.chunks(), by=viewer)


def _look_at(request: HttpRequest, source: Source, viewer: Viewer) -> Upload:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("Choose a file first.", "file")
    body = file.read() if (file.size or 0) <= importing.LARGEST else b"\0" * (importing.LARGEST + 1)
    return importing.look_at(source, name=file.name or "", body=body, by=viewer)


def _shown(request: HttpRequest, viewer: Viewer, source: Source) -> HttpResponse:
    if "upload" in request.GET:
        upload = access.one(Upload, viewer, source=source, pk=_number(request.GET["upload"]))
        read = importing.preview(upload)
        counts: dict[str, Any] = {"good": len(read.said), "bad": len(read.left), "first": read.said[:FIRST]}
        return _show(request, source, upload=upload, **counts, left=read.left[:MOST_LEFT])
    if "envelope" in request.GET:
        envelope = access.one(Envelope, viewer, source=source, pk=_number(request.GET["envelope"]))
        return _show(request, source, outcome=importing.outcome(envelope))
    return _show(request, source)


def _show(
    request: HttpRequest, source: Source, *, status: int = 200, wrong: HouseError | None = None, **more: Any
) -> HttpResponse:
    context = {"upload": None, "outcome": None, **more, "source": source, "wrong": wrong}
    return show(request, "settings/import.html", status=status, **context)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
