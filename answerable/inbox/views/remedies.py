"""Settings: what may be given to make good, and after how many days silence counts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import allowing
from answerable.cases.models import RemedyKind, RemedyPolicy
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Team, Workspace
from answerable.inbox import asked
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views.ends import money

FIELDS = ("kind", "free_to", "most", "currency", "team", "product", "words")


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    given = request.POST
    verb = _silence if "silence_days" in given else _allow
    wrong = tried(lambda: verb(given, viewer), Invalid, Conflict) if given else None
    if given and not wrong:
        return go(request, reverse("inbox:remedies"), said=_("The rule is kept."))
    rules = access.rows(RemedyPolicy, viewer).filter(ended_at=None).select_related("team")
    context = {
        "rules": list(rules.order_by("kind", "pk")),
        "kinds": RemedyKind.choices,
        "teams": [("", _("Every team")), *access.rows(Team, viewer).order_by("name").values_list("pk", "name")],
        "days": access.one(Workspace, viewer, pk=viewer.workspace_id).silence_days,
        "given": {name: given.get(name, "") for name in FIELDS},
        "wrong": wrong,
    }
    return show(request, "settings/remedies.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    allowing.end(access.one(RemedyPolicy, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:remedies"), said=_("The rule has ended."))


def _allow(given: QueryDict, viewer: Viewer) -> None:
    team = asked.number(given.get("team", ""))
    allowing.allow(
        given.get("kind", ""),
        free_to=money(given.get("free_to", ""), "free_to"),
        most=money(given.get("most", ""), "most"),
        currency=given.get("currency", ""),
        team=access.one(Team, viewer, pk=team) if team else None,
        product=given.get("product", ""),
        words=given.get("words", ""),
        by=viewer,
    )


def _silence(given: QueryDict, viewer: Viewer) -> None:
    workspace = access.one(Workspace, viewer, pk=viewer.workspace_id)
    allowing.count_silence_after(workspace, days=asked.number(given.get("silence_days", "")) or 0, by=viewer)
