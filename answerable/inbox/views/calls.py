"""Noting a call: by itself, or on a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from answerable.cases.models import Case
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.moments import now
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views.cases import address, find
from answerable.intake import noting_calls
from answerable.intake.noting_calls import Noted

LONGEST_WAIT = 24 * 60
WHAT: Mapping[str, Callable[[], str]] = {
    "spoke": lambda: _("They called, and we spoke"),
    "gave_up": lambda: _("They called and gave up while they waited"),
    "we_spoke": lambda: _("We called, and spoke"),
    "we_missed": lambda: _("We called and reached nobody"),
}


@staff
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return _answered(request, viewer, None)


@staff
@require_http_methods(["GET", "POST"])
def note_on(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    return _answered(request, viewer, find(viewer, pk))


def _answered(request: HttpRequest, viewer: Viewer, case: Case | None) -> HttpResponse:
    viewer.require(Right.ANSWER)
    if request.method == "GET":
        return _form(request, viewer, case, {})
    kept: list[Case | None] = []
    wrong = tried(lambda: kept.append(_note(request.POST, viewer, case)), Invalid, Conflict)
    if wrong:
        return _form(request, viewer, case, request.POST.dict(), wrong)
    seen = access.rows(Case, viewer).filter(pk=kept[0].pk).first() if kept[0] else None
    return go(request, address(seen) if seen else reverse("inbox:inbox"), said=_("The call is kept."))


def _note(given: QueryDict, viewer: Viewer, case: Case | None) -> Case | None:
    what, source = given.get("what", ""), given.get("source", "")
    if what not in WHAT:
        raise Invalid("Choose who called, and whether you spoke. Nothing was kept yet.", "what")
    noted = Noted(
        at=_moment(given.get("at", "")),
        number=given.get("number", "")[:60],
        name=given.get("name", "")[:200],
        made_by_us=what.startswith("we_"),
        abandoned=what in {"gave_up", "we_missed"},
        waited=_seconds(given.get("waited", "")),
        summary=given.get("summary", ""),
        product=given.get("product", "")[:120],
        language=given.get("language", "")[:10],
    )
    return noting_calls.note_call(
        noted,
        key=given.get("key", "")[:100] or uuid4().hex,
        by=viewer,
        case=case,
        source_id=int(source) if source.isdecimal() and len(source) < 19 else None,
        theirs=case is not None and given.get("who", "contact") == "contact",
    )


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else make_aware(at)
    except (ValueError, OverflowError):
        raise Invalid("Say when the call was. Nothing was kept yet.", "at") from None


def _seconds(minutes: str) -> int | None:
    if not minutes.strip():
        return None
    if not minutes.strip().isdecimal() or len(minutes) > 6 or int(minutes) > LONGEST_WAIT:
        raise Invalid("The waiting time is a number of minutes, up to a day. Nothing was kept yet.", "waited")
    return int(minutes) * 60


def _form(
    request: HttpRequest,
    viewer: Viewer,
    case: Case | None,
    given: Mapping[str, Any],
    wrong: HouseError | None = None,
) -> HttpResponse:
    context = {
        "case": case,
        "lines": [(each.pk, each.label) for each in noting_calls.sources(viewer, case)],
        "whats": [(key, words()) for key, words in WHAT.items()],
        "languages_spoken": [("", _("Not known")), *settings.LANGUAGES],
        "given": {"key": uuid4().hex, "at": f"{localtime(now()):%Y-%m-%dT%H:%M}", **given},
        "wrong": wrong,
    }
    return show(request, "calls/note.html", status=422 if wrong else 200, **context)
