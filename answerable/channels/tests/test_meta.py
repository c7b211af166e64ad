"""What the networks of Meta have in common: what their errors decide, what is left of their calls, and what is never asked."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels.common.meta import errors, hooks, usage
from answerable.channels.common.meta.reading import moment
from answerable.channels.conformance.samples import settings
from answerable.channels.contract import Audience, Reauthorise, Refused, TryLater, WindowClosed
from answerable.channels.facebook.connector import connector as facebook
from answerable.channels.instagram.connector import connector as instagram
from answerable.channels.whatsapp.connector import connector as whatsapp
from answerable.channels.whatsapp.numbers import public
from answerable.core.wire.calls import HttpAnswer

DATE = "Thu, 02 Jul 2026 18:12:00 GMT"
REACH = ("follower", "fan_count", "like", "reaction", "share", "insight", "impression", "verified")


@pytest.mark.parametrize(
    ("code", "subcode", "decides"),
    [
        (190, 0, Reauthorise),
        (102, 0, Reauthorise),
        (4, 0, TryLater),
        (17, 0, TryLater),
        (32, 0, TryLater),
        (613, 0, TryLater),
        (80001, 0, TryLater),
        (80006, 0, TryLater),
        (368, 0, TryLater),
        (130429, 0, TryLater),
        (131056, 0, TryLater),
        (10, 2018278, WindowClosed),
        (10, 2534022, WindowClosed),
        (131047, 0, WindowClosed),
        (10, 0, Refused),
        (200, 0, Refused),
        (10900, 0, Refused),
        (131026, 0, Refused),
        (132001, 0, Refused),
        (999_999, 0, Refused),
    ],
)
def test_each_code_decides(code: int, subcode: int, decides: type[Exception]) -> None:
    assert type(errors.decision({"code": code, "error_subcode": subcode, "message": "Words."})) is decides


@pytest.mark.parametrize("code", [3, 10, 200, 230, 299])
def test_a_right_that_is_missing_when_we_only_ask_needs_a_person(code: int) -> None:
    assert type(errors.decision({"code": code}, asking=True)) is Reauthorise
    assert type(errors.decision({"code": code})) is Refused


@given(
    st.dictionaries(st.text(max_size=9), st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
)
def test_an_error_of_any_shape_decides_something(error: dict[str, object]) -> None:
    assert str(errors.decision({**error, "error": error}))


def test_words_of_the_network_with_a_percent_sign_are_words() -> None:
    assert errors.decision({"code": 1234, "message": "100% (used)s"}).sentence.endswith("100% (used)s")


@given(st.sampled_from(usage.HEADERS), st.text(max_size=60))
def test_any_header_is_read_or_says_nothing(name: str, value: str) -> None:
    told = usage.allowance(HttpAnswer(200, {"date": DATE, name: value}))
    assert told is None or 0 <= told.left <= told.most


def test_the_fullest_share_counts_and_a_pause_lasts_as_long_as_it_says() -> None:
    shares = '{"1":[{"type":"pages","call_count":20,"total_cputime":71,"total_time":5}]}'
    told = usage.allowance(HttpAnswer(200, {"date": DATE, "x-business-use-case-usage": shares}))
    assert told is not None
    assert told.left == 29
    paused = shares.replace('"total_time":5', '"total_time":5,"estimated_time_to_regain_access":19')
    later = usage.allowance(HttpAnswer(200, {"date": DATE, "x-business-use-case-usage": paused}))
    assert later is not None
    assert (later.left, later.renews_at - told.renews_at) == (0, timedelta(minutes=14))


@pytest.mark.parametrize(
    "body", [b"", b"7", b"[]", b'{"entry": 7}', b'{"entry": [7]}', b"\xff", b'{"entry": [{"id": 1}]}']
)
def test_whom_a_push_is_for_is_read_or_nobody(body: bytes) -> None:
    assert hooks.addressees(body) in ((), ("1",))


def test_nothing_about_reach_is_ever_asked() -> None:
    asked = [
        facebook.ask({"since": 1, "todo": [[what, "1", ""]]}, settings(facebook))
        for what in ("feed", "comments", "conversations", "messages")
    ]
    asked += [
        instagram.ask({"since": 1, "todo": [[what, "1", ""]]}, settings(instagram))
        for what in ("media", "comments", "conversations", "messages")
    ]
    asked += [each.ask_context("1", settings(each)) for each in (facebook, instagram)]
    asked += [instagram.ask_words("mention:1:2", settings(instagram)), whatsapp.ask_approved("", settings(whatsapp))]
    assert not [word for call in asked for word in REACH if word in unquote(call.url)]


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("48600100200", "+48600100200"),
        ("+48600100200", "+48600100200"),
        ("551188880000", "+5511988880000"),
        ("5511988880000", "+5511988880000"),
        ("551133330000", "+551133330000"),
        ("5215512345678", "+525512345678"),
    ],
    ids=["plain", "with-plus", "brazil-old", "brazil-new", "brazil-fixed-line", "mexico-old"],
)
def test_one_number_has_one_form(written: str, one: str) -> None:
    assert public(written) == one


@pytest.mark.parametrize("value", ["", "abc", "0048600100200", "+", "1" * 40, "١٢٣٤٥٦٧٨٩"])
def test_what_is_no_number_is_none(value: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        public(value)


def test_moments_are_read_in_all_their_forms() -> None:
    assert moment(1783015921) == moment("1783015921") == moment(1783015921000) == moment("2026-07-02T18:12:01+0000")
    assert moment(None) is moment("") is None


@pytest.mark.parametrize(
    ("audience", "answers", "human", "days"),
    [
        (Audience.PUBLIC, "500_1", False, None),
        (Audience.PRIVATE, "500_1", False, 7),
        (Audience.PRIVATE, "mid:m_1", False, 1),
        (Audience.PRIVATE, "mid:m_1", True, 7),
    ],
)
def test_how_long_an_answer_is_taken(audience: Audience, answers: str, human: bool, days: int | None) -> None:
    values = {**settings(facebook), "human_agent": human}
    expected = timedelta(days=days) if days else None
    assert facebook.closes_after(audience, answers, values) == expected
    assert instagram.closes_after(audience, answers, values) == expected
