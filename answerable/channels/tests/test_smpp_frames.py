"""An SMS has no id: what comes again after a break is known, and equal words are not taken for it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels.smpp.connector import BOUND, connector
from answerable.core.text import smpp
from answerable.core.text.smpp import Pdu, Short


def frame(words: str, sequence: int) -> bytes:
    body = smpp.submitted(Short("48600100200", "48221234567", body=words.encode()))
    return Pdu(smpp.DELIVER_SM, 0, sequence, body).whole()


def ids(frames: list[bytes]) -> list[str]:
    cursor: Mapping[str, Any] = {}
    found = []
    for each in frames:
        page = connector.frame(each, cursor, {})
        found += [raw.external_id for raw in page.items]
        cursor = page.cursor
    return found


def test_what_was_not_acknowledged_comes_again_under_its_old_id() -> None:
    first = [BOUND, frame("Hello", 1), frame("It beeps", 2)]
    before, again = ids(first), ids([*first, BOUND, frame("It beeps", 9), frame("Still", 10)])
    assert again[2] == before[1]
    assert len(set(again)) == 3


def test_equal_words_of_one_bind_are_two_messages() -> None:
    assert len(set(ids([BOUND, frame("ok", 1), frame("ok", 2)]))) == 2


def test_equal_words_behind_new_ones_are_new_after_a_break() -> None:
    assert len(set(ids([BOUND, frame("ok", 1), BOUND, frame("Hello", 1), frame("ok", 2)]))) == 3


def test_a_short_message_is_read_back_as_it_was_written() -> None:
    short = Short("48600100200", "InPost", esm_class=0x40, data_coding=8, body=b"\x05\x00\x03\x01\x02\x01\x01\x42")
    assert smpp.delivered(smpp.submitted(short)) == short
    long = Short("48600100200", "72401", body=b"a" * 300)
    assert smpp.delivered(smpp.submitted(long)).body == long.body


@pytest.mark.parametrize("words", [("a" * 17, "b", ""), ("a", "b" * 9, ""), ("a", "b", "c" * 13), ("a\0", "b", "")])
def test_a_bind_cannot_carry_every_word(words: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="signs"):
        smpp.bind(smpp.BIND_RECEIVER, *words)


@given(st.binary(max_size=200))
def test_whatever_came_is_a_message_or_none(body: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(smpp.delivered(body), Short)
