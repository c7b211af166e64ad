"""Why each utterance is here, as its envelope and its words tell."""

from __future__ import annotations

import json

import pytest

from answerable.conversations.models import Message
from answerable.listening.models import Found
from answerable.listening.tests.saved import save
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.testing.everybody import hear, listening, said

pytestmark = pytest.mark.django_db


def whys() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("reasons__why", flat=True))


def test_a_mail_was_said_to_us_in_private(cast: Cast) -> None:
    arrive(letter("It beeps."), cast.mailbox)
    assert whys() == ["private"]


def test_what_is_said_at_a_place_of_ours_is_ours(cast: Cast) -> None:
    post = {"id": 7, "handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}
    arrive(json.dumps(post).encode(), cast.square)
    assert whys() == ["place"]


def test_words_of_a_source_a_name_and_an_answer_are_told_apart(cast: Cast) -> None:
    source = listening(cast, words="Glimo")
    hear(source, [said(1, "My Glimo beeps.", by="pia"), said(2, "@care.glimo.example my Glimo beeps.", by="rob")])
    assert whys() == ["words", "mention"]


def test_what_a_saved_query_found_is_counted_for_it(cast: Cast) -> None:
    query, source = save(cast, "glimo NEAR beeps"), listening(cast, words="Glimo")
    hear(source, [said(1, "My Glimo beeps.", by="pia"), said(2, "Glimo of mine.", by="rob")])
    hear(source, [said(1, "My Glimo beeps.", by="pia")])
    assert list(Found.objects.values_list("query_id", "posts")) == [(query.pk, 1)]
