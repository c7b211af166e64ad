"""Letting the house in: trying a source out, and signing in on the network's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from answerable.channels import signing_in, trying_out
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import HouseError
from answerable.core.web.saying import said
from answerable.inbox.frame import go, show, staff


@staff
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Ask the other side one harmless question, and say what works. To load it again asks nothing."""
    source = access.one(Source, viewer, pk=pk)
    if request.method == "GET":
        return redirect("inbox:source", source.pk)
    found = trying_out.try_out(source, by=viewer)
    return show(request, "settings/tried.html", source=source, found=found)


@staff
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The way to the network's page. It is a link, because our pages send no form to other places."""
    source = access.one(Source, viewer, pk=pk)
    if request.method == "GET":
        return redirect("inbox:source", source.pk)
    if not request.session.session_key:
        request.session.save()
    address = signing_in.begin(source, session=str(request.session.session_key), by=viewer)
    return show(request, "settings/leaving.html", source=source, address=address)


@staff
@require_GET
def back(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The network sends the person back here, with a code or with a no."""
    viewer.require(Right.MANAGE_SOURCES)
    returned = signing_in.Returned(
        state=request.GET.get("state", ""), code=request.GET.get("code", ""), refused=request.GET.get("error", "")
    )
    try:
        source = signing_in.finish(returned, session=str(request.session.session_key), by=viewer)
    except HouseError as error:
        return show(request, "settings/not_let_in.html", status=409, sentence=said(error))
    return go(request, reverse("inbox:source", args=[source.pk]), said=_("The network let us in. Try it now."))
