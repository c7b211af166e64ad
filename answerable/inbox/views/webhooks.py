"""Webhooks out in the settings: which address is told of what, each try, and handing on by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access, handing_on
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Delivery, Hook
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.sayings import SENTENCES

NEWEST = 50


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The hooks, and a form for one more. Its secret is shown once, on the next page."""
    viewer.require(Right.MANAGE_SOURCES)
    made: list[tuple[Hook, str]] = []
    wrong = tried(lambda: made.append(_make(request, viewer)), Invalid) if request.method == "POST" else None
    if made:
        hook, secret = made[0]
        request.session["fresh_secret"] = secret
        return go(request, reverse("inbox:webhook", args=[hook.pk]))
    hooks = list(access.rows(Hook, viewer).select_related("user").order_by("label", "pk"))
    context = {"hooks": hooks, "kinds": sorted(SENTENCES), "wrong": wrong, "given": request.POST}
    return show(request, "settings/webhooks.html", status=422 if wrong else 200, **context)


@staff
@require_GET
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.MANAGE_SOURCES)
    hook = access.one(Hook, viewer, pk=pk)
    newest = hook.deliveries.select_related("event").prefetch_related("attempts").order_by("-pk")[:NEWEST]
    fresh = request.session.pop("fresh_secret", "")
    return show(request, "settings/webhook.html", hook=hook, deliveries=list(newest), fresh=fresh)


@staff
@require_POST
def switch(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    hook = access.one(Hook, viewer, pk=pk)
    if request.POST.get("state") == "ended":
        handing_on.end(hook, by=viewer)
        return go(request, reverse("inbox:webhooks"), said=_("It is told nothing any more."))
    handing_on.switch(hook, on=request.POST.get("state") == "on", by=viewer)
    return go(request, reverse("inbox:webhook", args=[pk]), said=_("Kept."))


@staff
@require_POST
def again(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    delivery = access.one(Delivery, viewer, pk=pk)
    handing_on.again(delivery, by=viewer)
    return go(
        request, reverse("inbox:webhook", args=[delivery.hook_id]), said=_("It goes out again, under the same id.")
    )


def _make(request: HttpRequest, viewer: Viewer) -> tuple[Hook, str]:
    given = request.POST
    fields = {"label": given.get("label", ""), "address": given.get("address", "")}
    return handing_on.make(**fields, kinds=given.getlist("kinds"), by=viewer)
