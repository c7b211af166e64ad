"""What customers see: the form and the square."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

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


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("message", "", "Tell us in a sentence or two what happened."),
        ("email", "pia", "We need an address to answer to, like name@example.org."),
        ("email", "", "We need an address to answer to, like name@example.org."),
        ("message", "x" * 20_001, "This is too long for the form. Send the rest as a file."),
    ],
)
def test_a_wrong_field_gets_a_sentence_and_loses_nothing(cast: Cast, field: str, value: str, sentence: str) -> None:
    client, address, written = Client(), f"/form/{cast.form.slug}", {**FILLED, "message": "It <leaks>.", field: value}
    answer = client.post(address, written)
    told = answer.content.decode()

    assert answer.status_code == 422
    assert told.count('aria-invalid="true"') == 1
    assert f'id="f-{field}-error"' in told
    assert sentence in told
    assert all(escape(kept) in told for kept in written.values())
    assert not Envelope.objects.exists()

    client.post(address, {**written, field: FILLED[field]})
    client.post(address, {**written, field: FILLED[field]})
    assert Envelope.objects.count() == 1


def test_files_beside_a_wrong_field_are_asked_for_again_not_dropped_without_a_word(cast: Cast) -> None:
    photo = SimpleUploadedFile("leak.png", b"not yet looked at", "image/png")
    told = Client().post(f"/form/{cast.form.slug}", {**FILLED, "email": "pia", "files": photo}).content.decode()

    assert "Choose your files once more" in told
    assert 'id="f-files-error"' in told
    assert not Envelope.objects.exists()


def test_more_files_than_the_form_takes_are_refused_with_what_was_written_kept(cast: Cast) -> None:
    photos = [SimpleUploadedFile(f"{number}.png", b"x", "image/png") for number in range(6)]
    answer = Client().post(f"/form/{cast.form.slug}", {**FILLED, "files": photos})

    assert answer.status_code == 422
    assert "Up to five files, 10 MB together." in answer.content.decode()
    assert FILLED["message"] in answer.content.decode()
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
