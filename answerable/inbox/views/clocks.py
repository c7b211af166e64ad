"""The clocks of a case: a legal one is started, or stopped with a reason."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from answerable.cases.models import Case
from answerable.clocks import rulebook, starting
from answerable.clocks.calendars import day_of
from answerable.clocks.models import Clock
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.moments import now
from answerable.inbox import limits
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views import cases


@staff
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = cases.find(viewer, pk)
    viewer.require(Right.ANSWER)
    wrong = tried(lambda: _start(case, request.POST, viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, cases.address(case), said=_("The clock runs."))
    return _page(request, case, wrong, form="parts/clock_form.html", **_choices(case, viewer))


@staff
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    clock = access.one(Clock, viewer, pk=pk)
    viewer.require(Right.ANSWER)
    case, words = cases.find(viewer, clock.case_id), request.POST.get("why", "")
    wrong = tried(lambda: starting.stop(clock, why=words, by=viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, cases.address(case), said=_("The clock stopped. Your reason is kept with it."))
    return _page(request, case, wrong, form="parts/clock_stop_form.html", line=limits.line(clock))


def _start(case: Case, given: QueryDict, viewer: Viewer) -> Clock:
    return starting.start(
        case,
        rule=given.get("rule", ""),
        awareness=given.get("awareness", ""),
        at=_moment(given.get("at", ""), viewer),
        why=given.get("why", ""),
        holidays=given.get("holidays", ""),
        by=viewer,
    )


def _moment(text: str, viewer: Viewer) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(viewer.time_zone))
    except ValueError:
        raise Invalid("The moment cannot be read. No clock was started. Give it as date and time.", "at") from None


def _choices(case: Case, viewer: Viewer) -> dict[str, Any]:
    language, today = get_language() or "en", day_of(now(), viewer.time_zone)
    known = [each for each in rulebook.rules() if each.in_force(today)]
    by_pack = groupby(known, key=lambda each: each.pack)
    keys = dict.fromkeys(key for each in known for key in each.holidays)
    return {
        "packs": [
            (pack.replace("_", " "), [(each.id, each.named(language)) for each in found]) for pack, found in by_pack
        ],
        "starts": [(key, words()) for key, words in limits.STARTS.items()],
        "holidays": [("", _("As the rule says")), *((key, key) for key in keys)],
        "at": f"{localtime(case.opened_at):%Y-%m-%dT%H:%M}",
        "zone": viewer.time_zone,
    }


def _page(request: HttpRequest, case: Case, wrong: HouseError | None, **context: Any) -> HttpResponse:
    facts = {"case": case, "given": request.POST, "wrong": wrong, **context}
    return show(request, "case_form.html", status=422 if wrong else 200, **facts)
