"""STARTTLS on our own listener: offered with a certificate, never without, and never below TLS 1.2."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from answerable.core.errors import HouseError
from answerable.intake.listener_tls import Certificate
from answerable.intake.models import Envelope
from answerable.intake.smtp_listener import CONNECTIONS_PER_PEER
from answerable.testing.arriving import letter
from answerable.testing.cast import Cast
from answerable.testing.doors import open_listener
from tests.peers import certificates


@pytest.fixture
def made(tmp_path: Path, settings: Settings) -> certificates.Certificate:
    made = certificates.certificate(tmp_path)
    settings.ANSWERABLE_SMTP_CERTIFICATE, settings.ANSWERABLE_SMTP_KEY = str(made.file), str(made.key)
    return made


@pytest.fixture
def door(committed_cast: Cast, made: certificates.Certificate) -> Iterator[int]:
    with open_listener() as port:
        yield port


def trusting(made: certificates.Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(made.file))


def test_a_mail_comes_in_over_starttls(door: int, made: certificates.Certificate) -> None:
    with smtplib.SMTP("localhost", door) as smtp:
        assert smtp.ehlo()[0] == 250
        assert smtp.has_extn("starttls")
        smtp.starttls(context=trusting(made))
        smtp.ehlo()
        assert isinstance(smtp.sock, ssl.SSLSocket)
        assert smtp.sock.version() in ("TLSv1.2", "TLSv1.3")
        assert not smtp.has_extn("starttls")
        assert not smtp.has_extn("auth")
        smtp.sendmail("pia@example.org", "care@example.org", letter("It beeps."))

    assert b"It beeps." in Envelope.objects.get().bytes()


def test_a_mail_in_the_clear_is_taken_as_before(door: int) -> None:
    with smtplib.SMTP("localhost", door) as smtp:
        smtp.sendmail("pia@example.org", "care@example.org", letter("It beeps."))
    assert Envelope.objects.count() == 1


def test_what_was_said_in_the_clear_is_forgotten(door: int, made: certificates.Certificate) -> None:
    """RFC 3207, section 4.2: somebody in between may have said it."""
    with smtplib.SMTP("localhost", door) as smtp:
        smtp.ehlo()
        smtp.mail("otto@example.org")
        smtp.starttls(context=trusting(made))
        smtp.ehlo()
        assert smtp.rcpt("care@example.org")[0] == 503


def test_nothing_below_tls_1_2_is_spoken(door: int, made: certificates.Certificate) -> None:
    old = trusting(made)
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with smtplib.SMTP("localhost", door) as smtp, pytest.raises((ssl.SSLError, OSError)):
        smtp.starttls(context=old)


def test_broken_handshakes_take_no_place_from_others(door: int, made: certificates.Certificate) -> None:
    for _ in range(CONNECTIONS_PER_PEER + 5):
        with socket.create_connection(("localhost", door), 5) as sock, sock.makefile("rb") as said:
            said.readline()
            sock.sendall(b"EHLO x\r\n")
            while not said.readline().startswith(b"250 "):
                pass
            sock.sendall(b"STARTTLS\r\n")
            assert said.readline().startswith(b"220")
            sock.sendall(b"MAIL FROM:<otto@example.org>\r\n")
            said.read()
    for _ in range(CONNECTIONS_PER_PEER + 5):
        with smtplib.SMTP("localhost", door) as smtp:
            smtp.starttls(context=trusting(made))
            smtp.sendmail("pia@example.org", "care@example.org", letter("It beeps."))
    assert Envelope.objects.exists()


def test_without_a_certificate_nothing_is_offered(committed_cast: Cast) -> None:
    with open_listener() as port, smtplib.SMTP("localhost", port) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("starttls")


def test_a_renewed_certificate_serves_the_next_connection(made: certificates.Certificate, tmp_path: Path) -> None:
    ours = Certificate()
    (tmp_path / "next").mkdir()
    following = certificates.certificate(tmp_path / "next")
    assert ours.context is not None

    made.file.write_bytes(following.file.read_bytes())
    ours.refresh()
    assert shown(ours) != der(following)

    made.key.write_bytes(following.key.read_bytes())
    ours.refresh()
    assert shown(ours) == der(following)


def test_files_that_do_not_fit_are_named_in_a_sentence(
    made: certificates.Certificate, settings: Settings, tmp_path: Path
) -> None:
    for wrong in (str(made.file), str(tmp_path / "nowhere.pem")):
        settings.ANSWERABLE_SMTP_KEY = wrong
        with pytest.raises(HouseError, match="No mail is taken in"):
            Certificate()


def shown(ours: Certificate) -> bytes:
    """What a client is shown, in DER."""
    assert ours.context is not None
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(incoming, outgoing)
    two = ours.context.wrap_bio(there, back, server_side=True)
    for _ in range(6):
        for side in (one, two):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            there.write(outgoing.read())
            incoming.write(back.read())
    found = one.getpeercert(binary_form=True)
    assert found
    return found


def der(made: certificates.Certificate) -> bytes:
    return ssl.PEM_cert_to_DER_cert(made.file.read_text())
