"""Rules of reading mail that a single sample cannot show."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels.contract import Mark, Raw, Receipt, Said
from answerable.channels.email import quoting
from answerable.channels.email.addresses import handles, sendable
from answerable.channels.email.connector import connector
from answerable.channels.email.headers import decoded, parameters
from answerable.channels.email.reading import external_id

SETTINGS = {"address": "care@example.org", "smtp_host": "smtp.example.org", "token_key": "a key"}
HEAD = b"From: Pia <pia@example.com>\r\nTo: care@example.org\r\nSubject: Glimo\r\nMessage-ID: <a@example.com>\r\n"
MEGA = 1_000_000

LINES = st.sampled_from(
    [
        "It leaks.",
        "",
        "> Did it help?",
        ">",
        "-- ",
        "Pia",
        "On Fri, Ada wrote:",
        "Sent from my iPhone",
        "From: Ada",
        "Sent: Friday",
    ]
)


def read(body: bytes, **headers: str) -> Said:
    (item,) = connector.read(Raw(body, headers), SETTINGS)
    assert isinstance(item, Said)
    return item


@given(st.lists(LINES, max_size=25))
def test_no_line_is_lost_or_doubled_by_setting_quotes_aside(lines: list[str]) -> None:
    text, quoted = quoting.split("\n".join(lines))
    kept = [line for line in f"{text}\n{quoted}".split("\n") if line.strip()]
    assert sorted(kept) == sorted(line for line in lines if line.strip())


@given(st.text(max_size=500))
def test_any_text_keeps_its_words_when_quotes_are_set_aside(text: str) -> None:
    written, quoted = quoting.split(text)
    assert sorted("".join((written + quoted).split())) == sorted("".join(text.split()))


@given(st.text(max_size=200))
def test_any_address_field_is_read(value: str) -> None:
    for handle in handles([value]):
        assert "@" in handle.value
        assert not any(c.isspace() for c in handle.value)


@given(st.text(max_size=200))
def test_any_header_value_is_decoded_to_one_line(value: str) -> None:
    assert not set(decoded(value)) & set("\r\n\0\u202e")
    parameters(value)


def test_traces_of_transport_do_not_change_the_external_id() -> None:
    plain = HEAD + b"\r\nIt leaks.\r\n"
    traced = b"Delivered-To: help@example.org\r\nReceived: by mx; Fri, 12 Jun 2026 10:00:00 +0000\r\n" + plain
    assert external_id(plain) == external_id(traced) == external_id(plain.replace(b"\r\n", b"\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"It leaks.", b"It stopped."), (b"pia@", b"rob@"), (b"Subject", b"Date: 1 Jan 2026 00:00 +0000\r\nSubject")],
)
def test_a_message_id_used_again_for_another_mail_is_another_utterance(old: bytes, new: bytes) -> None:
    first = HEAD + b"\r\nIt leaks.\r\n"
    second = first.replace(old, new, 1)
    assert external_id(first) != external_id(second)
    assert read(first).own_ids == read(second).own_ids == ("<a@example.com>",)


def test_two_mails_without_message_id_and_with_other_traces_are_two() -> None:
    mail = b"From: robot@example.net\r\nSubject: Call back\r\n\r\nPlease call.\r\n"
    assert external_id(b"Received: by a; 1\r\n" + mail) != external_id(b"Received: by a; 2\r\n" + mail)


def test_two_mails_from_nobody_have_two_authors() -> None:
    first, second = (read(b"From: ;\r\nMessage-ID: <%d@x.example.com>\r\n\r\nHello\r\n" % number) for number in (1, 2))
    assert first.author.value != second.author.value
    assert sendable(first.author.value) is None or first.author.value.endswith(".invalid")


def test_a_loop_mark_under_another_key_is_a_strangers() -> None:
    mail = (
        HEAD.replace(b"pia@example.com", b"care@example.org") + b"X-Answerable-Loop: abc.aaaaaaaaaaaaaaaa\r\n\r\nHi\r\n"
    )
    assert Mark.OWN_LOOP not in read(mail).marks


def test_without_a_key_nothing_is_ours() -> None:
    mail = HEAD + b"References: <case-2026-0712.mqqqqqqqqqqqqqqq@example.org>\r\n\r\nHi\r\n"
    (item,) = connector.read(Raw(mail), {**SETTINGS, "token_key": ""})
    assert isinstance(item, Said)
    assert item.claims == ()


def test_a_report_keeps_the_mail_that_brought_it() -> None:
    report = (
        b"From: mailer-daemon@example.net\r\nSubject: failure notice\r\n\r\n<pia@example.com>:\r\n550 no mailbox\r\n"
    )
    (item,) = connector.read(Raw(report), SETTINGS)
    assert isinstance(item, Receipt)
    assert item.said is not None
    assert Mark.BOUNCE in item.said.marks
    assert "550 no mailbox" in item.said.text


def _nested(levels: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


HOSTILE = {
    "line ends": HEAD + b"\r\n" + b"\n" * 8 * MEGA,
    "one boundary after the other": HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\n" * MEGA,
    "a boundary of one dash": HEAD + b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"-" * 4 * MEGA,
    "parts in parts": HEAD + _nested(300) + b"\r\n" + b"x" * 4 * MEGA,
    "divisions in divisions": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 400_000,
    "stray ampersands": HEAD + b"Content-Type: text/html\r\n\r\n" + b"&x " * 300_000,
    "open comments": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<!--" * 400_000,
    "brackets": HEAD + b"Cc: " + b"(" * 60_000 + b"<" * 60_000 + b"\r\n\r\nx",
    "at signs": HEAD + b"Cc: " + b"a" * 30_000 + b"@" * 30_000 + b"\r\n\r\nx",
    "groups of a report": HEAD + b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: x\n\n" * 300_000,
    "begun quotations": HEAD + b"\r\n" + b"On a\nFrom: b\n" * 80_000,
}


@pytest.mark.parametrize("mail", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_mail_holds_the_reader(mail: bytes) -> None:
    started = time.perf_counter()
    connector.read(Raw(mail), SETTINGS)
    assert time.perf_counter() - started < 5


def test_a_mail_of_sixty_megabytes_keeps_its_file() -> None:
    file = b"QUJD" * 15 * MEGA
    head = HEAD + b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nSee the file.\r\n--q\r\n"
    started = time.perf_counter()
    said = read(
        head + b"Content-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n" + file + b"\r\n--q--\r\n"
    )
    assert time.perf_counter() - started < 5
    assert (said.text, said.pieces[0].name, len(said.pieces[0].body)) == ("See the file.", "video-1.mp4", 45 * MEGA)
