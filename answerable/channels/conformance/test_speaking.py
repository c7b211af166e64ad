"""A reply arrives as it was written, once, within limits, and adds nothing of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any
from urllib.parse import parse_qsl

import pytest

from answerable.channels.common import sms
from answerable.channels.conformance.asking import connector, speaker, speakers
from answerable.channels.conformance.samples import reply, settings
from answerable.channels.contract import Can, Enclosure, Handle, Reply, Unsupported
from answerable.core.text import smpp
from answerable.core.wire.calls import Call, HttpCall, SendMail, SubmitShort

WORDS = {
    "plain": "Thank you. We look into it.",
    "emoji": "Thank you 👍🏽 👩‍⚕️ 🇧🇷",
    "right-to-left": "תודה רבה, נבדוק את זה.",
    "mixed-direction": "The device Glimo: الجهاز يسرب, page 3",
    "accents": "Dziękujemy, sprawdzimy. Não se preocupe.",
    "markup": '<b>a & b</b> "quoted" {x} %s \\n',
    "lone-dot": "first\n.\nlast",
    "from-at-line-start": "first\nFrom here on it hurts\nlast",
}
INJECTION = "Glimo\r\nBcc: otto@example.net\r\n\r\nA body of mine"


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("kind", speakers())
def test_words_arrive_as_they_were_written(kind: str, words: str) -> None:
    assert any(words in text for text in _texts(_say(kind, reply(connector(kind), text=words))))


@pytest.mark.parametrize("kind", speakers())
def test_the_same_reply_is_the_same_request(kind: str) -> None:
    assert _say(kind, reply(connector(kind))) == _say(kind, reply(connector(kind)))


@pytest.mark.parametrize("kind", speakers())
def test_another_reply_is_another_request(kind: str) -> None:
    assert _say(kind, reply(connector(kind))) != _say(kind, reply(connector(kind), key="kit-2", text="Another."))


@pytest.mark.parametrize("kind", [kind for kind in speakers() if connector(kind).spec.max_text])
def test_the_longest_text_goes_and_a_longer_one_is_refused(kind: str) -> None:
    longest = connector(kind).spec.max_text or 0
    _say(kind, reply(connector(kind), text="a" * longest))
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), text="a" * (longest + 1)))


@pytest.mark.parametrize("kind", [kind for kind in speakers(Can.ATTACH_FILE) if connector(kind).spec.max_attachment])
def test_a_file_over_the_limit_is_refused(kind: str) -> None:
    heavy = Enclosure("photo.png", "image/png", bytes((connector(kind).spec.max_attachment or 0) + 1))
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), enclosures=(heavy,)))


@pytest.mark.parametrize("kind", [kind for kind in speakers() if Can.ATTACH_FILE not in connector(kind).spec.can])
def test_a_channel_that_takes_no_files_refuses_them(kind: str) -> None:
    with pytest.raises(Unsupported):
        _say(kind, reply(connector(kind), enclosures=(Enclosure("a.pdf", "application/pdf", b"%PDF-"),)))


@pytest.mark.parametrize("field", ["subject", "in_reply_to", "case_reference", "language", "key"])
@pytest.mark.parametrize("kind", speakers())
def test_no_field_can_add_a_header(kind: str, field: str) -> None:
    _nothing_added(kind, reply(connector(kind), **{field: INJECTION}))


@pytest.mark.parametrize("kind", speakers())
def test_no_name_can_add_a_header_or_a_recipient(kind: str) -> None:
    first = reply(connector(kind)).to[0]
    _nothing_added(kind, reply(connector(kind), to=(Handle(first.namespace, first.value, INJECTION),)))


@pytest.mark.parametrize("kind", speakers())
def test_no_address_can_add_a_header_or_a_recipient(kind: str) -> None:
    first = reply(connector(kind)).to[0]
    _nothing_added(
        kind, reply(connector(kind), to=(Handle(first.namespace, f"{first.value}\r\nBcc: otto@example.net"),))
    )


@pytest.mark.parametrize("kind", speakers(Can.ATTACH_FILE))
def test_no_file_can_add_a_header(kind: str) -> None:
    enclosure = Enclosure(f"a{INJECTION}.pdf", f"application/pdf\r\n{INJECTION}", b"%PDF-")
    _nothing_added(kind, reply(connector(kind), enclosures=(enclosure,)))


def _say(kind: str, words: Reply) -> Call:
    return speaker(kind).say(words, settings(connector(kind)))


def _nothing_added(kind: str, words: Reply) -> None:
    """The injected line is refused, or is harmless text; it is never a header and nobody else gets the reply."""
    try:
        call = _say(kind, words)
    except Unsupported:
        return
    if isinstance(call, SendMail):
        mail = message_from_bytes(call.body, policy=default)
        assert not any("bcc" in part for part in mail.walk())
        assert "otto@example.net" not in call.recipients
        assert not any(set("\r\n \0") & set(address) for address in (call.sender, *call.recipients))
    if isinstance(call, HttpCall):
        sent = [call.url, *call.headers, *call.headers.values(), *call.secret_headers.values()]
        assert not any(set("\r\n\0") & set(value) for value in sent)


def _texts(call: Call) -> Iterator[str]:
    """Every text that the call carries to a reader."""
    if isinstance(call, SendMail):
        body = message_from_bytes(call.body, policy=default).get_body(("plain",))
        assert body is not None
        yield body.get_content().replace("\r\n", "\n")
    if isinstance(call, HttpCall):
        yield from _strings(_told(call.body, call.headers.get("Content-Type", "")))
    if isinstance(call, SubmitShort):
        yield "".join(_words(part) for part in call.parts)


def _words(part: bytes) -> str:
    """The words of one part, behind its header."""
    short = smpp.delivered(part)
    body = short.body[1 + short.body[0] :] if short.esm_class & 0x40 else short.body
    return sms.from_ucs2(body) if short.data_coding == 8 else sms.from_septets(body)


def _told(body: bytes, media_type: str) -> Any:
    if media_type.startswith("multipart/"):
        form = message_from_bytes(f"Content-Type: {media_type}\n\n".encode() + body)
        parts = [part.get_payload(decode=True) for part in form.walk() if not part.is_multipart()]
        return [part.decode().replace("\r\n", "\n") for part in parts if isinstance(part, bytes)]
    try:
        return json.loads(body)
    except ValueError:
        return [value for _, value in parse_qsl(body.decode())]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
