"""A message that its author changed or took back, and an answer that is counted as its network counts it, on the page of the case."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message, Overheard
from answerable.core.access import House, Right, Viewer
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import timeline
from answerable.inbox.tests.asking import Program, told
from answerable.intake import forgetting
from answerable.testing.arriving import arrive, happened
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
POST = {
    "id": "7",
    "created_at": "2026-07-02T16:12:00.000Z",
    "visibility": "public",
    "content": "<p>It beeps.</p>",
    "account": {"acct": "pia@friends.example", "display_name": "Pia"},
}


@pytest.fixture
def source(cast: Cast) -> Source:
    values = {"address": "@care@social.example", "server": "https://social.example", "access_token": "a-token"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("mastodon", label="Mastodon", team=cast.front_line, values=values, by=by)


@pytest.fixture
def case(source: Source) -> Case:
    made = arrive(json.dumps(POST).encode(), source)
    assert made is not None
    return made


def page(viewer: Viewer, path: str) -> str:
    return as_(viewer).get(path).content.decode()


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def edit(source: Source, words: str) -> None:
    changed = {**POST, "content": f"<p>{words}</p>", "edited_at": "2026-07-02T16:20:00.000Z"}
    arrive(json.dumps({"edited": changed}).encode(), source)


def take_back(source: Source) -> None:
    arrive(json.dumps({"withdrawn": "7"}).encode(), source)


def version(case: Case, viewer: Viewer) -> str:
    return next(e.version for day in timeline.whole(case, viewer).days for e in day.entries if e.message)


def test_both_wordings_stand_on_the_page_and_an_open_page_hears_of_it(cast: Cast, source: Source, case: Case) -> None:
    before = version(case, cast.ada)
    edit(source, "It beeps at night.")

    seen = page(cast.ada, f"/cases/{case.pk}")
    assert "It beeps at night." in seen
    assert "It beeps.</p>" in seen
    assert "Changed by its author" in seen
    assert version(case, cast.ada) != before
    case.refresh_from_db()
    assert case.last_text == "It beeps at night."


def test_an_edit_of_a_post_that_we_never_had_is_said_to_us_now(cast: Cast, source: Source) -> None:
    edit(source, "@care it beeps.")

    assert Message.objects.get().text == "@care it beeps."
    assert Case.objects.count() == 1


def test_a_person_keeps_the_words_of_what_was_taken_back(cast: Cast, source: Source, case: Case) -> None:
    take_back(source)
    message = Message.objects.get()
    path = f"/messages/{message.pk}/hold"
    assert path in page(cast.ada, f"/cases/{case.pk}")

    assert as_(cast.ada).post(path, {"because": "A suspicion was reported."}).status_code == 303

    assert happened(case, "message_held")
    assert "A suspicion was reported." in page(cast.ada, f"/cases/{case.pk}")
    assert as_(cast.otto).post(path, {"because": "Mine."}).status_code == 404


def test_emptied_words_are_on_no_page_and_their_place_says_why(cast: Cast, source: Source, case: Case) -> None:
    take_back(source)
    forgetting.forget(Message.objects.get())

    seen = page(cast.ada, f"/cases/{case.pk}")
    assert "It beeps." not in seen
    assert "Its words were removed" in seen


def test_a_program_keeps_words_too_and_not_without_a_reason(cast: Cast, source: Source, case: Case) -> None:
    message = Message.objects.get()
    program = Program(cast.ada, Right.READ_CASES, Right.ANSWER)

    told(program.post(f"messages/{message.pk}/hold", {"because": ""}), 422)
    kept = told(program.post(f"messages/{message.pk}/hold", {"because": "A report."}))

    assert kept["kept_because"] == "A report."
    told(program.post(f"messages/{message.pk}/hold", {"because": "Again."}), 409)


def test_what_was_said_around_it_is_shown_apart(cast: Cast, source: Source, case: Case) -> None:
    message = Message.objects.get()
    around = {"external_id": "6", "author": "Otto", "text": "Who has a Glimo?", "heard_at": now()}
    Overheard.objects.create(message=message, **around)

    seen = page(cast.ada, f"/cases/{case.pk}")
    assert "Who has a Glimo?" in seen
    assert "It is no message to us." in seen


def test_an_answer_is_counted_and_previewed_as_the_network_shows_it(cast: Cast, source: Source, case: Case) -> None:
    link = "https://example.org/" + "a" * 600
    given = {"text": f"Look at {link}", "audience": "public", "key": "k1"}

    seen = as_(cast.ada).post(f"/cases/{case.pk}/draft", given).content.decode()

    assert "36 of 500 characters" in seen
    assert "@pia@friends.example Look at" in seen
    assert "Shorten it" not in seen
    long = {**given, "text": "a" * 500}
    assert "Shorten it" in as_(cast.ada).post(f"/cases/{case.pk}/draft", long).content.decode()


def test_the_form_of_the_source_names_the_scopes(cast: Cast, source: Source) -> None:
    seen = page(cast.root, "/settings/sources/new/mastodon")
    for scope in ("read:notifications", "read:statuses", "read:search", "write:statuses"):
        assert scope in seen
    assert "a-token" not in page(cast.root, f"/settings/sources/{source.pk}")
