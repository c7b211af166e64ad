"""A person's answer to what the detectors found in a message."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox.frame import go, staff
from answerable.inbox.views.cases import address
from answerable.safety import opening
from answerable.triage import judging


@staff
@require_POST
def give(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    message = access.one(Message, viewer, pk=pk)
    reason = request.POST.get("reason", "")
    there = reason in judging.FOR_YES
    opening.judge(message, request.POST.get("detector", ""), there=there, reason=reason, by=viewer)
    said = _("Kept: it is there.") if there else _("Kept: it is not there.")
    return go(request, address(message.filing.case), said=said)
