"""Mail on its whole way: real servers on both sides, the house between them."""

from __future__ import annotations

import email
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message

import pytest
from pytest_django import Settings

from answerable.cases import assigning
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations import models as conversations
from answerable.core.access import House
from answerable.core.models import Event
from answerable.intake import imap_watcher, pipeline, polling
from answerable.intake.models import Envelope
from answerable.intake.watches import Watches
from answerable.replies import answering, sending
from answerable.replies.models import Reply
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast, make_mailbox
from answerable.testing.doors import open_listener
from tests.peers.dovecot import PASSWORD, Dovecot
from tests.peers.postfix import Postfix
from tests.peers.programs import eventually

PROVES = ("email",)
pytestmark = pytest.mark.peers

HELP, DESK, PIA = "help@example.org", "desk@example.org", "pia@example.org"


@pytest.fixture
def ours(committed_cast: Cast, settings: Settings, dovecot: Dovecot) -> Cast:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    for user in (HELP, DESK, PIA):
        with dovecot.person(user) as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()
    return committed_cast


@pytest.fixture
def mailbox(ours: Cast, dovecot: Dovecot, postfix: Postfix) -> Source:
    return fetched(ours, HELP, dovecot, postfix)


def fetched(ours: Cast, address: str, dovecot: Dovecot, postfix: Postfix, **values: object) -> Source:
    """A source whose mail is fetched from Dovecot and whose answers go through Postfix, both over STARTTLS."""
    settings = {
        "arrival": "imap",
        "imap_host": "localhost",
        "imap_port": dovecot.imap,
        "imap_security": "starttls",
        "imap_user": address,
        "imap_password": PASSWORD,
        "smtp_host": "localhost",
        "smtp_port": postfix.port,
        "smtp_security": "starttls",
        **values,
    }
    return make_mailbox(ours.front_line, by=House(ours.workspace.pk, "tests"), address=address, **settings)


def post(postfix: Postfix, body: bytes, *to: str, sender: str = PIA) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.port) as smtp:
        smtp.sendmail(sender, to, body)


def mail(number: int, *, to: str = HELP, sender: str = PIA, text: str = "It beeps.") -> bytes:
    return letter(text, sender=sender, to=to, message_id=f"<{number}@example.net>", subject=f"Glimo {number}")


def opened(source: Source) -> Case | None:
    while pipeline.open_waiting(source):
        pass
    return Case.objects.order_by("-id").first()


@contextmanager
def watched() -> Iterator[Watches]:
    watches = Watches(imap_watcher.duties)
    watches.refresh()
    try:
        yield watches
    finally:
        watches.close()


def in_mailbox(dovecot: Dovecot, user: str) -> list[Message]:
    with dovecot.person(user) as client:
        client.select_folder("INBOX", readonly=True)
        return [
            email.message_from_bytes(each[b"BODY[]"]) for each in client.fetch(client.search(), ["BODY[]"]).values()
        ]


def test_a_mail_is_pushed_and_becomes_a_case(mailbox: Source, postfix: Postfix) -> None:
    with watched():
        eventually(lambda: Source.objects.get(pk=mailbox.pk).cursor)
        began = time.monotonic()
        post(postfix, mail(1), HELP)
        eventually(Envelope.objects.exists, within=5)
        assert time.monotonic() - began < 3

    case = opened(mailbox)
    assert case is not None
    assert conversations.Message.objects.get().text.strip() == "It beeps."


def test_what_a_person_read_first_is_heard_all_the_same(mailbox: Source, postfix: Postfix, dovecot: Dovecot) -> None:
    post(postfix, mail(1), HELP)
    eventually(lambda: in_mailbox(dovecot, HELP))
    with dovecot.person(HELP) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [b"\\Seen"])

    assert polling.poll(mailbox) == 1


def test_a_folder_made_anew_doubles_nothing_and_loses_nothing(ours: Cast, dovecot: Dovecot, postfix: Postfix) -> None:
    source = fetched(ours, HELP, dovecot, postfix, folder="Care")
    with dovecot.person(HELP) as client:
        client.create_folder("Care")
        for number in (1, 2):
            client.append("Care", mail(number))
        assert polling.poll(source) == 2
        client.delete_folder("Care")
        time.sleep(1.1)
        client.create_folder("Care")
        for number in (1, 2, 3):
            client.append("Care", mail(number))

        assert polling.poll(source) == 1
        client.delete_folder("Care")
    opened(source)
    assert conversations.Message.objects.count() == 3


def test_an_outage_loses_nothing_and_doubles_nothing(mailbox: Source, dovecot: Dovecot, postfix: Postfix) -> None:
    with watched():
        post(postfix, mail(1), HELP)
        eventually(lambda: Envelope.objects.count() == 1)
        dovecot.stop()
        eventually(lambda: Source.objects.get(pk=mailbox.pk).failing_since)
        for number in (2, 3, 4):
            post(postfix, mail(number), HELP)
        time.sleep(2)
        dovecot.start()
        eventually(lambda: Envelope.objects.count() == 4, within=30)
        eventually(lambda: Source.objects.get(pk=mailbox.pk).failing_since is None)

    opened(mailbox)
    assert conversations.Message.objects.count() == Envelope.objects.count() == 4
    kinds = list(Event.objects.filter(kind__startswith="source_").order_by("id").values_list("kind", flat=True))
    assert kinds[-2:] == ["source_failing", "source_recovered"]


