"""Posts of one wave become one incident. Each author keeps their case; the incident only says that they belong together.

An alarm joins the open incident of its team that is about the same series, or that holds half of its posts; else it opens
one, and the team's lead holds it until somebody else takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.inserting import insert
from answerable.core.moments import now
from answerable.metrics import counting, telling
from answerable.metrics.heard import HEARD
from answerable.metrics.models import Alarm, Gathered, Incident, Series
from answerable.metrics.waves import Finding

BREADTH = [Series.Sort.QUERY, Series.Sort.TOPIC, Series.Sort.PRODUCT, Series.Sort.SOURCE, Series.Sort.ALL]
"""What says most of a wave comes first."""
SHARED = 0.5
MOST = 5_000
"""Posts of one incident; beyond that it is counted and not listed."""

_POSTS = f"""{HEARD}
SELECT heard.id FROM heard WHERE sort = %(sort)s AND left(name, 120) = %(name)s AND team_id = %(team)s
ORDER BY heard.at DESC, heard.id DESC LIMIT {MOST}
"""  # noqa: S608 - our own names


def breadth(series: Series) -> tuple[int, int]:
    """For sorting: what is most particular first."""
    return BREADTH.index(Series.Sort(series.sort)), series.pk


def alarm(series: Series, found: Finding, *, at: datetime, by: House) -> Incident:
    """Something stands out. It opens an incident or joins one; the same again in an incident that runs changes nothing."""
    since = at - timedelta(minutes=found.since)
    posts = _posts(series, since, at)
    incident = _same(series) or _sharing(series, posts)
    if incident is None:
        incident = _open(series, since, at, by)
    elif incident.alarms.filter(series=series, sort=found.sort).exists() and incident.over_at is None:
        return incident
    _note(incident, series, found, at, by)
    _gather(incident, posts, at)
    return incident


def running(workspace_id: int) -> Sequence[Incident]:
    """Open incidents whose wave is not over."""
    found = Incident.objects.filter(workspace=workspace_id, closed_at=None, over_at=None)
    return list(found.select_related("series__workspace", "series__team").order_by("pk"))


def take_in(incident: Incident, *, until: datetime, by: House) -> int:
    """Take in what was said since it began; returns how many posts are new in it."""
    return _gather(incident, _posts(incident.series, incident.since, until), until)


def end_wave(incident: Incident, *, at: datetime, by: House) -> None:
    """The counts are usual again. A person still closes it."""
    if Incident.objects.filter(pk=incident.pk, over_at=None).update(over_at=at):
        data = {"incident": incident.pk, "posts": incident.gathered.filter(out_at=None).count()}
        journal.write("wave_over", by=by, team_id=incident.team_id, data=data)


def put_in(incident: Incident, message: Message, *, by: Viewer) -> Gathered:
    """This post is of it, too. Raises `Conflict` for a closed incident, `Invalid` for what is no post of a customer."""
    _may_change(incident, by)
    if message.direction != Message.Direction.IN:
        raise Invalid("Only what somebody said to you can be of an incident. Nothing was changed.", "message")
    at = now()
    gathered, fresh = Gathered.objects.get_or_create(
        incident=incident, message=message, defaults={"user_id": by.user_id, "at": at}
    )
    if fresh or Gathered.objects.filter(pk=gathered.pk, out_at__isnull=False).update(
        out_at=None, out_by=None, user_id=by.user_id, at=at
    ):
        _say("post_put_in", incident, message, by)
    gathered.refresh_from_db()
    return gathered


def take_out(incident: Incident, message: Message, *, by: Viewer) -> None:
    """This post is not of it. It stays out, whatever the radar finds; its case stays as it is."""
    _may_change(incident, by)
    inside = Gathered.objects.filter(incident=incident, message=message, out_at=None)
    if inside.update(out_at=now(), out_by=by.user_id):
        _say("post_taken_out", incident, message, by)


def _may_change(incident: Incident, by: Viewer) -> None:
    by.require(Right.ANSWER)
    if not incident.is_open:
        raise Conflict("This incident is closed. Nothing was changed.")


def _say(kind: str, incident: Incident, message: Message, by: Actor) -> None:
    journal.write(kind, by=by, team_id=incident.team_id, data={"incident": incident.pk, "message": message.pk})


def _posts(series: Series, since: datetime, until: datetime) -> list[int]:
    asked = counting.asked_of(series.workspace_id, since=since, until=until)
    asked |= {"sort": series.sort, "name": series.name, "team": series.team_id}
    with connection.cursor() as cursor:
        cursor.execute(_POSTS, asked)
        return [pk for (pk,) in cursor.fetchall()]


def _same(series: Series) -> Incident | None:
    return _open_ones(series).filter(alarms__series=series).first()


def _sharing(series: Series, posts: Sequence[int]) -> Incident | None:
    for incident in _open_ones(series).filter(gathered__message__in=posts).distinct():
        if incident.gathered.filter(message__in=posts).count() >= SHARED * len(posts):
            return incident
    return None


def _open_ones(series: Series) -> QuerySet[Incident]:
    return Incident.objects.filter(workspace=series.workspace_id, team=series.team_id, closed_at=None).order_by("pk")


def _open(series: Series, since: datetime, at: datetime, by: House) -> Incident:
    holder = series.team.lead_id
    facts = {"workspace_id": series.workspace_id, "team_id": series.team_id, "holder_id": holder}
    incident = Incident.objects.create(series=series, since=since, opened_at=at, **facts)
    data = {"incident": incident.pk, "series": series.pk, "to": f"user:{holder}"}
    journal.write("incident_opened", by=by, team_id=series.team_id, data=data)
    telling.tell(incident, "incident_opened", user_id=holder, by=by)
    return incident


def _note(incident: Incident, series: Series, found: Finding, at: datetime, by: House) -> None:
    """The alarm, and what it changes: the name where it says more, the beginning where it is earlier, and that it goes on."""
    since = at - timedelta(minutes=found.since)
    facts = {"minutes": found.minutes, "seen": found.seen, "expected": round(found.expected, 2)}
    odds = max(round(found.odds, 2), -300.0)
    Alarm.objects.create(incident=incident, series=series, sort=found.sort, at=at, since=since, odds=odds, **facts)
    data = {"incident": incident.pk, "series": series.pk, "sort": str(found.sort), "odds": odds, **facts}
    journal.write("alarm_given", by=by, team_id=series.team_id, data=data)
    if breadth(series) < breadth(incident.series):
        incident.series = series
    incident.since = min(incident.since, since)
    if incident.over_at is not None:
        incident.over_at = None
        telling.tell(incident, "wave_returned", user_id=incident.holder_id, by=by)
    incident.save(update_fields=["series", "since", "over_at"])


def _gather(incident: Incident, posts: Iterable[int], at: datetime) -> int:
    known = set(incident.gathered.values_list("message_id", flat=True))
    fresh = [pk for pk in posts if pk not in known][: max(0, MOST - len(known))]
    insert([Gathered(incident=incident, message_id=pk, at=at) for pk in fresh])
    return len(fresh)
