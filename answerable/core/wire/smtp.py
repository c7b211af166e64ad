"""SMTP on the wire: hand one message over, and know on which side of the final dot a failure fell."""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from answerable.core.wire import guard, tls
from answerable.core.wire.calls import Login, SendMail, SmtpAnswer
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.redaction import words

# RFC 5321 4.5.3.2.6 lets a server think for ten minutes over the final dot. Three keep a worker from being held by
# one dead server; what is still unknown then is looked up.
FINAL_ANSWER_WITHIN = 180.0
_READY_FOR_DATA = 354
_LINE_END = re.compile(rb"\r\n|\r|\n")


class Refused(Exception):
    """The server said no before the message was handed over: an answer, not a failure."""

    def __init__(self, code: int, text: bytes | str, refused: Mapping[str, tuple[int, str]] | None = None) -> None:
        super().__init__(code)
        self.answer = SmtpAnswer(code, words(text), refused or {})


def send(
    call: SendMail, *, allow_private: bool = False, before_handover: Callable[[], None] | None = None
) -> SmtpAnswer:
    """Hand the message over.

    1. A refusal at any step is an answer with its code; a recipient refused alone is in `refused`.
    2. `before_handover` is called after the server said 354, before the first byte of the message leaves.
    3. A failure before the final dot left is `NoAnswer(sent=False)`: a server must not deliver what was not ended
       (RFC 5321 4.1.1.4). After it, without an answer, `NoAnswer(sent=True)`.
    """
    host = call.server.host
    body = _transparent(call.body)
    try:
        with _signed_in(call, allow_private) as smtp:
            refused = _address(smtp, call)
            _expect(smtp.docmd("DATA"), _READY_FOR_DATA)
            if before_handover is not None:
                before_handover()
            smtp.send(body)
            return _final_dot(smtp, host, refused)
    except Refused as refusal:
        return refusal.answer
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(f"The mail server {host} broke off before it had the whole message.") from error


def _transparent(body: bytes) -> bytes:
    """Every line ends in CRLF and a leading dot is doubled (RFC 5321 4.5.2), so that no line inside ends the mail."""
    lines = _LINE_END.sub(b"\r\n", body)
    quoted = re.sub(rb"(?m)^\.", b"..", lines)
    return quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n"


@contextmanager
def _signed_in(call: SendMail, allow_private: bool) -> Iterator[smtplib.SMTP]:
    smtp = _Guarded(call, allow_private)
    try:
        # An address literal (RFC 5321 4.1.4): the machine's own name is nobody's business and may take a slow look-up.
        smtp.local_hostname = _literal(_socket(smtp))
        _greet(smtp, call)
        _sign_in(smtp, call.server.host, call.server.login)
        yield smtp
        _quit(smtp)
    finally:
        # Never QUIT on the way out of a failure: inside DATA it would be taken for a line of the message.
        smtp.close()


