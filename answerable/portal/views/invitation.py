"""The page of an invitation, for people without an account: who asks, and a form that goes to the same case."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from answerable.cases import inviting
from answerable.channels import queries
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.errors import NotThere
from answerable.core.moments import now
from answerable.intake.receiving import receive
from answerable.portal.frame import in_language
from answerable.portal.holders import held
from answerable.portal.views.form import FIELDS, Filled, checked, handed_in
from answerable.portal.views.my_case import token_of

CLOSED = (
    "This way in is closed: it was used, or its time is over. Say so where you were invited, and you get a new one."
)


@held("invitation")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Looking uses nothing up. What is sent is stored as it came; the code is used when it is opened."""
    invitation = inviting.look(code)
    source = queries.form_of(invitation.case.workspace_id, invitation.case.team_id) if invitation else None
    if source is None:
        raise NotThere(CLOSED)
    if request.method == "GET":
        return _show(request, source, Filled({**dict.fromkeys(FIELDS, ""), "key": uuid4().hex}))
    files = request.FILES.getlist("files")
    filled = checked({name: request.POST.get(name, "").strip() for name in FIELDS}, files)
    if filled.errors:
        return _show(request, source, filled, status=422)
    key = filled.values["key"][:80]
    body = handed_in({**filled.values, "key": key, "invitation": code}, files)
    receive(source, [Raw(body=body, external_id=key)], at=now())
    return redirect("portal:my-case", token_of(source, key))


def _show(request: HttpRequest, source: Source, filled: Filled, status: int = 200) -> HttpResponse:
    context = {"filled": filled, "desk": source.workspace.name, "here": in_language(request)}
    return render(request, "portal/invitation.html", context, status=status)
