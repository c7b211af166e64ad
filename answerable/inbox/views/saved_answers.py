"""Saved answers: kept in the settings, offered beside the composer."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Team
from answerable.inbox import asked
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.inbox.views.cases import find
from answerable.replies import saving_answers, wordings
from answerable.replies.models import SavedAnswer


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.ANSWER)
    given = request.POST
    wrong = None
    if request.method == "POST":
        says = {name: given.get(name, "") for name in ("title", "text", "language")}
        wrong = tried(
            lambda: saving_answers.save(**says, team=_team(given.get("team", ""), viewer), by=viewer), Invalid, Conflict
        )
    if request.method == "POST" and not wrong:
        return go(request, reverse("inbox:saved-answers"), said=_("The answer is saved."))
    found = access.rows(SavedAnswer, viewer).filter(ended_at=None).select_related("team").order_by("title", "pk")
    context = {
        "answers": list(found),
        "teams": _teams(viewer),
        "spoken": settings.LANGUAGES,
        "given": given,
        "wrong": wrong,
        "at_field": getattr(wrong, "field", ""),
    }
    return show(request, "settings/saved_answers.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Change or end a saved answer."""
    answer, given = access.one(SavedAnswer, viewer, pk=pk, ended_at=None), request.POST
    if "end" in given:
        saving_answers.end(answer, by=viewer)
        return go(request, reverse("inbox:saved-answers"), said=_("It is offered no more."))
    says = {name: given.get(name, "") for name in ("title", "text", "language")}
    saving_answers.change(answer, **says, by=viewer)
    return go(request, reverse("inbox:saved-answers"), said=_("The answer is saved."))


@staff
@require_GET
def offered(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What fits this case, filled, for the composer."""
    viewer.require(Right.ANSWER)
    case, words = find(viewer, pk), request.GET.get("words", "")
    found = saving_answers.offered(case, words=words, by=viewer)
    offers = [{"answer": each, "filled": saving_answers.fill(each, case, by=viewer)} for each in found]
    fitting = wordings.for_case(case, viewer, words=words)
    worded = [{"version": each, "filled": wordings.filled(each, case, by=viewer)} for each in fitting]
    template = "parts/saved_answers.html" if getattr(request, "htmx", False) else "saved_answers.html"
    render = part if getattr(request, "htmx", False) else show
    return render(request, template, case=case, offers=offers, worded=worded, words=words)


def _teams(viewer: Viewer) -> list[tuple[str, str]]:
    teams = access.rows(Team, viewer).order_by("name")
    own = teams if viewer.sees_all else teams.filter(pk__in=viewer.team_ids)
    all_ = [("", _("Everybody"))] if viewer.may(Right.MANAGE_RULES) else []
    return [*((str(team.pk), team.name) for team in own), *all_]


def _team(key: str, viewer: Viewer) -> Team | None:
    return access.one(Team, viewer, pk=asked.number(key) or 0) if key else None
