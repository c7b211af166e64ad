"""Settings of clocks: calendars, targets, and the rules of the law to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.clocks import calendaring, daysoff, practising, rulebook, targeting
from answerable.clocks.calendars import Shift, day_of, days
from answerable.clocks.models import Calendar, Practice, Recalculation, Service, Target
from answerable.clocks.reckoning import Roll
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.models import Team
from answerable.core.moments import now
from answerable.inbox import limits
from answerable.inbox.frame import go, show, staff, tried

PREVIEW = 30


@staff
@require_GET
def calendars(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_CLOCKS)
    found = access.rows(Calendar, viewer).order_by("name")
    latest = access.rows(Recalculation, viewer).order_by("-pk").first()
    return show(request, "settings/calendars.html", calendars=list(found), latest=latest)


@staff
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest, viewer: Viewer, pk: int | None = None) -> HttpResponse:
    viewer.require(Right.MANAGE_CLOCKS)
    known = access.one(Calendar, viewer, pk=pk) if pk is not None else None
    wrong = tried(lambda: _keep(known, request.POST, viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, reverse("inbox:calendars"), said=_("The calendar is kept."))
    return _calendar(request, viewer, known, wrong)


@staff
@require_http_methods(["GET", "POST"])
def targets(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_CLOCKS)
    wrong = tried(lambda: _set(request.POST, viewer), Invalid, Conflict) if request.POST else None
    if request.POST and not wrong:
        return go(request, reverse("inbox:targets"), said=_("The target is kept; clocks that run are reckoned anew."))
    return show(
        request, "settings/targets.html", status=422 if wrong else 200, wrong=wrong, **_targets(request, viewer)
    )


@staff
@require_POST
def end_target(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    targeting.end_target(access.one(Target, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:targets"), said=_("It is promised no longer."))


@staff
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    wrong = tried(lambda: _practise(request.POST, viewer), Invalid) if request.POST else None
    if request.POST and not wrong:
        return go(
            request, reverse("inbox:limits"), said=_("It is kept; clocks that run take from it only what is earlier.")
        )
    context = {"packs": _packs(), "given": request.POST, "wrong": wrong, **_choices(viewer)}
    return show(request, "settings/limits.html", status=422 if wrong else 200, **context)


def _practise(given: QueryDict, viewer: Viewer) -> Practice:
    source, hours = given.get("source", ""), given.get("hours", "").strip()
    return practising.practise(
        given.get("rule", ""),
        source=access.one(Source, viewer, pk=int(source)) if source.isdecimal() else None,
        rolls="rolls" in given,
        hours=_minutes(hours) // 60 if hours else None,
        by=viewer,
    )


def _choices(viewer: Viewer) -> dict[str, Any]:
    """The rules that leave a choice to who sets clocks, as they are today, and what was chosen."""
    if not viewer.may(Right.MANAGE_CLOCKS):
        return {"rolling": [], "owned": [], "chosen": []}
    today, language = day_of(now(), viewer.time_zone), get_language() or "en"
    current = [each for each in rulebook.rules() if each == rulebook.of_day(each.id, today)]
    sources = access.rows(Source, viewer).order_by("label")
    chosen = access.rows(Practice, viewer).select_related("source").order_by("rule", "source__label")
    titles = {each.id: each.named(language) for each in current}
    return {
        "rolling": [(each, titles[each.id]) for each in current if each.may_roll is not Roll.NONE],
        "owned": [(each.id, titles[each.id]) for each in current if each.own],
        "sources": [("", _("Everywhere")), *((each.pk, each.label) for each in sources)],
        "chosen": [(each, titles.get(each.rule, each.rule)) for each in chosen],
    }


def _packs() -> list[tuple[str, list[dict[str, Any]]]]:
    language = get_language() or "en"
    told = [
        {
            "rule": each,
            "title": each.named(language),
            "length": limits.length(each),
            "start": limits.STARTS[each.start](),
            "roll": limits.ROLLS[each.roll_forward](),
            "evidence": limits.EVIDENCE[each.evidence](),
        }
        for each in rulebook.rules()
    ]
    return [(pack, list(found)) for pack, found in groupby(told, key=lambda each: each["rule"].pack)]  # type: ignore[attr-defined]


def _calendar(request: HttpRequest, viewer: Viewer, known: Calendar | None, wrong: HouseError | None) -> HttpResponse:
    given = request.POST
    week = known.week if known else [[[540, 1020]]] * 5 + [[], []]
    context = {
        "calendar": known,
        "wrong": wrong,
        "given": given,
        "shifts": [(number, given.get(f"day-{number}", _written(week[number]))) for number in range(7)],
        "weekdays": [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")],
        "zones": [(name, name) for name in sorted(available_timezones())],
        "keys": [("", _("No holidays")), *((key, key) for key in daysoff.known())],
        "zone": given.get("time_zone", known.time_zone if known else viewer.time_zone),
        "preview": _preview(known) if known else [],
    }
    return show(request, "settings/calendar.html", status=422 if wrong else 200, **context)


def _preview(known: Calendar) -> list[dict[str, Any]]:
    """The next days as they are worked, each with its holiday."""
    working, today = known.working(), day_of(now(), known.time_zone)
    return [
        {
            "day": day,
            "shifts": _written(working.shifts(day)),
            "name": daysoff.days_off(known.holidays, day.year).get(day, ""),
        }
        for day in days(today, today + timedelta(days=PREVIEW - 1))
    ]


def _keep(known: Calendar | None, given: QueryDict, viewer: Viewer) -> Calendar:
    return calendaring.keep_calendar(
        known,
        name=given.get("name", ""),
        time_zone=given.get("time_zone", ""),
        holidays=given.get("holidays", ""),
        week=[_shifts(given.get(f"day-{number}", "")) for number in range(7)],
        off=_days(given.get("off", ""), "off"),
        on=_days(given.get("on", ""), "on"),
        by=viewer,
    )


def _written(shifts: Sequence[Sequence[int]]) -> str:
    """ "08:00-12:00, 12:30-16:30"."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in shifts)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _shifts(text: str) -> list[Shift]:
    try:
        return [_shift(each) for each in text.replace("–", "-").split(",") if each.strip()]
    except (ValueError, IndexError):
        raise Invalid(
            "“%(words)s” cannot be read as shifts. Nothing was changed. Write them as 08:00-12:00, 12:30-16:30.",
            "week",
            words=text[:60],
        ) from None


