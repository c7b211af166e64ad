"""What several channels share: forms with files, names of places, JSON read strictly."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP

import pytest

from answerable.channels.common import places
from answerable.channels.common.multipart import File, multipart
from answerable.channels.common.objects import an_object, objects, parsed, plain, word
from answerable.channels.contract import Unreadable
from answerable.channels.matrix.places import EVENT, ROOM

NASTY = 'a".png"\r\nContent-Type: text/html\r\n\r\n<b>'


def test_a_form_carries_its_fields_and_files_as_they_are() -> None:
    kind, body = multipart({"words": "Żółć 👍\r\n--"}, [File("photo", "lid.png", "image/png", b"\r\n--\x00\xff")])
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    words, photo = form.iter_parts()
    assert words.get_payload(decode=True) == "Żółć 👍\r\n--".encode()
    assert (photo.get_filename(), photo.get_content_type()) == ("lid.png", "image/png")
    assert photo.get_payload(decode=True) == b"\r\n--\x00\xff"


def test_no_name_and_no_type_can_add_a_part_or_a_header() -> None:
    kind, body = multipart({NASTY: "x"}, [File(NASTY, NASTY, f"image/png{NASTY}", b"y")])
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    parts = list(form.iter_parts())
    assert len(parts) == 2
    assert [part.get_content_type() for part in parts] == ["text/plain", "application/octet-stream"]


def test_the_same_form_is_the_same_request() -> None:
    assert multipart({"a": "1"}, []) == multipart({"a": "1"}, [])
    assert multipart({"a": "1"}, []) != multipart({"a": "2"}, [])


@pytest.mark.parametrize(
    "name", ["", "!r", "!r x", "public !r", "!r $e $t $u", "public  !r $e", "public !r $e\n", "other !r $e", "$e !r"]
)
def test_what_is_no_name_of_a_message_is_none(name: str) -> None:
    assert places.read(name, ROOM, EVENT) is None


def test_a_place_is_read_as_it_was_named() -> None:
    for place in (
        places.Place("!r", "$e"),
        places.Place("!r", "$e", "private"),
        places.Place("!r", "$e", "public", "$t"),
    ):
        assert places.read(place.whole, ROOM, EVENT) == place


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(body)
    assert word(body, "error") == ""


@pytest.mark.parametrize("value", [None, [1], 7, "x"])
def test_only_objects_are_objects(value: object) -> None:
    with pytest.raises(Unreadable):
        an_object(value)
    with pytest.raises(Unreadable):
        objects(value)


def test_a_plain_text_can_be_kept() -> None:
    assert plain("a\0b\ud800c") == "ab?c"
