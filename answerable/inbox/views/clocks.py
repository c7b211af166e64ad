"""The clocks of a case: a legal one is started, or stopped with a reason; since when something was known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from answerable.cases.models import Case
from answerable.clocks import knowing, rulebook, starting
from answerable.clocks.calendars import day_of
from answerable.clocks.models import Clock, Known
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.moments import now
from answerable.inbox import asked, limits
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


@staff
@require_http_methods(["GET", "POST"])
def known(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The five moments of each message, and a form to say an earlier one."""
    case = cases.find(viewer, pk)
    viewer.require(Right.ANSWER)
    wrong = tried(lambda: _learn(case, request.POST, viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, reverse("inbox:known", args=[case.pk]), said=_("It is kept; clocks that run from it moved."))
    said = _said(case, viewer)
    return _page(
        request,
        case,
        wrong,
        form="parts/known_form.html",
        facts=[(each, knowing.of_message(each)) for each in said],
        messages=_options(said),
        known_facts=Known.Fact.choices,
        zone=viewer.time_zone,
    )


def _learn(case: Case, given: QueryDict, viewer: Viewer) -> Known:
    return knowing.learn(
        access.one(Message, viewer, pk=asked.number(given.get("message", "")) or 0, filing__case=case),
        fact=given.get("fact", ""),
        at=_moment(given.get("at", ""), viewer),
        why=given.get("why", ""),
        by=viewer,
    )


def _said(case: Case, viewer: Viewer) -> list[Message]:
    """What may have told us something: all but our own answers."""
    ours = Message.Direction.OUT
    found = access.rows(Message, viewer).filter(filing__case=case).exclude(direction=ours).defer("search", "html")
    return list(found.select_related("author", "user").order_by("received_at", "pk"))


def _options(said: Sequence[Message]) -> list[tuple[str, str]]:
    return [(str(each.pk), f"{localtime(each.received_at):%Y-%m-%d %H:%M} {each.text[:60]}") for each in said]


def _start(case: Case, given: QueryDict, viewer: Viewer) -> Clock:
    chosen = asked.number(given.get("message", ""))
    return starting.start(
        case,
        message=access.one(Message, viewer, pk=chosen, filing__case=case) if chosen is not None else None,
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
        "messages": [("", _("None of these")), *_options(_said(case, viewer))],
    }


def _page(request: HttpRequest, case: Case, wrong: HouseError | None, **context: Any) -> HttpResponse:
    facts = {"case": case, "given": request.POST, "wrong": wrong, **context}
    return show(request, "case_form.html", status=422 if wrong else 200, **facts)
