"""The radar on screens and over the API."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.inbox import radar_words, wave_chart
from answerable.inbox.tests.asking import Program, told
from answerable.metrics import queries
from answerable.metrics.models import Alarm, Incident, IncidentNotice, Series
from answerable.metrics.tests.waving import people_say, usually, wave
from answerable.testing.cast import Cast


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def words_of(viewer: Viewer, address: str) -> str:
    return browser(viewer).get(address).content.decode()


def at(incident: Incident, part: str = "") -> str:
    return f"/incidents/{incident.pk}{part}"


def test_the_radar_shows_what_stands_out_and_what_is_usual(cast: Cast) -> None:
    incident = wave(cast)
    words = words_of(cast.ben, reverse("inbox:radar"))
    assert f'href="{at(incident)}"' in words
    assert "12 people in 5 minutes" in words
    assert "Not measured here yet" in words


def test_before_a_week_it_says_that_a_week_is_needed(cast: Cast) -> None:
    people_say(cast.square, 2)
    assert "Nothing was said yet" in words_of(cast.otto, "/radar")
    usually(cast, 6.0)
    Series.objects.update(per_hour=[])
    words = words_of(cast.ada, "/radar")
    assert "a week is needed" in words
    assert "there is no alarm" in words_of(cast.ada, f"/radar/series/{Series.objects.earliest('pk').pk}")


def test_an_incident_says_which_posts_since_when_and_how_unusual(cast: Cast) -> None:
    incident = wave(cast)
    words = words_of(cast.ben, at(incident))
    assert words.count("It lost the signal.") >= 12
    assert "Ordinary weeks bring this" in words
    assert words.count("/cases/") >= 12
    assert not IncidentNotice.objects.filter(seen_at=None).exists()


def test_the_bell_counts_it_and_the_notice_leads_to_it(cast: Cast) -> None:
    incident = wave(cast)
    words = words_of(cast.ben, "/notices")
    assert "You hold the incident" in words
    assert at(incident) in words
    assert ">1</b>" in words


def test_it_is_taken_given_and_closed_on_screen(cast: Cast) -> None:
    incident, ada, ben = wave(cast), browser(cast.ada), browser(cast.ben)
    assert ada.post(at(incident, "/holder")).status_code == 303
    assert Incident.objects.get().holder_id == cast.ada.user_id
    assert ada.post(at(incident, "/holder"), {"to": cast.ben.user_id}).status_code == 303
    assert ada.post(at(incident, "/closure"), {"outcome": "handled"}).status_code == 403
    assert ben.post(at(incident, "/closure"), {"outcome": ""}).status_code == 422
    assert ben.post(at(incident, "/closure"), {"outcome": "false_alarm", "words": "A mailing."}).status_code == 303
    assert "1 was a false alarm" in words_of(cast.ben, "/radar")
    assert Case.objects.filter(state="open").count() == 12


def test_a_post_is_taken_out_and_put_back_on_screen(cast: Cast) -> None:
    incident, ada = wave(cast), browser(cast.ada)
    message = incident.gathered.earliest("pk").message_id
    ada.post(at(incident, "/posts/end"), {"message": message})
    assert "Taken out" in words_of(cast.ada, at(incident))
    ada.post(at(incident, "/posts"), {"message": message})
    assert incident.gathered.filter(out_at=None).count() == 12
    assert ada.post(at(incident, "/posts"), {"message": "x"}).status_code == 422


def test_posts_of_cases_that_are_not_theirs_are_not_shown(cast: Cast) -> None:
    """Mira holds the incident, and sees none of its team's cases but those opened to her."""
    incident = wave(cast)
    Incident.objects.update(holder=cast.mira.user_id)
    words = words_of(cast.mira, at(incident))
    assert "None that you may see" in words
    assert "It lost the signal" not in words
    assert words_of(cast.otto, at(incident)).count("Incident") == 0


def test_a_program_does_the_same(cast: Cast) -> None:
    incident, ben = wave(cast), Program(cast.ben)
    (line, *_) = told(ben.get("radar"))["items"]
    assert (line["people"], line["incident"]) == (0, incident.pk) or line["people"] == 12
    assert told(ben.get("incidents"))["items"][0]["id"] == incident.pk
    assert told(ben.get(f"series/{incident.series_id}"))["label"] == "Town square"
    found = told(ben.get(f"incidents/{incident.pk}"))
    assert (found["posts"], found["alarms"][0]["seen"]) == (12, 12)
    post = told(ben.get(f"incidents/{incident.pk}/posts"))["items"][0]["message"]
    assert told(ben.send("DELETE", f"incidents/{incident.pk}/posts", {"message": post}))["posts"] == 11
    assert told(ben.post(f"incidents/{incident.pk}/posts", {"message": post}))["posts"] == 12
    given = ben.put(f"incidents/{incident.pk}/holder", {"to_user": cast.ada.user_id})
    assert told(given)["holder"]["name"] == "Ada"
    assert told(ben.put(f"incidents/{incident.pk}/closure", {"outcome": "handled"}))["outcome"] == "handled"
    assert Event.objects.filter(kind="incident_closed").exists()


@pytest.mark.parametrize(
    ("odds", "minutes", "said"),
    [
        (-4.8, 5, "in 2 weeks"),
        (-6.8, 15, "in 3 years"),
        (-4.8, 180, "in 7 years"),
        (-30.0, 5, "less than once in a hundred years"),
    ],
)
def test_how_unusual_it_is_in_words(odds: float, minutes: int, said: str) -> None:
    assert said in radar_words.rarity(Alarm(sort=Alarm.Sort.VOLUME, odds=odds, minutes=minutes))


def test_a_picture_of_any_length_has_few_bars_and_few_names(cast: Cast) -> None:
    incident = wave(cast)
    for hours in (1, 5, 24, 80, 14 * 24):
        begin, end = now() - wave_chart.LONGEST * (hours / (14 * 24)), now()
        step = wave_chart.step_for(end - begin)
        chart = wave_chart.draw(queries.points(incident.series, begin, end, step=step), step=step, since=incident.since)
        assert 1 <= len(chart.bars) <= 115
        assert len(chart.ticks) <= wave_chart.MOST_TICKS + 2
        assert sum(each.seen for each in chart.rows) == 12
        assert chart.bars[-1].wave
