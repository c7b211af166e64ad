"""Rules of writing mail: it threads, it is ours, it is the same each time."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.channels.contract import Audience, Enclosure, Handle, Mark, Raw, Reply, Said, Unsupported
from answerable.channels.email.connector import connector
from answerable.core.wire.calls import SendMail

SETTINGS = {
    "address": "care@example.org",
    "display_name": "Glimo care",
    "arrival": "imap",
    "imap_host": "imap.example.org",
    "sent_folder": "Sent",
    "smtp_host": "smtp.example.org",
    "signature": "The Glimo care team",
    "reply_token": True,
    "token_key": "a key",
}
PIA = Handle("email", "pia@example.com", "Pia")


def reply(**changes: object) -> Reply:
    values = {
        "key": "reply-1",
        "audience": Audience.PRIVATE,
        "text": "Does it still leak?",
        "to": (PIA,),
        "subject": "Re: Glimo",
        "in_reply_to": "<m9@example.com>",
        "thread_ids": ("<m9@example.com>", "<m8@example.com>"),
        "case_reference": "2026-0712",
        "at": datetime(2026, 6, 12, 8, 0, tzinfo=UTC),
    }
    return Reply(**{**values, **changes})  # type: ignore[arg-type]


def say(**changes: object) -> SendMail:
    return connector.say(reply(**changes), SETTINGS)


def read(body: bytes) -> Said:
    (item,) = connector.read(Raw(body), SETTINGS)
    assert isinstance(item, Said)
    return item


def test_what_we_send_is_what_we_read_and_it_is_marked_as_ours() -> None:
    said = read(say().body)
    assert said.text == "Does it still leak?"
    assert said.quoted == "-- \nThe Glimo care team"
    assert said.author == Handle("email", "care@example.org", "Glimo care")
    assert said.own_ids == (connector.own_id(reply(), SETTINGS),)
    assert Mark.OWN_LOOP in said.marks


def test_an_answer_to_our_mail_names_it_and_claims_its_case() -> None:
    ours = message_from_bytes(say().body, policy=default)
    answer = f"From: pia@example.com\r\nTo: {ours['Reply-To']}\r\nIn-Reply-To: {ours['Message-ID']}\r\n\r\nYes.\r\n"
    said = read(answer.encode())
    assert said.thread_ids == (connector.own_id(reply(), SETTINGS),)
    assert said.claims == ("reply:2026-0712",)


def test_a_retry_is_the_same_mail_to_the_last_byte() -> None:
    enclosures = (Enclosure("zdjęcie.png", "image/png", b"\x89PNG"),)
    assert say(enclosures=enclosures) == say(enclosures=enclosures)
    assert say().body != say(key="reply-2").body


def test_a_long_thread_keeps_its_first_and_its_last_ids() -> None:
    ids = tuple(f"<{number:04d}{'x' * 200}@example.com>" for number in range(99, -1, -1))
    body = say(thread_ids=ids, in_reply_to=ids[0]).body
    kept = [i for i in str(message_from_bytes(body)["References"]).split() if not i.startswith("<case-")]
    assert kept == [ids[-1], *reversed(ids[:20])]
    assert max(len(line) for line in body.split(b"\r\n")) <= 998


def test_ids_of_strangers_cannot_break_the_header() -> None:
    body = say(thread_ids=("<a b@c>", "<ż@example.com>", "<ok@example.com>\r\nBcc: x", "<ok@example.com>")).body
    mail = message_from_bytes(body)
    assert "Bcc" not in mail
    assert "<ok@example.com>" in str(mail["References"])
    assert "ż" not in str(mail["References"])


def test_a_person_is_not_announced_as_a_robot() -> None:
    assert b"Auto-Submitted" not in say().body
    assert b"Auto-Submitted: auto-replied" in say(automatic=True).body
    assert b"Precedence" not in say(automatic=True).body


def test_the_envelope_goes_to_those_named_and_nobody_else() -> None:
    call = say(cc=(Handle("email", "rob@example.com"), PIA))
    assert (call.sender, call.recipients) == ("care@example.org", ("pia@example.com", "rob@example.com"))


def test_a_domain_with_letters_of_its_own_travels_in_ascii() -> None:
    assert say(to=(Handle("email", "pia@zażółć.example.com"),)).recipients == ("pia@xn--za-6ja4f8n1l.example.com",)


@pytest.mark.parametrize(
    "address", ["", "pia", "pia@", "@example.com", "a b@example.com", "żółw@example.com", "x@unknown.invalid"]
)
def test_an_address_that_mail_cannot_reach_is_refused(address: str) -> None:
    with pytest.raises(Unsupported):
        say(to=(Handle("email", address),))


@given(name=st.text(max_size=60), subject=st.text(max_size=80), text=st.text(max_size=200))
def test_any_words_make_a_mail_that_says_no_more_than_they_do(name: str, subject: str, text: str) -> None:
    body = say(to=(Handle("email", "pia@example.com", name),), subject=subject, text=text).body
    mail = message_from_bytes(body, policy=default)
    assert [a.addr_spec for a in mail["To"].addresses] == ["pia@example.com"]
    assert set(mail.keys()) <= KNOWN
    body.decode("ascii")


KNOWN = {
    *("Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type", "From", "To", "Reply-To"),
    *("Subject", "Date", "X-Answerable-Loop"),
}


def test_without_a_sent_folder_nobody_can_look_a_reply_up() -> None:
    assert connector.look_up(reply(), SETTINGS).message_id == connector.own_id(reply(), SETTINGS)
    with pytest.raises(Unsupported):
        connector.look_up(reply(), {**SETTINGS, "sent_folder": ""})


@given(st.text(alphabet='a.@-+_"<>,() :;\\ż\r\n', max_size=30))
def test_any_address_is_sent_to_or_refused(address: str) -> None:
    try:
        call = say(to=(Handle("email", address),))
    except Unsupported:
        return
    assert len(call.recipients) == 1


def test_a_reply_address_that_would_be_too_long_is_left_out() -> None:
    long = f"{'c' * 60}@example.org"
    call = connector.say(reply(), {**SETTINGS, "address": long})
    assert "Reply-To" not in message_from_bytes(call.body)
