"""Approvals: what waits for another person, with its checks and what changed against its wording; and the rules that ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.cases.models import Disposition
from answerable.core import access
from answerable.core.access import RIGHTS, Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed
from answerable.inbox import composing, review_frame, wording_rows
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views.cases import address
from answerable.inbox.wording_rows import Piece
from answerable.replies import approvals, approving, wordings
from answerable.replies.concerns import Concern
from answerable.replies.models import Approval, ApprovalRule

MOST = 50
FIELDS = ("name", "product", "audience", "role", "disposition")


@dataclass(frozen=True)
class Waiting:
    """One answer that waits: its words against its wording, and what speaks against it now."""

    approval: Approval
    pieces: Sequence[Piece]
    concerns: Sequence[Concern]


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return _page(request, viewer)


@staff
@require_POST
def decide(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Approve, decline, or take back what one wrote oneself. What is refused comes back with its reason."""
    approval, given = access.one(Approval, viewer, pk=pk), request.POST
    if given.get("decision") == "take_back":
        approving.take_back(approval, by=viewer)
        return go(request, f"{address(approval.case)}#reply", said=_("It is taken back. The text is your draft again."))
    wrong = tried(lambda: _decide(approval, given.get("decision", ""), given.get("because", ""), viewer), HouseError)
    if wrong:
        return _page(request, viewer, wrong=wrong, at=pk)
    return go(request, reverse("inbox:approvals"), said=_done(approval, given.get("decision", "")))


@staff
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which answers ask for four eyes."""
    viewer.require(Right.MANAGE_RULES)
    given = {name: request.POST.get(name, "") for name in FIELDS}
    wrong = None
    if request.method == "POST":
        also = "also_wordings" in request.POST
        wrong = tried(lambda: approving.keep_rule(**given, also_wordings=also, by=viewer), Invalid, Conflict)
        if not wrong:
            return go(request, reverse("inbox:approval-rules"), said=_("The rule is kept."))
    context = {
        "rules": list(access.rows(ApprovalRule, viewer).filter(ended_at=None).order_by("name")),
        "audiences": [("", _("Any")), ("public", _("Public")), ("private", _("Private"))],
        "dispositions": [("", _("Any answer")), *Disposition.choices],
        "roles": [("", _("Any")), *((role, role.replace("_", " ")) for role in RIGHTS)],
        "given": given,
        "wrong": wrong,
    }
    return show(request, "settings/approval_rules.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def end_rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    approving.end_rule(access.one(ApprovalRule, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:approval-rules"), said=_("The rule has ended. What waits goes on waiting."))


def _done(approval: Approval, decision: str) -> str:
    if decision != "approve":
        return _("It is declined. Its writer is told.")
    if approval.disposition:
        return _("It is approved and goes out in a moment. The case is closed.")
    return _("It is approved and goes out in a moment.")


def _decide(approval: Approval, decision: str, because: str, viewer: Viewer) -> None:
    if decision == "approve":
        approving.approve(approval, because=because, by=viewer)
    else:
        approving.decline(approval, because=because, by=viewer)


def _page(request: HttpRequest, viewer: Viewer, *, wrong: HouseError | None = None, at: int = 0) -> HttpResponse:
    if not viewer.may(Right.APPROVE_WORDINGS):
        raise NotAllowed("Approvals are decided by reviewers, safety officers and leads. Ask an admin.")
    found = approvals.waiting(viewer)
    context = {
        "rows": [_waiting(each) for each in found[:MOST]],
        "count": found.count(),
        "versions": list(wordings.waiting(viewer)[:MOST]),
        "wrong": wrong,
        "wrong_at": at,
    }
    return review_frame.show(request, "review/approvals.html", 422 if wrong else 200, **context)


def _waiting(approval: Approval) -> Waiting:
    version, found = approval.wording, composing.concerns_about(approval)
    whole = [Piece("kept", approval.text)]
    pieces = wording_rows.changes(version.text, approval.text) if version is not None else whole
    return Waiting(approval, pieces, found)
