"""One's own profile and API tokens."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access, admitting, limits, viewers
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Membership, Token, User
from answerable.inbox.frame import go, refused, show, staff, tried

SCOPES = {
    Right.READ_CASES: gettext_lazy("Read cases"),
    Right.ANSWER: gettext_lazy("Answer customers"),
    Right.CLOSE: gettext_lazy("Close cases"),
    Right.APPROVE_REMEDIES: gettext_lazy("Approve remedies"),
    Right.HAND_IN: gettext_lazy("Hand in messages"),
    Right.ASSIGN_OTHERS: gettext_lazy("Give away cases of others"),
    Right.SEE_HEALTH: gettext_lazy("See channels and ledger"),
    Right.REPLAY: gettext_lazy("Open envelopes again"),
    Right.MANAGE_SOURCES: gettext_lazy("Connect and change sources"),
    Right.MANAGE_PEOPLE: gettext_lazy("Admit and change people"),
    Right.MANAGE_RULES: gettext_lazy("Keep rules, fields and saved answers"),
    Right.MANAGE_CLOCKS: gettext_lazy("Set calendars and time limits"),
    Right.SEE_JOURNAL: gettext_lazy("Read the journal"),
    Right.HEAR_RECORDINGS: gettext_lazy("Hear recordings of calls"),
    Right.REVIEW: gettext_lazy("Review messages and groups"),
    Right.SEE_REPORTS: gettext_lazy("Read and write reports"),
    Right.REFER_REPORTS: gettext_lazy("Refer reports and compare the sides"),
    Right.WRITE_WORDINGS: gettext_lazy("Write wordings"),
    Right.APPROVE_WORDINGS: gettext_lazy("Approve wordings and answers"),
}


@staff
@require_GET
def profile(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    tokens = access.rows(Token, viewer).filter(revoked_at=None).order_by("-created_at")
    scopes = [(str(right), words) for right, words in SCOPES.items() if viewer.may(right)]
    fresh = request.session.pop("fresh_token", "")
    person = access.one(User, viewer, pk=viewer.user_id)
    context = {"person": person, "tokens": list(tokens), "scopes": scopes, "fresh": fresh}
    return show(request, "settings/profile.html", words_of={str(right): SCOPES[right] for right in SCOPES}, **context)


@staff
@require_POST
def password(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    user = access.one(User, viewer, pk=viewer.user_id)
    limits.password(viewer.user_id)
    wrong = tried(lambda: _set_password(user, request, viewer), Invalid)
    if wrong:
        return refused(request, wrong)
    update_session_auth_hash(request, user)
    return go(request, reverse("inbox:settings"), said=_("The new password holds from now on."))


def _set_password(user: User, request: HttpRequest, viewer: Viewer) -> None:
    if not user.check_password(request.POST.get("old", "")):
        raise Invalid("The old password is not right. Nothing was changed.", "old")
    admitting.set_password(user, password=request.POST.get("new", ""), by=viewer)


@staff
@require_POST
def issue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make a token. It is shown once, on the next page."""
    label, scopes = request.POST.get("label", "").strip(), request.POST.getlist("scopes")
    allowed = [str(right) for right in SCOPES if viewer.may(right)]
    if not label or not scopes or set(scopes) - set(allowed):
        raise Invalid("A token needs a name and at least one thing that it may do. Nothing was made.", "label")
    own = access.one(Membership, viewer, user_id=viewer.user_id, ended_at=None)
    request.session["fresh_token"] = viewers.issue(own, label=label[:80], scopes=scopes, by=viewer)
    return go(request, reverse("inbox:settings") + "#tokens")


@staff
@require_POST
def revoke(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewers.revoke(access.one(Token, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:settings"), said=_("The token no longer opens anything."))
