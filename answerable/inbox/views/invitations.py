"""Inviting from public to private, and taking an invitation back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.cases import inviting
from answerable.cases.models import Invitation
from answerable.channels.contract import Audience
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.inbox.frame import go, staff
from answerable.inbox.views.cases import address, find
from answerable.replies import answering, drafting


@staff
@require_POST
def invite(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Make an invitation and put its sentence behind what is written already, as a draft for the public."""
    case = find(viewer, pk)
    place = answering.place(case, Audience.PUBLIC)
    if place is None:
        raise Invalid("Nobody spoke in public here. Nobody was invited. Answer privately.", "conversation")
    made = inviting.invite(case, conversation=place, by=viewer)
    written = request.POST.get("text", "").strip()
    text = f"{written}\n\n{made.sentence}" if written else made.sentence
    drafting.save(case, text=text, audience=Audience.PUBLIC, by=viewer)
    return go(request, f"{address(case)}#reply", said=_("The sentence stands in the answer. Send it when it is right."))


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    invitation = access.one(Invitation, viewer, pk=pk)
    inviting.revoke(invitation, by=viewer)
    return go(request, address(invitation.case), said=_("The invitation is taken back."))
