"""Answers and notes: the draft, the sending, and the word of a person on an unknown outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.cases import noting, redirects
from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.attaching import SHOWN
from answerable.core import access, files
from answerable.core.access import Viewer
from answerable.core.errors import Invalid, NotThere
from answerable.inbox import composing, offers
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.inbox.views.cases import address, find, marks, told
from answerable.replies import answering, approving, drafting, posting, settling, taking_back
from answerable.replies.models import Approval, Draft, DraftFile, Reply

FIELDS = ("text", "audience", "to", "cc", "key", "not_deflection", "wording")


@staff
@require_POST
def draft(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Keep the draft, and say what speaks against it. A late word about what was sent meanwhile keeps nothing."""
    case, given = find(viewer, pk), _given(request)
    if given["key"] not in composing.sent(case, viewer):
        _attach(_save(case, given, viewer), request, viewer)
    return part(request, "parts/blockers.html", case=case, composer=composing.of(case, viewer, given=given))


@staff
@require_POST
def send(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Put the answer into the outbox, or keep the note. What is stopped comes back with its reasons, nothing lost."""
    case, given = find(viewer, pk), _given(request)
    note = given["audience"] == Audience.INTERNAL
    wrong = tried(lambda: _attach(_save(case, given, viewer), request, viewer), Invalid)
    wrong = wrong or (None if note else _unsaid(request))
    wrong = wrong or tried(lambda: (_note if note else _answer)(case, given, viewer), Invalid)
    if wrong:
        return _again(request, viewer, case, given, wrong)
    return go(request, address(case), said=_("The note is kept.") if note else _outlook(given["key"], viewer))


@staff
@require_GET
def picture(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A picture of the own draft, as it will be seen."""
    file = access.one(DraftFile, viewer, pk=pk)
    if file.media_type not in SHOWN:
        raise NotThere("This file is not shown as a picture.")
    answer = HttpResponse(files.fetch(file.file), content_type=file.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@staff
@require_POST
def remove(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take an answer of ours back from its channel, for a reason."""
    reply = access.one(Reply, viewer, pk=pk)
    taking_back.ask(reply, because=request.POST.get("because", ""), by=viewer)
    return go(request, address(reply.case), said=_("It is taken back in a moment. Here it stays, with your reason."))


@staff
@require_POST
def drop_file(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take a file away from the own draft; what was written since is kept."""
    file = access.one(DraftFile, viewer, pk=pk)
    case = find(viewer, redirects.living(file.draft.case).pk)
    if "text" in request.POST:
        _save(case, _given(request), viewer)
    drafting.drop_file(file, by=viewer)
    return go(request, f"{address(case)}#reply", said=_("The file is taken away. The text is kept."))


@staff
@require_POST
def outcome(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A person looked at the channel and says whether the answer is there."""
    reply = access.one(Reply, viewer, pk=pk)
    arrived = request.POST.get("outcome") == "arrived"
    settling.settle(reply, arrived=arrived, by=viewer)
    return go(request, address(reply.case), said=_("Kept: it arrived.") if arrived else _("It goes out again."))


@staff
@require_POST
def posted(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A person posted it by hand and says where it stands."""
    reply = access.one(Reply, viewer, pk=pk)
    posting.confirm(reply, address=request.POST.get("address", ""), by=viewer)
    return go(request, address(reply.case), said=_("Kept: it is posted."))


@staff
@require_POST
def take_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """It is not going to be posted."""
    reply = access.one(Reply, viewer, pk=pk)
    posting.take_back(reply, by=viewer)
    return go(request, f"{address(reply.case)}#reply", said=_("It is taken back, and was never posted."))


def _given(request: HttpRequest) -> Mapping[str, str]:
    return {**{name: request.POST.get(name, "") for name in FIELDS}, **offers.given(request.POST)}


def _save(case: Case, given: Mapping[str, str], viewer: Viewer) -> Draft:
    to, cc = composing.split(given["to"]), composing.split(given["cc"])
    words: dict[str, Any] = {name: given[name] for name in ("text", "audience", "not_deflection")}
    words["wording"] = composing.wording_of(given["wording"], viewer)
    return drafting.save(case, to=to, cc=cc, by=viewer, **words)


def _attach(draft: Draft, request: HttpRequest, viewer: Viewer) -> None:
    """Keep the new files, and what is said in words of those that are there."""
    for known in draft.files.all():
        if f"alt-{known.pk}" in request.POST:
            drafting.describe_file(known, alt=request.POST[f"alt-{known.pk}"], by=viewer)
    for file in request.FILES.getlist("files"):
        drafting.add_file(draft, name=file.name or "", body=file.read(), by=viewer)


def _outlook(key: str, viewer: Viewer) -> str:
    if access.rows(Approval, viewer).filter(key=key, reply=None).exists():
        return _("The answer waits for another person’s approval.")
    waits = access.rows(Reply, viewer).filter(key=key, state=Reply.State.BY_HAND).exists()
    return _("The answer waits until somebody posts it by hand.") if waits else _("The answer goes out in a moment.")


def _unsaid(request: HttpRequest) -> Invalid | None:
    """A picture that was just chosen waits once, so that it can be said in words; a file is not looked into for that."""
    if not any((file.content_type or "").startswith("image/") for file in request.FILES.getlist("files")):
        return None
    return Invalid("Say in a sentence what the picture shows, then send it. It is with your answer already.", "alt")


def _note(case: Case, given: Mapping[str, str], viewer: Viewer) -> None:
    noting.note(case, text=given["text"], key=given["key"], by=viewer)
    drafting.discard(case, by=viewer)


def _answer(case: Case, given: Mapping[str, str], viewer: Viewer) -> None:
    """Send it, or put it before another person where a rule asks for that."""
    says: dict[str, Any] = {name: given[name] for name in ("text", "audience", "key", "not_deflection")}
    people = {"to": composing.split(given["to"]), "cc": composing.split(given["cc"])}
    says |= {**people, "wording": composing.wording_of(given["wording"], viewer)}
    try:
        reply = answering.answer(case, **says, by=viewer)
    except answering.NeedsApproval:
        approving.ask(case, **says, by=viewer)
        return
    offers.keep(case, given, reply.message, viewer=viewer)


def _again(
    request: HttpRequest, viewer: Viewer, case: Case, given: Mapping[str, str], wrong: Exception
) -> HttpResponse:
    context = {**told(case, viewer), **marks(case, viewer), "stopped": wrong}
    return show(request, "case.html", status=422, **{**context, "composer": composing.of(case, viewer, given=given)})
