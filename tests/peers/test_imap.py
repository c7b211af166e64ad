"""Reading a real mailbox: by UID, never touching a flag."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from answerable.core import wire
from answerable.core.wire.calls import FetchMail, FindMail, MailAnswer, MailServer
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.watching import watch
from tests.peers.dovecot import Dovecot
from tests.peers.programs import eventually

PROVES = ("email",)
pytestmark = pytest.mark.peers

CARE = "care@example.org"


def deliver(dovecot: Dovecot, text: str, *, to: str = CARE, size: int = 0) -> None:
    mail = f"From: pia@example.org\r\nMessage-ID: <{text}@example.org>\r\nSubject: {text}\r\n\r\n{'x' * 70}\r\n"
    with smtplib.LMTP("127.0.0.1", dovecot.lmtp) as lmtp:
        lmtp.sendmail("pia@example.org", [to], mail + ("y" * 70 + "\r\n") * (size // 72))


@pytest.fixture
def folder_name(dovecot: Dovecot) -> str:
    """An empty INBOX before each test."""
    with dovecot.person(CARE) as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search())
        client.expunge()
    return "INBOX"


def fetch(server: MailServer, folder: str, after: MailAnswer | None = None, **limits: int) -> MailAnswer:
    above = after.mails[-1].uid if after and after.mails else 0
    answer = wire.run(
        FetchMail(server, folder, after.uid_validity if after else None, above, **limits), allow_private=True
    )
    assert isinstance(answer, MailAnswer)
    return answer


def subjects(answer: MailAnswer) -> list[str]:
    return [mail.body.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for mail in answer.mails]


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_is_read_over_every_security(dovecot: Dovecot, folder_name: str, security: str) -> None:
    deliver(dovecot, "one")

    answer = fetch(dovecot.server(CARE, security=security), folder_name)

    assert subjects(answer) == ["one"]
    assert answer.exists == 1
    assert answer.mails[0].seen_at.endswith("+00:00")


def test_reading_leaves_every_flag_as_it_was(dovecot: Dovecot, folder_name: str) -> None:
    deliver(dovecot, "one")
    fetch(dovecot.server(CARE), folder_name)

    with dovecot.person(CARE) as client:
        client.select_folder("INBOX", readonly=True)
        assert b"\\Seen" not in next(iter(client.get_flags(client.search()).values()))


def test_what_a_person_read_first_is_read_all_the_same(dovecot: Dovecot, folder_name: str) -> None:
    deliver(dovecot, "one")
    first = fetch(dovecot.server(CARE), folder_name)
    deliver(dovecot, "two")
    with dovecot.person(CARE) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [b"\\Seen", b"\\Answered"])

    assert subjects(fetch(dovecot.server(CARE), folder_name, first)) == ["two"]


def test_pages_pass_every_mail_once(dovecot: Dovecot, folder_name: str) -> None:
    sent = [f"mail-{number}" for number in range(7)]
    for text in sent:
        deliver(dovecot, text)
    server = dovecot.server(CARE)

    first = fetch(server, folder_name, at_most=3)
    second = fetch(server, folder_name, first, at_most=3)
    third = fetch(server, folder_name, second, at_most=3)

    assert subjects(first) + subjects(second) + subjects(third) == sent
    assert [len(each.uids) > len(each.mails) for each in (first, second, third)] == [True, True, False]
    assert fetch(server, folder_name, third).mails == ()


def test_a_folder_that_was_made_anew_is_read_from_its_beginning(dovecot: Dovecot) -> None:
    server = dovecot.server(CARE)
    with dovecot.person(CARE) as client:
        client.create_folder("Care")
        client.append("Care", b"Subject: old\r\n\r\nx")
        before = fetch(server, "Care")
        client.delete_folder("Care")
        time.sleep(1.1)
        client.create_folder("Care")
        client.append("Care", b"Subject: new\r\n\r\nx")

    after = fetch(server, "Care", before)

    assert after.uid_validity != before.uid_validity
    assert subjects(after) == ["new"]


def test_a_mail_over_the_bound_comes_as_its_headers(dovecot: Dovecot, folder_name: str) -> None:
    deliver(dovecot, "huge", size=50_000)
    deliver(dovecot, "small")

    answer = fetch(dovecot.server(CARE), folder_name, max_bytes=20_000)

    assert subjects(answer) == ["huge", "small"]
    assert [mail.cut for mail in answer.mails] == [True, False]
    assert len(answer.mails[0].body) < 2_000


def test_one_answer_holds_no_more_than_the_bound(dovecot: Dovecot, folder_name: str) -> None:
    for number in range(3):
        deliver(dovecot, f"mail-{number}", size=15_000)

    answer = fetch(dovecot.server(CARE), folder_name, max_bytes=20_000)

    assert subjects(answer) == ["mail-0"]
    assert len(answer.uids) == 3


def test_a_mail_of_sixty_megabytes_is_read_whole(dovecot: Dovecot, folder_name: str) -> None:
    deliver(dovecot, "film", size=60_000_000)

    answer = fetch(dovecot.server(CARE), folder_name)

    assert len(answer.mails[0].body) > 59_000_000
    assert answer.mails[0].cut is False


def test_a_mail_is_found_by_its_message_id(dovecot: Dovecot, folder_name: str) -> None:
    deliver(dovecot, "one")
    server = dovecot.server(CARE)

    found = wire.run(FindMail(server, folder_name, "<one@example.org>"), allow_private=True)
    not_found = wire.run(FindMail(server, folder_name, "<on@example.org>"), allow_private=True)

    assert isinstance(found, MailAnswer)
    assert len(found.uids) == 1
    assert isinstance(not_found, MailAnswer)
    assert not_found.uids == []


def test_a_wrong_password_is_refused_in_a_sentence_without_it(dovecot: Dovecot) -> None:
    with pytest.raises(SignInRefused) as refusal:
        fetch(dovecot.server(CARE, password="wrong horse"), "INBOX")

    assert "refused the sign-in" in refusal.value.sentence
    assert "wrong horse" not in refusal.value.sentence


def test_a_folder_that_is_not_there_is_named_trouble(dovecot: Dovecot) -> None:
    with pytest.raises(NoAnswer, match="doesn't exist") as failure:
        fetch(dovecot.server(CARE), "Nowhere")

    assert failure.value.sent is False


def test_a_certificate_for_another_name_is_not_accepted(dovecot: Dovecot) -> None:
    server = replace(dovecot.server(CARE, security="tls"), host="127.0.0.2")

    with pytest.raises(NoAnswer):
        fetch(server, "INBOX")


@contextmanager
def watching(dovecot: Dovecot, news: list[float], troubles: list[str]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(
        target=watch,
        args=(dovecot.server(CARE), "INBOX", lambda: news.append(time.monotonic()), stop),
        kwargs={"allow_private": True, "on_trouble": lambda failure: troubles.append(failure.sentence)},
    )
    thread.start()
    try:
        eventually(lambda: news)
        yield
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_news_is_pushed_within_a_second_or_two(dovecot: Dovecot, folder_name: str) -> None:
    news: list[float] = []
    with watching(dovecot, news, []):
        known, began = len(news), time.monotonic()
        deliver(dovecot, "one")
        eventually(lambda: len(news) > known, within=3)

    assert news[-1] - began < 2


def test_after_an_outage_the_watch_goes_on_and_looks_for_what_it_missed(dovecot: Dovecot, folder_name: str) -> None:
    news: list[float] = []
    troubles: list[str] = []
    with watching(dovecot, news, troubles):
        known = len(news)
        dovecot.stop()
        eventually(lambda: troubles, within=5)
        dovecot.start()
        eventually(lambda: len(news) > known, within=10)
        known = len(news)
        deliver(dovecot, "one")
        eventually(lambda: len(news) > known, within=3)
