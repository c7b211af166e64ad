"""Mail that other servers bring to our door."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django import Settings

from answerable.channels import connecting
from answerable.core.access import House
from answerable.core.models import Team
from answerable.intake import smtp_listener
from answerable.intake.models import Envelope
from answerable.intake.smtp_listener import CONNECTIONS_PER_PEER, source_of
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast, make_mailbox
from answerable.testing.doors import open_listener

CARE, HELP = "care@example.org", "help@example.org"


@pytest.fixture
def door(committed_cast: Cast, settings: Settings) -> Iterator[int]:
    settings.ANSWERABLE_MAX_MAIL_BYTES = 2_000_000
    with open_listener() as port:
        yield port


def bring(port: int, *recipients: str, body: bytes = b"", sender: str = "pia@example.net") -> tuple[int, bytes]:
    """Bring a mail and return the last answer, or the answer of the first recipient that was refused."""
    with smtplib.SMTP("127.0.0.1", port, "peer.example.net", 10) as smtp:
        smtp.ehlo()
        smtp.mail(sender)
        for recipient in recipients:
            code, said = smtp.rcpt(recipient)
            if code != 250:
                return code, said
        return smtp.data(body or letter("It beeps."))


def test_a_mail_is_stored_as_it_came_before_it_is_confirmed(door: int, committed_cast: Cast) -> None:
    body = b"Subject: x\r\n\r\n.dots\r\n\xff not text \x00\r\n"

    assert bring(door, CARE, body=body)[0] == 250

    envelope = Envelope.objects.get()
    assert (envelope.source, envelope.bytes(), envelope.state) == (committed_cast.mailbox, body, Envelope.State.WAITING)
    assert envelope.headers == {
        "mail_from": "pia@example.net",
        "rcpt_to": CARE,
        "peer": "127.0.0.1",
        "helo": "peer.example.net",
    }


def test_the_same_mail_brought_twice_is_one_envelope(door: int) -> None:
    assert bring(door, CARE)[0] == bring(door, CARE)[0] == 250
    assert Envelope.objects.count() == 1


def test_a_bounce_has_an_empty_sender_and_is_taken(door: int) -> None:
    assert bring(door, CARE, sender="")[0] == 250
    assert Envelope.objects.get().headers["mail_from"] == ""


@pytest.mark.parametrize("address", ["CARE@Example.ORG", "care+case-12@example.org", "care+a+b@example.org"])
def test_our_address_is_ours_in_every_spelling(door: int, committed_cast: Cast, address: str) -> None:
    assert bring(door, address)[0] == 250
    assert Envelope.objects.get().source == committed_cast.mailbox


@pytest.mark.parametrize(
    "address", ["nobody@example.org", "care@example.net", "otto@example.com", "care%x@example.org"]
)
def test_mail_for_anybody_else_is_refused_for_good(door: int, address: str) -> None:
    code, said = bring(door, address)

    assert (code, said[:5]) == (550, b"5.1.1")
    assert not Envelope.objects.exists()


def test_a_handle_of_another_network_that_looks_like_an_address_takes_no_mail(committed_cast: Cast) -> None:
    committed_cast.square.address = "glimo@square.example.org"
    committed_cast.square.save()

    assert source_of("glimo@square.example.org") is None


def test_an_address_that_two_workspaces_name_belongs_to_the_first(committed_cast: Cast) -> None:
    elsewhere = Team.objects.get(workspace_id=committed_cast.otto.workspace_id)
    make_mailbox(elsewhere, by=House(elsewhere.workspace_id, "tests"))

    assert source_of(CARE) == committed_cast.mailbox


def test_a_paused_source_still_takes_mail(door: int, committed_cast: Cast) -> None:
    connecting.pause(committed_cast.mailbox, by=committed_cast.root)

    assert bring(door, CARE)[0] == 250


def test_one_mail_to_two_of_our_addresses_is_one_envelope_each_and_hides_the_other(
    door: int, committed_cast: Cast
) -> None:
    second = make_mailbox(committed_cast.device_support, by=House(committed_cast.workspace.pk, "tests"), address=HELP)

    assert bring(door, CARE, HELP)[0] == 250

    assert {each.source: each.headers["rcpt_to"] for each in Envelope.objects.all()} == {
        committed_cast.mailbox: CARE,
        second: HELP,
    }


def test_a_mail_over_the_limit_is_refused_for_good_and_not_kept(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["size"] == "2000000"
        assert smtp.mail("pia@example.net", ["SIZE=2000001"])[1].startswith(b"5.3.4")

    code, said = bring(door, CARE, body=b"x\r\n" * 700_000)
    assert (code, said[:5]) == (552, b"5.3.4")
    assert not Envelope.objects.exists()


def test_a_large_mail_with_one_long_line_is_taken(door: int) -> None:
    body = b"Subject: x\r\n\r\n" + b"y" * 900_000 + b"\r\n"

    assert bring(door, CARE, body=body)[0] == 250
    assert Envelope.objects.get().bytes() == body


def test_where_the_store_is_full_the_sender_keeps_the_mail(door: int, settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    settings.ANSWERABLE_FILES = blocked

    code, said = bring(door, CARE, body=b"Subject: x\r\n\r\n" + b"line\r\n" * 100_000)

    assert (code, said[:5]) == (452, b"4.3.1")
    assert not Envelope.objects.exists()


@contextmanager
def database_away() -> Iterator[None]:
    """Every connection is cut and none is let in, as while a server restarts."""
    facts = connection.settings_dict
    name = sql.Identifier(facts["NAME"])
    connection.close()
    outside = {"dbname": "postgres", "host": facts["HOST"]}
    login = {"port": facts["PORT"], "user": facts["USER"], "password": facts["PASSWORD"]}
    with psycopg.connect(**outside, **login, autocommit=True) as elsewhere:
        elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        elsewhere.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [facts["NAME"]])
        try:
            yield
        finally:
            elsewhere.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def test_while_the_database_is_away_the_sender_keeps_every_mail_and_all_is_well_after(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door) as smtp:
        smtp.ehlo()
        with database_away():
            smtp.mail("pia@example.net")
            assert smtp.rcpt(CARE)[0] == 451
            smtp.rset()
        smtp.mail("pia@example.net")
        assert smtp.rcpt(CARE)[0] == 250
        with database_away():
            assert smtp.data(letter("It beeps."))[0] == 451
        assert smtp.sendmail("pia@example.net", [CARE], letter("It beeps.")) == {}

    assert Envelope.objects.count() == 1


def test_a_mail_to_two_sources_is_kept_for_both_or_for_none(door: int, committed_cast: Cast) -> None:
    make_mailbox(committed_cast.device_support, by=House(committed_cast.workspace.pk, "tests"), address=HELP)
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE intake_envelope ADD CONSTRAINT only_one CHECK (source_id = {committed_cast.mailbox.pk}) NOT VALID"
        )
    try:
        assert bring(door, CARE, HELP)[0] == 451
        assert not Envelope.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_envelope DROP CONSTRAINT only_one")


def test_nobody_is_offered_to_sign_in(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        with pytest.raises(smtplib.SMTPNotSupportedError):
            smtp.login("ada", "secret")


def test_one_peer_may_not_take_every_connection(door: int) -> None:
    held = [socket.create_connection(("127.0.0.1", door)) for _ in range(CONNECTIONS_PER_PEER)]
    try:
        for each in held:
            assert each.recv(100).startswith(b"220")
        with closing(socket.create_connection(("127.0.0.1", door))) as another:
            assert another.recv(100).startswith(b"421 4.7.0")
    finally:
        for each in held:
            each.close()


def test_a_peer_that_only_asks_is_sent_away(door: int) -> None:
    with smtplib.SMTP("127.0.0.1", door) as smtp:
        answers = [smtp.docmd("VRFY", CARE)[0] for _ in range(21)]

    assert answers[0] == 252
    assert answers[-1] == 421


def test_a_mail_that_finds_all_hands_full_is_told_to_come_again(door: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_listener, "BODY_WAITS", 0.2)
    held = [_holding_a_body(door) for _ in range(smtp_listener.BODIES_AT_ONCE)]
    try:
        with pytest.raises(smtplib.SMTPDataError, match="452"):
            bring(door, CARE)
    finally:
        for each in held:
            each.close()

    assert bring(door, CARE)[0] == 250


def _holding_a_body(port: int) -> smtplib.SMTP:
    smtp = smtplib.SMTP("127.0.0.1", port)
    smtp.ehlo()
    smtp.mail("pia@example.net")
    smtp.rcpt(CARE)
    assert smtp.docmd("DATA")[0] == 354
    return smtp
