"""Handing one mail over, and on which side of the final dot a failure fell."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from answerable.core import wire
from answerable.core.tests.wire_peers import heard, speaking
from answerable.core.wire.calls import Login, MailServer, SendMail, SmtpAnswer
from answerable.core.wire.failures import NoAnswer, SignInRefused

BODY = b"Subject: Glimo\r\n\r\nIt beeps.\r\n"
PIA, ROB = "pia@example.org", "rob@example.org"


class Postbox:
    """Keeps what it gets; knows neither Rob nor a wrong password."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == ROB:
            return "550 5.1.1 No Rob here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 2.0.0 queued as A1"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        right = base64.b64decode(args[1]) == b"user=ada\1auth=Bearer good\1\1"
        return AuthResult(success=right, handled=False)


@contextmanager
def postbox() -> Iterator[tuple[Postbox, int]]:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, how: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=login == LoginPassword(b"ada", b"right"), handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Postbox()
    controller = Controller(
        box, "127.0.0.1", port, authenticator=authenticate, auth_require_tls=False, enable_SMTPUTF8=True
    )
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def scripted(
    *after: Callable[[socket.socket], None], extensions: str = "250 SIZE 1000"
) -> Callable[[socket.socket], None]:
    """A server that agrees up to DATA and then does as the test says."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"220 peer\r\n")
        for answer in (f"{extensions}\r\n".encode(), b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"):
            if not heard(connection, b"\r\n"):
                return
            connection.sendall(answer)
        for step in after:
            step(connection)

    return script


def send(
    port: int,
    body: bytes = BODY,
    to: tuple[str, ...] = (PIA,),
    login: Login | None = None,
    before: Callable[[], None] | None = None,
    security: str = "none",
) -> SmtpAnswer:
    call = SendMail(MailServer("127.0.0.1", port, security, login), "care@example.org", to, body, timeout=3)
    answer = wire.run(call, allow_private=True, before_handover=before)
    assert isinstance(answer, SmtpAnswer)
    return answer


def test_a_mail_arrives_as_it_was_written() -> None:
    body = BODY + b".\r\n..two\r\n. one\r\nlast line without an end"
    with postbox() as (box, port):
        answer = send(port, body)

    assert (answer.code, answer.text) == (250, "2.0.0 queued as A1")
    assert box.mails[0].original_content == body + b"\r\n"
    assert (box.mails[0].mail_from, box.mails[0].rcpt_tos) == ("care@example.org", [PIA])


@pytest.mark.parametrize("end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r\n"])
def test_no_line_inside_a_mail_can_end_it_and_begin_another(end: bytes) -> None:
    smuggled = b"Subject: x\r\n\r\nfirst" + end + b"MAIL FROM:<otto@example.org>\r\n"
    with postbox() as (box, port):
        send(port, smuggled)

    assert len(box.mails) == 1
    assert b"MAIL FROM:<otto" in (box.mails[0].original_content or b"")


def test_a_recipient_refused_alone_is_named_and_the_others_get_the_mail() -> None:
    with postbox() as (box, port):
        answer = send(port, to=(PIA, ROB))

    assert answer.code == 250
    assert answer.refused == {ROB: (550, "5.1.1 No Rob here")}
    assert box.mails[0].rcpt_tos == [PIA]


def test_where_everybody_is_refused_nothing_is_handed_over() -> None:
    handed: list[bool] = []
    with postbox() as (box, port):
        answer = send(port, to=(ROB,), before=lambda: handed.append(True))

    assert (answer.code, answer.text) == (550, "5.1.1 No Rob here")
    assert (box.mails, handed) == ([], [])


def test_the_outbox_is_told_before_the_first_byte_and_may_stop_it() -> None:
    got: list[bytes] = []

    def stop() -> None:
        raise RuntimeError("the outbox could not write")

    with (
        speaking(scripted(lambda connection: got.append(heard(connection, b".\r\n")))) as port,
        pytest.raises(RuntimeError),
    ):
        send(port, before=stop)

    assert got == [b""]


def test_a_server_that_hangs_up_before_the_final_dot_does_not_have_the_mail() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(10)

    big = BODY + b"x" * 5_000_000
    with speaking(scripted(hang_up)) as port, pytest.raises(NoAnswer) as failure:
        send(port, big)

    assert failure.value.sent is False


def test_a_server_that_hangs_up_after_the_final_dot_may_have_the_mail() -> None:
    with (
        speaking(scripted(lambda connection: void(heard(connection, b"\r\n.\r\n")))) as port,
        pytest.raises(NoAnswer) as failure,
    ):
        send(port)

    assert failure.value.sent is True


def test_a_refusal_after_the_final_dot_is_an_answer() -> None:
    def refuse(connection: socket.socket) -> None:
        heard(connection, b"\r\n.\r\n")
        connection.sendall(b"554 5.7.1 Not this one\r\n")
        heard(connection, b"quit\r\n")

    with speaking(scripted(refuse)) as port:
        assert send(port) == SmtpAnswer(554, "5.7.1 Not this one")


@pytest.mark.parametrize("login", [Login("ada", "right"), Login("ada", token="good")])
def test_a_right_password_or_token_signs_in(login: Login) -> None:
    with postbox() as (_, port):
        assert send(port, login=login).code == 250


def test_where_only_the_standards_way_is_offered_a_token_is_shown_that_way() -> None:
    """RFC 7628, sections 3.1 and 3.2.3: a refusal is ended with one control-A."""
    told: list[bytes] = []

    def script(connection: socket.socket) -> None:
        connection.sendall(b"220 peer\r\n")
        for answer in (b"250-peer\r\n250 AUTH OAUTHBEARER\r\n", b"334 e30=\r\n", b"535 5.7.8 no\r\n"):
            told.append(heard(connection, b"\r\n"))
            connection.sendall(answer)

    with speaking(script) as port, pytest.raises(SignInRefused):
        send(port, login=Login("a,da", token="wrong-one"))

    command, mechanism, words = told[1].split()
    assert (command.upper(), mechanism) == (b"AUTH", b"OAUTHBEARER")
    assert base64.b64decode(words) == b"n,a=a=2Cda,\1auth=Bearer wrong-one\1\1"
    assert told[2] == b"AQ==\r\n"


@pytest.mark.parametrize("login", [Login("ada", "wrong-one"), Login("ada", token="wrong-one"), Login("ada", "ż")])
def test_a_wrong_one_is_refused_with_a_sentence_that_does_not_hold_it(login: Login) -> None:
    with postbox() as (box, port), pytest.raises(SignInRefused) as refusal:
        send(port, login=login)

    assert box.mails == []
    assert refusal.value.sent is False
    assert "Enter the password again" in refusal.value.sentence
    assert "wrong-one" not in refusal.value.sentence


def test_a_server_without_starttls_gets_neither_the_password_nor_the_mail() -> None:
    with postbox() as (box, port), pytest.raises(NoAnswer) as failure:
        send(port, login=Login("ada", "right"), security="starttls")

    assert box.mails == []
    assert failure.value.sent is False


@pytest.mark.parametrize(
    ("body", "to", "code"),
    [
        (BODY + "Żółw".encode(), PIA, 554),
        ("Subject: Żółw\r\n\r\nHi".encode(), PIA, 554),
        (BODY, "żółw@example.org", 553),
    ],
)
def test_what_a_server_cannot_carry_is_refused_before_it_is_sent(body: bytes, to: str, code: int) -> None:
    with speaking(scripted()) as port:
        assert send(port, body, (to,)).code == code


def test_text_and_addresses_beyond_ascii_go_where_they_can() -> None:
    body = "Subject: Żółw\r\n\r\nŻółw\r\n".encode()
    with postbox() as (box, port):
        assert send(port, body, ("żółw@example.org", "pia@bücher.example")).code == 250

    assert box.mails[0].original_content == body
    assert box.mails[0].rcpt_tos == ["żółw@example.org", "pia@xn--bcher-kva.example"]


def void(_: object) -> None:
    return None
