"""Questions about the radar, always for a viewer: what is said now, what stands out, what an incident holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count as Number
from django.db.models import Max, Q, QuerySet, Sum

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.metrics.counting import slot_of
from answerable.metrics.known import minute_of, usual_of
from answerable.metrics.models import Alarm, Count, Gathered, Incident, IncidentNotice, Series

HOUR = timedelta(hours=1)
LATELY = timedelta(days=8)
JUDGED = timedelta(weeks=12)


@dataclass(frozen=True)
class Line:
    """One series now: people of the last full hour of counts, and what is usual for it (None while that is not known)."""

    series: Series
    seen: int
    usual: float | None
    incident: Incident | None
    last_at: datetime | None

    @property
    def times(self) -> float | None:
        return None if self.usual is None else self.seen / max(self.usual, 0.1)


@dataclass(frozen=True)
class Verdicts:
    """How many incidents people closed in the last twelve weeks, and how many of them they called false alarms."""

    closed: int
    false: int


@dataclass(frozen=True)
class Point:
    """One bar of a picture: so many people from `at` on, and what is usual then."""

    at: datetime
    seen: int
    usual: float | None


def lines(viewer: Viewer, at: datetime) -> list[Line]:
    """The series that were heard of late: those of open incidents first, then what is most above its usual."""
    end = slot_of(at)
    counted = access.rows(Count, viewer).filter(at__gte=at - LATELY).values("series")
    lately = {
        row["series"]: (row["seen"] or 0, row["last"])
        for row in counted.annotate(last=Max("at"), seen=Sum("people", filter=Q(at__gte=end - HOUR, at__lt=end)))
    }
    open_ = {each.series_id: each for each in incidents(viewer)}
    known = access.rows(Series, viewer).filter(pk__in=[*lately, *open_]).select_related("team", "workspace")
    found = [_line(each, lately.get(each.pk, (0, None)), open_.get(each.pk), end) for each in known]
    return sorted(found, key=lambda each: (each.incident is None, -(each.times or 0), -each.seen, str(each.series)))


def _line(series: Series, heard: tuple[int, datetime | None], incident: Incident | None, end: datetime) -> Line:
    return Line(series, heard[0], usual_between(series, end - HOUR, end), incident, heard[1])


def line(series: Series, viewer: Viewer, at: datetime) -> Line:
    """One series now."""
    end = slot_of(at)
    counted = access.rows(Count, viewer).filter(series=series)
    seen = counted.filter(at__gte=end - HOUR, at__lt=end).aggregate(seen=Sum("people"))["seen"] or 0
    return _line(series, (seen, None), incidents(viewer).filter(series=series).first(), end)


def usual_between(series: Series, begin: datetime, end: datetime) -> float | None:
    """How many people are usual in this while of at most a week; None while that is not known."""
    if not series.per_hour:
        return None
    minute = minute_of(series, end)
    return usual_of(series).between(minute - (end - begin).total_seconds() / 60, minute)


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """What is open, newest first."""
    return _told(access.rows(Incident, viewer).filter(closed_at=None)).order_by("-opened_at", "-pk")


def closed(viewer: Viewer) -> QuerySet[Incident]:
    """What was closed, newest first."""
    return _told(access.rows(Incident, viewer).exclude(closed_at=None)).order_by("-closed_at", "-pk")


def all_incidents(viewer: Viewer) -> QuerySet[Incident]:
    """Open and closed."""
    return _told(access.rows(Incident, viewer))


def incident(viewer: Viewer, pk: int) -> Incident:
    """One that the viewer may see, with those it names. Raises `NotThere`."""
    access.one(Incident, viewer, pk=pk)
    return _told(Incident.objects.filter(pk=pk)).get()


def _told(found: QuerySet[Incident]) -> QuerySet[Incident]:
    inside = Number("gathered", filter=Q(gathered__out_at=None))
    return found.select_related("series__workspace", "series__team", "team", "holder", "closed_by").annotate(
        posts=inside
    )


def alarms(found: Incident, viewer: Viewer) -> QuerySet[Alarm]:
    """What stood out, first the first."""
    return access.rows(Alarm, viewer).filter(incident=found).select_related("series").order_by("at", "pk")


def gathered(found: Incident, viewer: Viewer) -> QuerySet[Gathered]:
    """Its posts that the viewer may see, newest first, with their authors and cases; also those that were taken out."""
    seen = access.rows(Message, viewer).filter(gathered__incident=found).values("pk")
    rows = Gathered.objects.filter(incident=found, message__in=seen)
    shown = ("message__author", "message__conversation__source", "message__filing__case__holder_user", "out_by", "user")
    return rows.select_related(*shown, "message__filing__case__holder_team").order_by("-message__received_at", "-pk")


def of_case(case: Case, viewer: Viewer) -> list[Incident]:
    """The incidents that posts of this case are of."""
    inside = Gathered.objects.filter(message__filing__case=case, out_at=None).values("incident")
    return list(access.rows(Incident, viewer).filter(pk__in=inside).select_related("series", "holder").order_by("-pk"))


def quiet(viewer: Viewer) -> QuerySet[Series]:
    """Sources that are silent beyond what is usual."""
    return access.rows(Series, viewer).exclude(quiet_since=None).order_by("quiet_since")


def verdicts(viewer: Viewer, at: datetime) -> Verdicts:
    judged = access.rows(Incident, viewer).filter(closed_at__gte=at - JUDGED)
    return Verdicts(judged.count(), judged.filter(outcome=Incident.Outcome.FALSE_ALARM).count())


def points(series: Series, begin: datetime, end: datetime, *, step: timedelta) -> list[Point]:
    """Counts of a series the viewer was given, by steps of whole five minutes."""
    first = slot_of(begin)
    counts = series.counts.filter(at__gte=first, at__lt=end).values_list("at", "people")
    sums: dict[int, int] = {}
    for at, people in counts:
        place = int((at - first) / step)
        sums[place] = sums.get(place, 0) + people
    steps = max(1, -int((first - end) / step // 1))
    starts = [first + step * place for place in range(steps)]
    return [Point(at, sums.get(place, 0), usual_between(series, at, at + step)) for place, at in enumerate(starts)]


def notices(viewer: Viewer) -> QuerySet[IncidentNotice]:
    """What the viewer was told about incidents, newest first."""
    return access.rows(IncidentNotice, viewer).select_related("incident__series").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[IncidentNotice]:
    """What the viewer was told about incidents and has not seen."""
    return access.rows(IncidentNotice, viewer).filter(seen_at=None)
