"""Sums: the neutral document is read again whole, and its hash changes with each word."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from answerable.core.errors import Invalid
from answerable.safety import neutral
from answerable.safety.neutral import HandOver, Limit, Original
from answerable.safety.reports import Report
from answerable.safety.tests.told import AT, POST, pia, rob

POSTED = Original.of("1", "text", AT, POST.encode())
RUNNING = Limit("eu.gvp6.serious", 1, "criteria_met_at", AT, AT, AT)


@pytest.mark.parametrize("report", [pia(), rob()], ids=["medicine", "device"])
def test_a_document_is_read_again_whole(report: Report) -> None:
    given = HandOver(report, [POSTED], [RUNNING])
    assert neutral.read(given.data()) == given


def test_the_document_says_what_counts_without_being_read_deeply() -> None:
    said = json.loads(HandOver(rob(), [POSTED]).data())
    assert (said["draft"], said["valid"], said["serious"], said["missing"]) == (True, False, False, ["reaction"])
    assert said["originals"][0]["sha256"] == POSTED.sha256
    assert json.loads(HandOver(pia()).data())["draft"] is False


def test_no_word_of_an_original_is_needed_to_show_that_it_is_the_same() -> None:
    assert len(POSTED.sha256) == 64
    assert Original.of("1", "text", AT, POST.encode() + b"!").sha256 != POSTED.sha256


def test_the_hash_binds_each_word_and_nothing_else() -> None:
    one = HandOver(pia(), [POSTED], [RUNNING])
    assert one.digest() == HandOver(pia(), [POSTED], [RUNNING]).digest()
    for other in (
        HandOver(replace(pia(), narrative="another"), [POSTED], [RUNNING]),
        HandOver(replace(pia(), version=2), [POSTED], [RUNNING]),
        HandOver(pia(), [], [RUNNING]),
        HandOver(pia(), [POSTED], []),
    ):
        assert other.digest() != one.digest()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no", "This is no JSON"),
        (b"\xff", "This is no JSON"),
        (b"[]", "no hand-over of the form"),
        (b'{"format": "answerable.safety/2"}', "no hand-over of the form"),
        (b'{"format": "answerable.safety/1", "report": 3}', "what cannot be"),
    ],
)
def test_what_is_none_is_said(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        neutral.read(data)


def test_the_place_of_a_wrong_value_is_named() -> None:
    tree = json.loads(HandOver(pia()).data())
    tree["report"]["patient"]["sex"] = "blue"
    with pytest.raises(Invalid, match=r"“patient\.sex”"):
        neutral.read(json.dumps(tree).encode())
