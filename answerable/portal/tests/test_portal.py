"""What customers see: the form and the square."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.channels.sandbox.models import Post
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.testing.cast import Cast

FILLED = {"message": "It leaks.", "email": "pia@example.net", "name": "Pia", "key": "one"}


def test_what_is_handed_in_becomes_a_case(cast: Cast) -> None:
    answer = Client().post(f"/form/{cast.form.slug}", FILLED)
    assert answer.status_code == 302
    pipeline.open_waiting(cast.form)
    assert Case.objects.get().contact.name == "Pia"


def test_the_same_form_sent_twice_is_one_envelope(cast: Cast) -> None:
    for _ in range(2):
        Client().post(f"/form/{cast.form.slug}", FILLED)
    assert Envelope.objects.count() == 1


@pytest.mark.parametrize(("field", "value"), [("message", ""), ("email", "pia"), ("message", "x" * 20_001)])
def test_a_form_that_cannot_be_answered_comes_back_with_what_was_written(cast: Cast, field: str, value: str) -> None:
    answer = Client().post(f"/form/{cast.form.slug}", {**FILLED, field: value})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Envelope.objects.exists()


def test_a_paused_source_has_no_page(cast: Cast) -> None:
    Source.objects.filter(pk=cast.form.pk).update(state=Source.State.PAUSED)
    assert Client().get(f"/form/{cast.form.slug}").status_code == 404


def test_a_visitor_reads_the_public_and_the_own_private_posts(cast: Cast) -> None:
    pia, rob = Client(), Client()
    address = f"/square/{cast.square.slug}"
    pia.post(f"{address}/posts", {"handle": "pia", "text": "My code is 42", "audience": "private"})
    rob.post(f"{address}/posts", {"handle": "rob", "text": "Hello all", "audience": "public"})
    assert Post.objects.count() == 2
    assert "My code is 42" in pia.get(address).content.decode()
    assert "My code is 42" not in rob.get(address).content.decode()
    assert "Hello all" in pia.get(address).content.decode()


def test_the_page_speaks_the_language_that_was_chosen(cast: Cast) -> None:
    client = Client()
    assert 'lang="pl"' in client.get(f"/form/{cast.form.slug}?language=pl").content.decode()
    assert 'lang="pl"' in client.get(f"/form/{cast.form.slug}").content.decode()
