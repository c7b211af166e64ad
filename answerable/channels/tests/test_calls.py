"""Lists of calls: what exchanges write, and what nobody should have written."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import pytest

from answerable.channels.calls.connector import connector
from answerable.channels.calls.rows import MOST_CALLS
from answerable.channels.contract import Item, LeftOut, Mark, Raw, Said, Unreadable

SETTINGS = {"country": "PL", "language": "en", "time_zone": "Europe/Warsaw", "dates": "day", "slug": "line-1"}
CALL = {"call": "c", "from": "600100200", "started": "2026-07-02T18:09:00+02:00"}


def read(body: str | bytes, **settings: Any) -> list[Item]:
    whole = body if isinstance(body, bytes) else body.encode()
    return list(connector.read(Raw(whole), {**SETTINGS, **settings}))


def one(**values: Any) -> Said:
    (item,) = read(json.dumps({**CALL, **values}))
    assert isinstance(item, Said), item
    return item


def refusal(**values: Any) -> str:
    (item,) = read(json.dumps({**CALL, **values}))
    assert isinstance(item, LeftOut)
    assert not item.understood
    return item.template


def test_waiting_is_what_is_said_or_reckoned() -> None:
    for waited, said in (
        ({"waited": 1800}, "Called and gave up after 30 minutes of waiting."),
        ({"waited": "30:00"}, "Called and gave up after 30 minutes of waiting."),
        ({"waited": 119.6}, "Called and gave up after 1 minute of waiting."),
        ({"ended": "2026-07-02T18:09:45+02:00"}, "Called and gave up after 45 seconds of waiting."),
        ({}, "Called and gave up before anybody answered."),
    ):
        told = one(**waited)
        assert told.text == said
        assert Mark.ABANDONED_CALL in told.marks
        assert told.call is not None
        assert told.call.abandoned


def test_a_call_that_somebody_answered_was_not_given_up() -> None:
    for answered in (
        {"answered": "2026-07-02T18:10:00+02:00"},
        {"talked": 60},
        {"agent": "Ada"},
        {"disposition": "ANSWERED"},
        {"abandoned": "no"},
        {"abandoned": False},
    ):
        assert one(**answered).marks == {Mark.CALL}
    assert Mark.ABANDONED_CALL in one(agent="Ada", abandoned="yes").marks


def test_what_was_said_is_kept_as_it_was_written() -> None:
    said = one(summary='=HYPERLINK("http://example.net")\n+48 @SUM(A1)', agent="Ada")
    assert said.text == '=HYPERLINK("http://example.net")\n+48 @SUM(A1)'


def test_one_number_is_one_handle_however_it_is_written() -> None:
    spellings = ("600 100 200", "+48 600-100-200", "0048600100200", "(600)100200")
    assert {one(**{"from": written}).author.value for written in spellings} == {"+48600100200"}
    assert one(**{"from": "0600100200"}, call="x").author.namespace in {"phone", "extension"}


@pytest.mark.parametrize("number", ["", "anonymous", "Anônimo", "zastrzeżony", "-", "withheld", None, "No ID"])
def test_a_withheld_number_is_somebody_else_each_time(number: str | None) -> None:
    first, second = one(**{"from": number}, call="1"), one(**{"from": number}, call="2")
    assert first.author.namespace == second.author.namespace == "withheld"
    assert first.author.value != second.author.value
    assert (first.thread_ids, first.author.display) == ((), "Number withheld")


def test_a_withheld_number_joins_nothing_of_another_source() -> None:
    (here,), (there,) = (read(json.dumps({**CALL, "from": ""}), slug=slug) for slug in ("line-1", "line-2"))
    assert isinstance(here, Said)
    assert isinstance(there, Said)
    assert here.author.value != there.author.value


def test_an_inner_number_means_something_at_its_own_source_only() -> None:
    assert one(**{"from": "204"}).author.value == "line-1:204"


def test_a_call_without_an_id_is_the_same_the_next_time() -> None:
    without = {name: value for name, value in CALL.items() if name != "call"}
    ids = {item.external_id for item in read(json.dumps([without, {**without, "summary": "Written later."}]))}
    others = {item.external_id for item in read(json.dumps([without, {**without, "from": "600100201"}]))}
    assert (len(ids), len(others)) == (1, 2)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"started": ""}, "does not say when"),
        ({"started": "yesterday"}, "times cannot be read"),
        ({"started": "2026-02-30T10:00:00"}, "times cannot be read"),
        ({"started": "1066-10-14T09:00:00"}, "times cannot be read"),
        ({"started": 10**30}, "times cannot be read"),
        ({"ended": "2026-07-02T18:00:00+02:00"}, "contradict"),
        ({"ended": "2026-07-09T18:00:00+02:00"}, "contradict"),
        ({"waited": "long"}, "durations cannot be read"),
        ({"waited": -5}, "durations cannot be read"),
        ({"waited": 9_999_999}, "contradict"),
        ({"abandoned": "perhaps"}, "neither yes nor no"),
        ({"direction": "sideways"}, "direction"),
        ({"summary": {"a": 1}}, "more than one value"),
    ],
)
def test_what_cannot_be_is_left_out_with_a_sentence(wrong: dict[str, Any], words: str) -> None:
    assert words in refusal(**wrong)


def test_a_time_without_a_zone_is_of_the_source() -> None:
    assert one(started="2026-01-02 10:00").posted_at == one(started="2026-01-02T09:00Z").posted_at
    assert one(started="02.01.2026 10:00").posted_at == one(started="2026-01-02 10:00").posted_at
    twice = one(started="2026-10-25 02:30")
    assert twice.posted_at == one(started="2026-10-25T00:30Z").posted_at


def test_strokes_mean_what_the_source_says() -> None:
    body = json.dumps({**CALL, "started": "02/07/2026 10:00"})
    (day,), (month,) = read(body), read(body, dates="month")
    assert isinstance(day, Said)
    assert isinstance(month, Said)
    assert day.posted_at is not None
    assert month.posted_at is not None
    assert (day.posted_at.month, month.posted_at.month) == (7, 2)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_is_read_whatever_parts_its_fields(separator: str) -> None:
    words = "Dzień dobry – na fakturze za czerwiec jest pozycja – proszę o wyjaśnienie – dziękuję."
    table = f"Call ID;From;Started;Summary\r\n1;600100200;2026-07-02 18:09;{words}\r\n"
    table = table.replace(";", separator)
    for charset in ("utf-8", "utf-8-sig", "cp1250"):
        (item,) = read(table.encode(charset))
        assert isinstance(item, Said)
        assert item.text == words


def test_a_line_that_cannot_be_read_stops_no_other() -> None:
    table = 'call,from,started\n1,600100200,2026-07-02 18:09\n2,600100200,x\n3,"600100200,2026-07-02 18:09\n'
    kinds = [type(item).__name__ for item in read(table)]
    assert kinds == ["Said", "LeftOut", "LeftOut"]


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00" * 100, b"{", b"[]", b'{"calls": 1}', b"a,b\n1,2\n", b"call,from\n1,2\n"]
)
def test_rubbish_is_no_list_of_calls(rubbish: bytes) -> None:
    with pytest.raises(Unreadable):
        read(rubbish)


def test_a_huge_field_is_left_out() -> None:
    table = f"call,from,started,summary\n1,600100200,2026-07-02 18:09,{'x' * 200_000}\n2,600100200,2026-07-02 18:09,x\n"
    first, second = read(table)
    assert isinstance(first, LeftOut)
    assert isinstance(second, Said)


def test_a_huge_list_is_refused_before_it_costs_anything() -> None:
    line = "600100200,2026-07-02 18:09\n"
    begun = perf_counter()
    with pytest.raises(Unreadable, match="more than 5000"):
        read("from,started\n" + line * 400_000)
    with pytest.raises(Unreadable, match="more than 5000"):
        read(json.dumps([CALL] * (MOST_CALLS + 1)))
    assert perf_counter() - begun < 10


def test_the_longest_list_is_read_in_seconds() -> None:
    table = "from,started,waited\n" + "".join(f"600{n:06d},2026-07-02 18:09,1860\n" for n in range(MOST_CALLS))
    begun = perf_counter()
    assert len(read(table)) == MOST_CALLS
    assert perf_counter() - begun < 10
