"""Texts that no database takes."""

from __future__ import annotations

import json

from answerable.channels.contract import Audience, Handle, Said
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast


def test_what_can_be_kept_stays_as_it_was() -> None:
    said = Said("1", Handle("email", "pia@example.org"), Audience.PRIVATE, "Zażółć 👍", None)
    assert clean(said) == said


def test_every_text_in_a_value_is_made_keepable() -> None:
    said = Said("1\0", Handle("email", "p\ud800"), Audience.PRIVATE, "a\0b", None, notes=("\udfff",))
    cleaned = clean(said)
    assert (cleaned.external_id, cleaned.author.value, cleaned.text, cleaned.notes) == (
        "1\ufffd",
        "p\ufffd",
        "a\ufffdb",
        ("\ufffd",),
    )


def test_a_form_with_half_a_character_is_filed(cast: Cast) -> None:
    form = {"key": "k1", "email": "pia@example.org", "message": "It\ud800 hurts\0.", "product": "Velorin"}
    case = arrive(json.dumps(form).encode(), cast.form)
    assert case is not None
    assert Message.objects.get().text == "It\ufffd hurts\ufffd."
    assert case.product == "Velorin"
