"""The end of an authorisation is known before, a source can be tried out, and its page says step by step what to do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from answerable.channels import expiring, papers, queries, trying_out
from answerable.channels.conformance.asking import everyone
from answerable.channels.models import Source
from answerable.core import wire
from answerable.core.errors import NotAllowed
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.core.wire.calls import HttpAnswer
from answerable.core.wire.failures import NoAnswer
from answerable.inbox.tests.asking import Program, told
from answerable.intake.models import Envelope
from answerable.testing.cast import Cast

PAGE = b'{"posts": [], "more": false, "today": "2026-07-02", "count_today": 0}'


def kinds(cast: Cast) -> list[str]:
    return list(queries.notices(cast.ben).order_by("pk").values_list("kind", flat=True))


def test_the_lead_is_told_14_7_and_1_day_before_once_each(cast: Cast) -> None:
    ends = now() + timedelta(days=20)
    Source.objects.filter(pk=cast.square.pk).update(authorised_until=ends)
    for days in (15, 14, 13, 7, 6, 1, 0.5, 0, -1):
        expiring.tell_endings(at=ends - timedelta(days=days))
    assert kinds(cast) == ["authorisation_ends_14", "authorisation_ends_7", "authorisation_ends_1"]
    assert Event.objects.filter(kind="authorisation_ends").count() == 3


def test_who_was_away_for_two_steps_is_told_once(cast: Cast) -> None:
    Source.objects.filter(pk=cast.square.pk).update(authorised_until=now() + timedelta(days=3))
    assert expiring.tell_endings(at=now()) == [cast.square.pk]
    assert expiring.tell_endings(at=now()) == []
    assert kinds(cast) == ["authorisation_ends_7"]


@pytest.mark.parametrize(
    ("answer", "works", "words"),
    [
        (HttpAnswer(200, body=PAGE), True, "It works"),
        (HttpAnswer(401, body=b"{}"), False, "does not let us in"),
        (HttpAnswer(404, body=b"{}"), False, "refused the question"),
        (HttpAnswer(200, body=b"<html>"), False, "Something else answered"),
        (HttpAnswer(500, body=b"{}"), False, "does not answer now"),
        (NoAnswer("Nobody is there.", sent=False), False, "does not answer now"),
    ],
)
def test_trying_says_in_a_sentence_what_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, answer: HttpAnswer | NoAnswer, works: bool, words: str
) -> None:
    def run(*_: object, **__: object) -> HttpAnswer:
        if isinstance(answer, NoAnswer):
            raise answer
        return answer

    monkeypatch.setattr(wire, "run", run)
    before = Source.objects.values().get(pk=cast.square.pk)

    found = trying_out.try_out(cast.square, by=cast.root)

    assert (found.works, words in found.sentence) == (works, True)
    assert Source.objects.values().get(pk=cast.square.pk) == before
    assert not Envelope.objects.filter(source=cast.square).exists()
    assert Event.objects.filter(kind="source_tried").count() == 1


def test_a_source_that_is_only_told_says_that_there_is_nothing_to_ask(cast: Cast) -> None:
    assert trying_out.try_out(cast.form, by=cast.root).works is None


def test_only_who_manages_sources_tries(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        trying_out.try_out(cast.square, by=cast.ada)


def test_it_is_tried_on_its_page_and_over_the_api(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "run", lambda *_, **__: HttpAnswer(200, body=PAGE))
    client = Client()
    client.force_login(User.objects.get(pk=cast.root.user_id))
    page = client.get(reverse("inbox:source", args=[cast.square.pk])).content.decode()
    assert reverse("inbox:trial", args=[cast.square.pk]) in page
    tried = client.post(reverse("inbox:trial", args=[cast.square.pk])).content.decode()
    assert "It works" in tried
    assert told(Program(cast.root).post(f"sources/{cast.square.pk}/trial"))["works"] is True


@pytest.mark.parametrize("kind", everyone())
def test_every_channel_says_how_it_is_connected(kind: str) -> None:
    found = papers.credentials(kind)
    assert found.steps or found.remarks


def test_permissions_are_read_from_their_table_and_settings_have_the_names_of_the_form() -> None:
    found = papers.credentials("facebook")
    names = ["".join(run.text for run in name) for name, _ in found.permissions]
    assert names[0] == "pages_show_list"
    assert "pages_messaging" in names
    assert "app_id" not in names, "that is a setting, which the form explains"
    assert "“App ID”" in [run.text for step in found.steps for run in step]


def test_steps_are_read_from_the_readme_with_what_must_be_ticked() -> None:
    found = papers.credentials("mastodon")
    assert len(found.steps) == 4
    assert [run.text for run in found.steps[2] if run.is_code][:2] == ["read:notifications", "read:statuses"]