class _Guarded(smtplib.SMTP):
    """smtplib over a connection that passed the guard. `_get_socket` is the hook that SMTP_SSL itself uses."""

    def __init__(self, call: SendMail, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._from_first_byte = call.server.security == "tls"
        super().__init__(call.server.host, call.server.port, "localhost", call.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        sock = guard.connect(host, port, timeout=timeout, allow_private=self._allow_private)
        return tls.context().wrap_socket(sock, server_hostname=host) if self._from_first_byte else sock


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected
    return smtp.sock


def _literal(sock: socket.socket) -> str:
    ip = sock.getsockname()[0]
    return f"[IPv6:{ip}]" if ":" in ip else f"[{ip}]"


def _greet(smtp: smtplib.SMTP, call: SendMail) -> None:
    smtp.ehlo_or_helo_if_needed()
    if call.server.security == "starttls":
        # smtplib raises where STARTTLS is not offered: we never go on in the clear.
        _expect(smtp.starttls(context=tls.context()), 220)
        smtp.ehlo_or_helo_if_needed()


def _sign_in(smtp: smtplib.SMTP, host: str, login: Login | None) -> None:
    if login is None:
        return
    try:
        _authenticate(smtp, login)
    except smtplib.SMTPAuthenticationError as error:
        said = words(error.smtp_error, login.password, login.token)
        if error.smtp_code < 500:
            raise NoAnswer(f"{host} cannot check the sign-in now ({said}).") from error
        raise SignInRefused(host, said) from error
    except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
        raise SignInRefused(host, "it offers no way to sign in that fits what is entered") from error


def _authenticate(smtp: smtplib.SMTP, login: Login) -> None:
    if not login.token:
        smtp.login(login.user, login.password)
        return
    how, words, enough = _bearer(smtp, login)
    code, said = smtp.docmd("AUTH", f"{how} {base64.b64encode(words.encode()).decode()}")
    if code == 334:
        # The server shows its reason as a challenge and waits for one more line before it says no.
        reason = said
        code, said = smtp.docmd(enough)
        said = said or reason
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _bearer(smtp: smtplib.SMTP, login: Login) -> tuple[str, str, str]:
    """The mechanism, its words, and the line that ends a refused one (RFC 7628 3.2.3: a single control-A).

    XOAUTH2 is what the large providers speak; the standard's own way is taken where only that is offered.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "OAUTHBEARER" in offered and "XOAUTH2" not in offered:
        user = login.user.replace("=", "=3D").replace(",", "=2C")
        return "OAUTHBEARER", f"n,a={user},\1auth=Bearer {login.token}\1\1", "AQ=="
    return "XOAUTH2", f"user={login.user}\1auth=Bearer {login.token}\1\1", ""


def _address(smtp: smtplib.SMTP, call: SendMail) -> Mapping[str, tuple[int, str]]:
    """The envelope. Returns the recipients that were refused; raises `Refused` when none is left."""
    _expect(smtp.mail(_domain_in_ascii(call.sender), _options(smtp, call)), 250)
    refused = {}
    for recipient in call.recipients:
        code, said = smtp.rcpt(_domain_in_ascii(recipient))
        if code not in (250, 251):
            refused[recipient] = (code, words(said))
    if len(refused) == len(call.recipients):
        # The mildest refusal decides: where one recipient may be taken later, the mail may be tried later.
        code, text = min(refused.values(), default=(554, "no recipients"))
        raise Refused(code, text, refused)
    return refused


def _options(smtp: smtplib.SMTP, call: SendMail) -> list[str]:
    options = [f"SIZE={len(call.body)}"] if smtp.has_extn("size") else []
    if not call.body.isascii():
        _offered(smtp, "8bitmime", 554, "5.6.3 The mail server takes no 8-bit text.")
        options.append("BODY=8BITMIME")
    if _needs_utf8(call):
        _offered(smtp, "smtputf8", 553, "5.6.7 The mail server takes no addresses or headers beyond ASCII.")
        options.append("SMTPUTF8")
    return options


def _offered(smtp: smtplib.SMTP, extension: str, code: int, text: str) -> None:
    if not smtp.has_extn(extension):
        raise Refused(code, text)


def _needs_utf8(call: SendMail) -> bool:
    """RFC 6531 3.4: an address whose local part, or a header that, goes beyond ASCII."""
    headers = re.split(rb"\r?\n\r?\n", call.body, maxsplit=1)[0]
    addresses = (call.sender, *call.recipients)
    return not (headers.isascii() and all(_domain_in_ascii(address).isascii() for address in addresses))


def _domain_in_ascii(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii() or not local.isascii():
        return address
    return f"{local}@{domain.encode('idna').decode()}"


def _final_dot(smtp: smtplib.SMTP, host: str, refused: Mapping[str, tuple[int, str]]) -> SmtpAnswer:
    _expect_silence(_socket(smtp), host)
    try:
        smtp.send(b".\r\n")
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(f"The mail server {host} took the message and did not confirm it.", sent=True) from error
    if code < 200:
        raise NoAnswer(f"The mail server {host} took the message and answered what nobody can read.", sent=True)
    return SmtpAnswer(code, words(said), refused)


def _expect_silence(sock: socket.socket, host: str) -> None:
    """A server that hung up or spoke while the message was coming has not got it; the dot is then not sent at all."""
    sock.setblocking(False)
    try:
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        sock.settimeout(FINAL_ANSWER_WITHIN)
        return
    raise NoAnswer(f"The mail server {host} broke off before it had the whole message.")


def _expect(reply: tuple[int, bytes], wanted: int) -> None:
    if reply[0] != wanted:
        raise Refused(*reply)


def _quit(smtp: smtplib.SMTP) -> None:
    """Polite, and of no consequence: the outcome is already known."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        return
