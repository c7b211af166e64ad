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
from answerable.intake import importing
from answerable.intake.models import Envelope, Upload

FIRST = 20
MOST_LEFT = 200


@staff
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Choose a file, look at it, and see what became of it: each step is an address that can be loaded again."""
    viewer.require(Right.HAND_IN)
    source = access.one(Source, viewer, pk=pk)
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
