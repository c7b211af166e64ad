"""The radar: what is said now beside what is usual, and incidents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import asked, radar_words, wave_chart
from answerable.inbox.frame import go, show, staff
from answerable.metrics import ending, gathering, holding, queries, telling, waves
from answerable.metrics.models import Incident, Series

SPANS = {"day": timedelta(hours=25), "week": timedelta(days=8)}
BEFORE = timedelta(hours=3)
AFTER = timedelta(hours=2)
POSTS, CLOSED = 200, 20


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    at = now()
    return show(
        request,
        "radar/radar.html",
        lines=queries.lines(viewer, at),
        incidents=[_card(each, viewer) for each in queries.incidents(viewer)],
        closed=list(queries.closed(viewer)[:CLOSED]),
        quiet=list(queries.quiet(viewer)),
        verdicts=queries.verdicts(viewer, at),
        stated=waves.FALSE_ALARMS_A_WEEK,
    )


@staff
@require_GET
def series(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = access.one(Series, viewer, pk=pk)
    span = SPANS.get(request.GET.get("span", ""), SPANS["day"])
    step, at = wave_chart.step_for(span), now()
    chart = wave_chart.draw(queries.points(found, at - span, at, step=step), step=step)
    context: dict[str, Any] = {"series": found, "chart": chart, "week": span == SPANS["week"]}
    return show(request, "radar/series.html", **context)


@staff
@require_GET
def incident(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Looking here is what makes notices about it seen."""
    found = queries.incident(viewer, pk)
    telling.see(found, by=viewer)
    gathered = list(queries.gathered(found, viewer)[:POSTS])
    return show(
        request,
        "radar/incident.html",
        incident=found,
        chart=_picture(found),
        alarms=_alarms(found, viewer),
        inside=[each for each in gathered if each.out_at is None],
        out=[each for each in gathered if each.out_at is not None],
        outcomes=radar_words.outcomes(),
        **_may(found, viewer),
    )


@staff
@require_POST
def hold(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take it, or give it to the colleague who was chosen."""
    found, chosen = queries.incident(viewer, pk), asked.number(request.POST.get("to", ""))
    if chosen is None:
        holding.take(found, by=viewer)
        return go(request, _address(pk), said=_("You hold the incident now."))
    to = asked.one(User, viewer, "to", pk=chosen)
    holding.give(found, to=to, by=viewer)
    return go(request, _address(pk), said=_("%(person)s holds the incident now, and is told.") % {"person": to.name})


@staff
@require_POST
def close(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    given = request.POST
    found = queries.incident(viewer, pk)
    ending.close(found, outcome=given.get("outcome", ""), words=given.get("words", ""), by=viewer)
    return go(request, reverse("inbox:radar"), said=_("The incident is closed. The cases of its authors stay open."))


@staff
@require_POST
def put_in(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = queries.incident(viewer, pk)
    gathering.put_in(found, _message(request, viewer), by=viewer)
    return go(request, _address(pk), said=_("The post is of this incident."))


@staff
@require_POST
def take_out(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = queries.incident(viewer, pk)
    gathering.take_out(found, _message(request, viewer), by=viewer)
    said = _("The post is not of this incident. Its case stays as it is.")
    return go(request, _address(pk), said=said)


def _message(request: HttpRequest, viewer: Viewer) -> Message:
    return asked.one(Message, viewer, "message", pk=asked.number(request.POST.get("message", "")) or 0)


def _address(pk: int) -> str:
    return reverse("inbox:incident", args=[pk])


def _card(found: Incident, viewer: Viewer) -> dict[str, Any]:
    first = queries.alarms(found, viewer).first()
    return {"incident": found, "chart": _picture(found), "words": radar_words.found(first) if first else ""}


def _picture(found: Incident) -> wave_chart.Chart:
    """From three hours before it began until it was over, or now; of a long one, the first two weeks."""
    begin, end = found.since - BEFORE, now()
    if found.over_at is not None:
        end = min(end, found.over_at + AFTER)
    end = min(end, begin + wave_chart.LONGEST)
    step = wave_chart.step_for(end - begin)
    points = queries.points(found.series, begin, end, step=step)
    return wave_chart.draw(points, step=step, since=found.since, until=found.over_at)


def _alarms(found: Incident, viewer: Viewer) -> list[dict[str, Any]]:
    return [
        {"alarm": each, "words": radar_words.found(each), "rarity": radar_words.rarity(each)}
        for each in queries.alarms(found, viewer)
    ]


def _may(found: Incident, viewer: Viewer) -> dict[str, Any]:
    """What this viewer may do with it, and to whom it could go."""
    answers = found.is_open and viewer.may(Right.ANSWER)
    decides = answers and (found.holder_id == viewer.user_id or viewer.may(Right.ASSIGN_OTHERS))
    people = [(each.user_id, each.user.name) for each in holding.can_hold(found)] if decides else []
    return {
        "may_take": answers and found.holder_id != viewer.user_id,
        "may_change": answers,
        "may_decide": decides,
        "people": [each for each in people if each[0] != found.holder_id],
    }
