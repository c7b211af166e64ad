"""What belongs to one message: its designed form and its files, which come from strangers, and its passport."""

from __future__ import annotations

import nh3
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.conversations import attaching, voicing, withdrawing
from answerable.conversations.models import Attachment, Message, Sound
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.web.policy import STRANGERS
from answerable.inbox.frame import go, part, staff
from answerable.inbox.views.cases import address
from answerable.intake import passport as stations

# Pictures are shown only when the message brought them along (data:); the policy refuses all others as well.
SCHEMES = {"http", "https", "mailto", "data"}
ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"style", "dir", "lang", "align"}, "td": {"colspan", "rowspan", "width"}}


@staff
@require_GET
def html(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    message = access.one(Message, viewer, pk=pk)
    clean = nh3.clean(message.html, url_schemes=SCHEMES, attributes=ATTRIBUTES, link_rel="noopener noreferrer nofollow")
    answer = render(request, "stranger.html", {"html": clean})
    answer["Content-Security-Policy"] = STRANGERS
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@staff
@require_GET
def passport(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Where a message has been. Asked for when somebody opens it, because a long case shows hundreds of messages."""
    message = access.one(Message, viewer, pk=pk)
    return part(request, "parts/passport.html", message=message, stamps=stations.of(message))


@staff
@require_POST
def hold(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Keep the words of a message that its author took back, because safety records need them."""
    message = access.one(Message, viewer, pk=pk)
    withdrawing.hold(message, because=request.POST.get("because", ""), by=viewer)
    return go(request, address(message.filing.case), said=_("Its words are kept."))


@staff
@require_GET
def file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A file is only ever saved, never opened as a page of ours."""
    attachment = access.one(Attachment, viewer, pk=pk)
    reading.log("attachment", attachment.pk, by=viewer)
    answer = HttpResponse(attaching.bytes_of(attachment), content_type="application/octet-stream")
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=attachment.name) or "attachment"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@staff
@require_GET
def recording(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The recording of a call, to be played by those who have the right. Each listening is kept in the read log.

    It is given whole and not in pieces, so that one listening is one line there.
    """
    sound = access.one(Sound, viewer, pk=pk)
    viewer.require(Right.HEAR_RECORDINGS)
    reading.log("recording", sound.pk, by=viewer)
    kind = sound.media_type if voicing.may_be_played(sound) else "application/octet-stream"
    answer = HttpResponse(attaching.bytes_of(sound), content_type=kind)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
