"""A channel that counts in its own way says so before an answer leaves, and keeps to it."""

from __future__ import annotations

from typing import cast

import pytest

from answerable.channels.conformance.asking import connector, kinds_of, speaker
from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Measured, Measures, Unsupported

pytestmark = pytest.mark.parametrize("kind", kinds_of(Measures))


def test_an_answer_is_shown_with_the_words_that_were_written(kind: str) -> None:
    assert "Thank you" in _measured(kind, "Thank you").shown


def test_more_words_are_never_counted_as_fewer(kind: str) -> None:
    lengths = [_measured(kind, "word " * number).length for number in (1, 2, 10, 100)]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize("text", ["", "👩‍⚕️", "תודה", "https://example.org/" + "a" * 300, "\ud800", "@", "\r\n" * 9])
def test_whatever_was_written_is_counted(kind: str, text: str) -> None:
    measured = _measured(kind, text)
    assert measured.length >= 0
    assert measured.parts >= 1


def test_the_longest_by_its_own_count_goes_and_a_longer_one_is_refused(kind: str) -> None:
    most = _measured(kind, "a").most
    if most is None:
        return
    room = most - _measured(kind, "").length
    values = settings(connector(kind))
    speaker(kind).say(reply(connector(kind), text="a" * room), values)
    with pytest.raises(Unsupported):
        speaker(kind).say(reply(connector(kind), text="a" * (room + 1)), values)


def _measured(kind: str, text: str) -> Measured:
    asked = connector(kind)
    return cast("Measures", asked).measured(reply(asked, text=text), settings(asked))
