"""From posts to an incident: found, told, grown, over."""

from __future__ import annotations

from datetime import timedelta

from answerable.cases.models import Case
from answerable.channels.models import Source, SourceNotice
from answerable.core.models import Event, Team
from answerable.core.moments import now, told_at
from answerable.metrics import watching
from answerable.metrics.models import Alarm, Incident, IncidentNotice, Series
from answerable.metrics.tests.waving import MINUTE, house, people_say, usually, wave
from answerable.testing.cast import Cast


def watch(cast: Cast) -> int:
    return watching.watch(by=house(cast))


def events(kind: str) -> list[dict[str, object]]:
    return [each.data for each in Event.objects.filter(kind=kind).order_by("pk")]


def test_an_ordinary_hour_is_no_incident(cast: Cast) -> None:
    people_say(cast.square, 4)
    usually(cast, 6.0)
    assert watch(cast) == 0


def test_a_wave_is_one_incident_of_all_its_posts_and_each_author_keeps_a_case(cast: Cast) -> None:
    incident = wave(cast)
    assert incident.gathered.count() == 12
    assert Case.objects.filter(state="open").count() == 12
    assert incident.holder_id == cast.ben.user_id
    assert now() - incident.since < 10 * MINUTE
    (opened,) = events("incident_opened")
    assert opened == {"incident": incident.pk, "series": incident.series_id, "to": f"user:{cast.ben.user_id}"}
    given = incident.alarms.get(series=incident.series)
    assert (given.sort, given.seen) == ("volume", 12)
    assert given.odds < -8
    assert [each["seen"] for each in events("alarm_given")] == [12, 12]


def test_its_holder_is_told_at_the_bell_once(cast: Cast) -> None:
    incident = wave(cast)
    people_say(cast.square, 5, first=50)
    watch(cast)
    notice = IncidentNotice.objects.get()
    assert (notice.user_id, notice.incident_id, notice.kind) == (cast.ben.user_id, incident.pk, "incident_opened")
    assert events("notice_left")[-1]["to"] == f"user:{cast.ben.user_id}"


def test_what_names_it_is_what_says_most(cast: Cast) -> None:
    """All of the team, its source and the product stand out at once."""
    people_say(cast.square, 12)
    Case.objects.update(product="Glimo")
    usually(cast, 6.0)
    watch(cast)
    incident = Incident.objects.get()
    assert str(incident) == "Glimo"
    assert set(incident.alarms.values_list("series__sort", flat=True)) == {"product", "source", "all"}


def test_it_takes_its_name_from_what_stands_out_later(cast: Cast) -> None:
    incident = wave(cast)
    assert str(incident) == "Town square"
    Case.objects.update(product="Glimo")
    usually(cast, 6.0)
    watch(cast)
    incident = Incident.objects.get()
    assert str(incident) == "Glimo"


def test_to_look_again_finds_nothing_new_and_new_posts_join(cast: Cast) -> None:
    incident = wave(cast)
    watch(cast)
    assert (Incident.objects.count(), incident.alarms.count(), incident.gathered.count()) == (1, 2, 12)
    people_say(cast.square, 3, first=100)
    watch(cast)
    assert incident.gathered.count() == 15


def test_two_waves_about_two_things_are_two_incidents(cast: Cast) -> None:
    """Half the posts are of the one product, half of the other; what is over both joins one of them."""
    people_say(cast.square, 24)
    half = Case.objects.order_by("pk").values_list("pk", flat=True)[:12]
    Case.objects.filter(pk__in=list(half)).update(product="Glimo")
    Case.objects.filter(product="").update(product="Velorin")
    usually(cast, 6.0)
    watch(cast)
    assert sorted(str(each) for each in Incident.objects.all()) == ["Glimo", "Velorin"]


def test_a_wave_is_over_when_the_counts_are_usual_again_and_may_come_back(cast: Cast) -> None:
    incident = wave(cast)
    with told_at(now() + timedelta(hours=2)):
        watch(cast)
        assert Incident.objects.filter(over_at__isnull=False).exists()
        assert events("wave_over") == [{"incident": incident.pk, "posts": 12}]
        people_say(cast.square, 12, first=200)
        watch(cast)
    incident.refresh_from_db()
    assert incident.over_at is None
    assert Incident.objects.count() == 1
    assert IncidentNotice.objects.filter(kind="wave_returned").count() == 1


def test_a_closed_incident_takes_nothing_in_and_the_next_wave_is_another(cast: Cast) -> None:
    incident = wave(cast)
    Incident.objects.update(closed_at=now(), closed_by=cast.ben.user_id, outcome="handled")
    people_say(cast.square, 12, first=300)
    watch(cast)
    assert incident.gathered.count() == 12
    assert Incident.objects.filter(closed_at=None).count() == 1


def test_many_posts_of_one_person_are_no_wave(cast: Cast) -> None:
    people_say(cast.square, 1)
    for number in range(12):
        people_say(cast.square, 1, text=f"And another thing, number {number}.")
    usually(cast, 2.0)
    assert watch(cast) == 0


def test_what_is_not_known_for_a_week_is_not_judged(cast: Cast) -> None:
    people_say(cast.square, 20)
    assert watch(cast) == 0
    assert Series.objects.exists()


def test_teams_are_watched_apart(cast: Cast) -> None:
    Source.objects.filter(pk=cast.square.pk).update(team=cast.device_support)
    cast.square.refresh_from_db()
    incident = wave(cast)
    assert incident.team_id == cast.device_support.pk
    assert set(Team.objects.filter(pk__in=Alarm.objects.values("series__team"))) == {cast.device_support}


def test_a_source_that_falls_silent_is_told_of_once_for_each_silence(cast: Cast) -> None:
    people_say(cast.square, 1)
    usually(cast, 60.0)
    with told_at(now() + timedelta(hours=2)):
        for _ in range(2):
            watch(cast)
    assert set(SourceNotice.objects.filter(kind="source_quiet").values_list("user_id", flat=True)) == {
        cast.ben.user_id,
        cast.root.user_id,
    }
    (told,) = events("source_quiet")
    assert told["minutes"] in (110, 115, 120)
    assert not Incident.objects.exists()
    with told_at(now() + timedelta(hours=3)):
        people_say(cast.square, 1, first=1)
        watch(cast)
    assert not Series.objects.exclude(quiet_since=None).exists()


def test_a_source_that_fails_or_is_paused_is_not_called_silent_too(cast: Cast) -> None:
    people_say(cast.square, 1)
    usually(cast, 60.0)
    Source.objects.filter(pk=cast.square.pk).update(state="paused")
    with told_at(now() + timedelta(hours=2)):
        watch(cast)
    assert events("source_quiet") == []
