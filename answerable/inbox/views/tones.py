"""How messages sound: a person's answer with one key, and the settings page with languages and cards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.inbox import sounding
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views.cases import address
from answerable.listening import queries, speaking
from answerable.triage import toning


@staff
@require_POST
def judge(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    message = access.one(Message, viewer, pk=pk)
    toning.judge(message, request.POST.get("sort", ""), request.POST.get("answer", ""), by=viewer)
    return go(request, address(message.filing.case), said=_("Your answer is kept. It is learned from at night."))


@staff
@require_http_methods(["GET", "POST"])
def cards(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which languages are told apart, and how well tone and intent are told in each."""
    given = request.POST.get("languages")
    codes = [] if given is None else given.replace(",", " ").split()
    wrong = None if given is None else tried(lambda: speaking.speak(codes, by=viewer), Invalid)
    if given is not None and not wrong:
        return go(
            request, reverse("inbox:tones"), said=_("The languages are kept. They count for what comes from now on.")
        )
    ours = queries.choices(viewer).languages
    context = {
        "cards": sounding.cards(viewer),
        "languages": given if wrong else ", ".join(ours),
        "may_change": viewer.may(Right.MANAGE_RULES),
        "wrong": wrong,
    }
    return show(request, "settings/tones.html", status=422 if wrong else 200, **context)
