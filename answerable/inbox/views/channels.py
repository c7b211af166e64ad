"""The truth about the channels: who is heard, what is held, what could not be opened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.channels import expiring, health, metering, signing_in, telling
from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.inbox.frame import go, show, staff
from answerable.inbox.source_addresses import page_of
from answerable.intake import late, reconciling, replaying, stuck
from answerable.intake.models import Envelope

PAGE = 50


@staff
@require_GET
def health_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Looking here is what makes notices about sources seen."""
    telling.see(by=viewer)
    sources = access.rows(Source, viewer).select_related("team").order_by("label")
    away, at = late.gaps(viewer), now()
    told = [
        {
            "source": each,
            "words": _state(each),
            "page": page_of(each),
            "money": metering.balance(each),
            "gaps": [filling for filling in away if filling.gap.source_id == each.pk],
            "ends_soon": expiring.step(each, at) is not None,
        }
        for each in sources
    ]
    rights = {"may_manage": viewer.may(Right.MANAGE_SOURCES), "may_import": viewer.may(Right.HAND_IN)}
    return show(request, "channels/health.html", sources=told, **rights)


@staff
@require_GET
def ledger(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return show(request, "channels/ledger.html", lines=reconciling.ledger(viewer), gaps=late.gaps(viewer))


@staff
@require_GET
def quarantine(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.REPLAY)
    apart = access.rows(Envelope, viewer).select_related("source").defer("body").order_by("-id")
    return show(
        request,
        "channels/quarantine.html",
        quarantined=list(apart.filter(state=Envelope.State.QUARANTINED)[:PAGE]),
        set_aside=list(apart.filter(state=Envelope.State.SET_ASIDE, weighed=None)[:PAGE]),
        failed=list(stuck.failed(viewer)[:PAGE]),
    )


@staff
@require_POST
def replay(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    hops = replaying.replay(pk, by=viewer)
    return go(request, reverse("inbox:quarantine"), said=_("Opened again: %(words)s.") % {"words": hops[-1].words})


@staff
@require_POST
def open_as_case(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    hops = replaying.open_set_aside(access.one(Envelope, viewer, pk=pk), by=viewer)
    if not hops:
        raise Conflict("There is no message in it that could become a case. Open it again first.")
    return go(request, reverse("inbox:quarantine"), said=_("It is a case now."))


@staff
@require_POST
def job(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Give a failed job a new chance."""
    stuck.again(pk, by=viewer)
    return go(request, reverse("inbox:quarantine"), said=_("The job runs again."))


def _state(source: Source) -> dict[str, str]:
    """In words: on, paused, failing or silent, with what it means."""
    if source.unauthorised_since and signing_in.awaited(source):
        return {"kind": "soon", "icon": "key", "label": _("Not signed in yet"), "text": source.trouble}
    if source.unauthorised_since:
        return {"kind": "late", "icon": "key", "label": _("Authorisation lost"), "text": source.trouble}
    if source.state == Source.State.PAUSED:
        return {
            "kind": "soon",
            "icon": "pause",
            "label": _("Paused"),
            "text": source.trouble or _("An admin paused it."),
        }
    if source.failing_since:
        return {"kind": "late", "icon": "alert", "label": _("Does not answer"), "text": source.trouble}
    if health.silent(source, at=now()):
        text = _("Nothing was heard for longer than this source is usually silent.")
        return {"kind": "soon", "icon": "hourglass", "label": _("Silent"), "text": text}
    return {"kind": "good", "icon": "check", "label": _("Works"), "text": ""}