def _shift(text: str) -> Shift:
    start, end = (each.strip().split(":") for each in text.split("-"))
    return int(start[0]) * 60 + int(start[1]), int(end[0]) * 60 + int(end[1])


def _days(text: str, field: str) -> list[date]:
    try:
        return [date.fromisoformat(each) for each in text.replace(",", " ").split()]
    except ValueError:
        raise Invalid(
            "“%(words)s” cannot be read as days. Nothing was changed. Write them as 2026-12-24.", field, words=text[:60]
        ) from None


def _set(given: QueryDict, viewer: Viewer) -> Target:
    team, own = given.get("team", ""), given.get("calendar", "")
    return targeting.set_target(
        service=given.get("service", ""),
        minutes=_minutes(given.get("hours", "")),
        team=access.one(Team, viewer, pk=int(team)) if team.isdecimal() else None,
        calendar=access.one(Calendar, viewer, pk=int(own)) if own.isdecimal() else None,
        pauses=given.getlist("pauses"),
        warnings=[_minutes(each) for each in given.get("warnings", "").replace(",", " ").split()],
        by=viewer,
    )


def _minutes(hours: str) -> int:
    try:
        return round(float(hours) * 60)
    except (ValueError, OverflowError):
        raise Invalid("“%(words)s” is no number of hours. Nothing was changed.", "hours", words=hours[:20]) from None


def _targets(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    found = access.rows(Target, viewer).select_related("team", "calendar").order_by("team__name", "service")
    waits = {str(key): str(words) for key, words in Case.WaitingFor.choices if key}
    return {
        "targets": [(each, ", ".join(waits[wait] for wait in each.pauses if wait in waits)) for each in found],
        "services": Service.choices,
        "waits": list(waits.items()),
        "teams": [("", _("All teams")), *access.rows(Team, viewer).order_by("name").values_list("pk", "name")],
        "calendars": [
            ("", _("By day and night")),
            *access.rows(Calendar, viewer).order_by("name").values_list("pk", "name"),
        ],
        "given": request.POST,
    }
