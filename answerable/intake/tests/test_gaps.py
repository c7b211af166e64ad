"""When nothing could be heard from a source, why, and what of it came late afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from answerable.channels import connecting, gaps, health
from answerable.channels.models import Gap, Source
from answerable.channels.sandbox.server import canonical
from answerable.core import heartbeats, wire
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.core.wire.calls import HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.inbox.tests.asking import Program, told
from answerable.intake import late, pipeline, polling
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db


def post(number: int, at: datetime) -> dict[str, object]:
    words = {"handle": "pia", "name": "Pia", "text": f"It beeps {number}.", "private": False, "parent": None}
    return {"id": number, "at": at.isoformat(), **words}


def answers(monkeypatch: pytest.MonkeyPatch, *posts: dict[str, object] | NoAnswer) -> None:
    """The square answers once with these posts, or not at all."""

    def run(*_: object, **__: object) -> HttpAnswer:
        if posts and isinstance(posts[0], NoAnswer):
            raise posts[0]
        today = {"today": now().date().isoformat(), "count_today": len(posts)}
        return HttpAnswer(200, body=canonical({"posts": list(posts), "more": False, **today}))

    monkeypatch.setattr(wire, "run", run)


def poll(source: Source) -> None:
    polling.poll(Source.objects.get(pk=source.pk))
    while pipeline.open_waiting(source):
        pass


def only(source: Source) -> Gap:
    return Gap.objects.get(source=source)


def test_an_outage_of_the_other_side_is_a_gap_and_what_came_after_it_fills_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = now()
    answers(monkeypatch, post(1, started - timedelta(days=2)))
    poll(cast.square)
    answers(monkeypatch, NoAnswer("Nobody answers.", sent=False))
    poll(cast.square)
    poll(cast.square)
    during = now()
    answers(monkeypatch, post(2, during), post(3, during))
    poll(cast.square)
    answers(monkeypatch, post(4, now()))
    poll(cast.square)

    found = late.filling(only(cast.square))

    assert (found.gap.why, found.count) == ("peer", 2)
    assert found.gap.last_answer_at is not None
    assert found.gap.last_answer_at <= found.gap.began_at <= during
    assert found.longest is not None
    assert found.longest < timedelta(minutes=1)
    lines = Event.objects.filter(chain=f"source:{cast.square.pk}", kind__startswith="gap_").order_by("seq")
    assert list(lines.values_list("kind", flat=True)) == ["gap_began", "gap_ended"]


def test_a_pause_is_a_gap_until_the_other_side_answers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    connecting.pause(cast.square, by=cast.root)
    connecting.resume(cast.square, by=cast.root)
    assert (only(cast.square).why, only(cast.square).ended_at) == ("pause", None)
    answers(monkeypatch)
    poll(cast.square)
    assert only(cast.square).ended_at is not None


def test_a_source_that_is_only_told_is_heard_again_when_it_is_switched_on(cast: Cast) -> None:
    connecting.pause(cast.form, by=cast.root)
    connecting.resume(cast.form, by=cast.root)
    assert only(cast.form).ended_at is not None


def test_a_lost_authorisation_is_one_gap_that_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    health.lost_authorisation(cast.square, sentence="The key is old.", at=now())
    connecting.resume(cast.square, by=cast.root)
    answers(monkeypatch)
    poll(cast.square)
    assert (only(cast.square).why, bool(only(cast.square).ended_at)) == ("authorisation", True)


def test_our_own_absence_is_a_gap_from_the_last_sign_of_life(cast: Cast) -> None:
    heartbeats.beat("worker")
    since, at = heartbeats.last("worker"), now() + timedelta(hours=1)
    assert since is not None
    Source.objects.update(created_at=since - timedelta(days=1))

    gaps.house_was_away(since=since, at=at)

    assert (only(cast.square).why, only(cast.square).began_at) == ("house", since)
    assert only(cast.form).ended_at == at


def test_the_gap_stands_on_health_and_ledger_and_in_the_api(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, NoAnswer("Nobody answers.", sent=False))
    poll(cast.square)
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))

    for page in ("inbox:health", "inbox:ledger"):
        assert "The other side did not answer" in client.get(reverse(page)).content.decode()
    [gap] = told(Program(cast.root).get(f"sources/{cast.square.pk}/gaps"))
    assert (gap["why"], gap["ended_at"], gap["came_late"]) == ("peer", None, 0)
    assert late.gaps(cast.otto) == []
