"""A report on its way to a safety mailbox through a real mail server, and the answers that come back."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import Any

import pytest
from pytest_django import Settings

from answerable.safety import handing_over, looking_up, referring
from answerable.safety.models import Referral, SafetySystem, SystemAnswer
from answerable.safety.tests.passing_on import officer_of, report_of, system_of
from answerable.testing.cast import Cast
from tests.peers.dovecot import PASSWORD, Dovecot
from tests.peers.postfix import Postfix
from tests.peers.programs import eventually

pytestmark = [pytest.mark.peers, pytest.mark.django_db]

DESK, SAFETY = "desk@example.org", "help@example.org"


@pytest.fixture
def system(cast: Cast, settings: Settings, dovecot: Dovecot, postfix: Postfix) -> SafetySystem:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    for user in (DESK, SAFETY):
        with dovecot.person(user) as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()
    servers: dict[str, Any] = {"smtp_host": "localhost", "smtp_port": postfix.port, "smtp_security": "starttls"}
    servers |= {"imap_host": "localhost", "imap_port": dovecot.imap, "imap_security": "starttls"}
    ends = {"to": SAFETY, "sender": DESK, "imap_user": DESK, "imap_password": PASSWORD}
    return system_of(cast, "mailbox", **servers, **ends)


def received(dovecot: Dovecot) -> Message | None:
    with dovecot.person(SAFETY) as client:
        client.select_folder("INBOX", readonly=True)
        for uid in client.search():
            return BytesParser().parsebytes(client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"])
    return None


def answer(postfix: Postfix, mail: Message, words: str, *, sender: str = SAFETY) -> None:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = sender, DESK, f"Re: {' '.join(mail['Subject'].split())}"
    reply["In-Reply-To"], reply["Message-ID"] = mail["Message-ID"].strip(), f"<{len(words)}.{sender}>"
    reply.set_content(f"{words}\n\n> Please answer this mail with the word “acknowledged”\n")
    with smtplib.SMTP("127.0.0.1", postfix.port) as smtp:
        smtp.sendmail(sender, [DESK], reply.as_bytes())


def test_a_report_by_mail_is_acknowledged_by_their_answer_and_by_no_other(
    cast: Cast, system: SafetySystem, dovecot: Dovecot, postfix: Postfix
) -> None:
    referral = referring.refer(report_of(cast), system=system, by=officer_of(cast))
    handing_over.send(referral)
    assert Referral.objects.get().state == Referral.State.SENT
    eventually(lambda: received(dovecot) is not None)
    mail = received(dovecot)
    assert mail is not None
    assert [part.get_payload(decode=True) for part in mail.walk() if part.get_filename()] == [
        referral.version.document.encode()
    ]

    answer(postfix, mail, "I am out of the office.")
    answer(postfix, mail, "Acknowledged, of course!", sender="pia@example.org")
    eventually(lambda: _read(system) and SystemAnswer.objects.count() == 1)
    assert Referral.objects.get().acknowledged_at is None, "an absence note holds no such word, and Pia is nobody there"

    answer(postfix, mail, "Acknowledged. Our number is 26-4471.")
    eventually(lambda: _read(system) and Referral.objects.get().state == Referral.State.ACKNOWLEDGED)
    _read(system)
    assert SystemAnswer.objects.count() == 2


def _read(system: SafetySystem) -> bool:
    system.refresh_from_db()
    looking_up.read_news(system)
    return True