def test_a_wrong_password_pauses_the_source_and_says_what_to_do(ours: Cast, dovecot: Dovecot, postfix: Postfix) -> None:
    source = fetched(ours, HELP, dovecot, postfix, imap_password="wrong horse")

    with watched() as watches:
        eventually(lambda: Source.objects.get(pk=source.pk).state == Source.State.PAUSED)
        watches.refresh()

        source.refresh_from_db()
        assert "refused the sign-in" in source.trouble
        assert "Enter the password again" in source.trouble
        assert "horse" not in source.trouble

        values = {**source.settings, "address": HELP, "imap_password": PASSWORD}
        connecting.change(source, label=source.label, team=ours.front_line, values=values, by=ours.root)
        connecting.resume(source, by=ours.root)
        watches.refresh()
        post(postfix, mail(1), HELP)
        eventually(Envelope.objects.exists)


def test_an_answer_arrives_in_the_customers_thread(
    ours: Cast, mailbox: Source, dovecot: Dovecot, postfix: Postfix
) -> None:
    reply = answered(ours, mailbox, postfix, dovecot, mail(1))

    assert reply.state == Reply.State.SENT
    eventually(lambda: in_mailbox(dovecot, PIA))
    (arrived,) = in_mailbox(dovecot, PIA)
    assert arrived["In-Reply-To"] == "<1@example.net>"
    assert "<1@example.net>" in arrived["References"]
    assert HELP in arrived["From"]
    assert "ESMTPS" in " ".join(arrived.get_all("Received", []))


def test_a_reply_that_nobody_takes_comes_back_to_its_attempt(
    ours: Cast, mailbox: Source, dovecot: Dovecot, postfix: Postfix
) -> None:
    reply = answered(ours, mailbox, postfix, dovecot, mail(1, sender="gone@example.org"))
    assert reply.state == Reply.State.SENT

    eventually(lambda: polling.poll(mailbox), within=20)
    opened(mailbox)

    reply.refresh_from_db()
    assert reply.state == Reply.State.FAILED
    assert reply.attempts.get().number == 1
    assert Case.objects.count() == 1


def test_one_mail_in_two_mailboxes_is_one_message(
    ours: Cast, mailbox: Source, dovecot: Dovecot, postfix: Postfix
) -> None:
    second = fetched(ours, DESK, dovecot, postfix)
    post(postfix, mail(1, to=f"{HELP}, {DESK}"), HELP, DESK)
    eventually(lambda: in_mailbox(dovecot, HELP) and in_mailbox(dovecot, DESK))

    assert polling.poll(mailbox) == polling.poll(second) == 1
    opened(mailbox)
    opened(second)

    message = conversations.Message.objects.get()
    assert message.sightings.count() == 2
    assert Case.objects.count() == 1


def test_a_mail_of_sixty_megabytes_is_fetched_whole(mailbox: Source, dovecot: Dovecot, postfix: Postfix) -> None:
    post(postfix, mail(1) + b"y" * 72 + b"\r\n" + (b"x" * 72 + b"\r\n") * 800_000, HELP)
    eventually(lambda: polling.poll(mailbox), within=60)

    assert Envelope.objects.get().size > 58_000_000
    assert opened(mailbox) is not None


def test_postfix_hands_a_mail_of_sixty_megabytes_to_our_listener(ours: Cast, postfix: Postfix) -> None:
    make_mailbox(ours.front_line, by=House(ours.workspace.pk, "tests"), address="care@listener.example.org")
    body = mail(1) + (b"x" * 72 + b"\r\n") * 800_000

    with open_listener(postfix.listener):
        post(postfix, body, "care@listener.example.org")
        # Until our 250 has reached it: it would bring the mail again to whoever listens next.
        eventually(lambda: not postfix.waiting(), within=60)

    assert Envelope.objects.get().size > 58_000_000


def test_postfix_keeps_a_mail_while_our_listener_is_away_and_brings_it_once(ours: Cast, postfix: Postfix) -> None:
    make_mailbox(ours.front_line, by=House(ours.workspace.pk, "tests"), address="care@listener.example.org")
    assert not postfix.waiting()
    post(postfix, mail(1), "care@listener.example.org")
    eventually(lambda: postfix.waiting("deferred"), within=30)

    with open_listener(postfix.listener):
        eventually(lambda: not postfix.waiting(), within=60)

    assert Envelope.objects.count() == 1


def answered(ours: Cast, mailbox: Source, postfix: Postfix, dovecot: Dovecot, body: bytes) -> Reply:
    post(postfix, body, HELP)
    eventually(lambda: polling.poll(mailbox))
    case = opened(mailbox)
    assert case is not None
    assigning.take(case, expected=assigning.holder_mark(case), by=ours.ada)
    reply = answering.answer(case, text="We send a new one.", audience="private", key="k1", by=ours.ada)
    sending.send(reply)
    reply.refresh_from_db()
    return reply
