"""SMPP on the wire: binding to a centre for short messages, submitting, and receiving with acknowledgement after taking.

The PDUs are written and read by `core.text.smpp`. A library was weighed (smpplib): it makes its own connections past the
guard, loses its place in the stream when a time-out falls into a PDU, and writes whole PDUs into its log.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from answerable.core.text import smpp
from answerable.core.text.smpp import Pdu
from answerable.core.wire import guard, tls
from answerable.core.wire.calls import MessageCentre, ReceiveShort, ShortAnswer, SubmitShort
from answerable.core.wire.failures import NoAnswer, SignInRefused

BOUND = b"bound"
BIND_WITHIN = 15.0
ALIVE_EVERY = 30.0
SILENT_AFTER = 90.0
OK, ALREADY_BOUND = 0x00, 0x05
# ESME_RBINDFAIL, ESME_RINVPASWD, ESME_RINVSYSID (SMPP 3.4, 5.1.3)
REFUSED = frozenset({0x0D, 0x0E, 0x0F})


def submit(call: SubmitShort, *, allow_private: bool, before_handover: Callable[[], None] | None = None) -> ShortAnswer:
    """Submit part after part; the first that is refused ends it. A break after the handover leaves the outcome unknown."""
    with _bound(call.centre, smpp.BIND_TRANSMITTER, allow_private) as line:
        if before_handover is not None:
            before_handover()
        ids: list[str] = []
        try:
            for part in call.parts:
                answer = line.ask(smpp.SUBMIT_SM, part, within=call.timeout)
                if answer.status != OK:
                    return ShortAnswer(tuple(ids), answer.status)
                ids.append(smpp.message_id(answer.body))
        except NoAnswer as failure:
            raise NoAnswer(f"{call.centre.host} did not say whether it took it.", sent=True) from failure
        return ShortAnswer(tuple(ids))


@contextmanager
def opened(call: ReceiveShort, *, allow_private: bool) -> Iterator[ShortFrames]:
    with _bound(call.centre, smpp.BIND_RECEIVER, allow_private) as line:
        yield ShortFrames(line)


class ShortFrames:
    """What a centre delivers, frame by frame; `acknowledge` says that all that came so far is safe."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._taken: list[int] = []
        self._is_new = True
        self._alive_at = self._heard_at = time.monotonic()

    def next(self, within: float) -> bytes | None:
        """None where nothing came in time. Raises `NoAnswer` when the bind has ended."""
        if self._is_new:
            self._is_new = False
            return BOUND
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            pdu = self._line.next(left)
            if pdu is None:
                break
            self._heard_at = time.monotonic()
            if pdu.command == smpp.DELIVER_SM:
                self._taken.append(pdu.sequence)
                return pdu.whole()
            self._line.answer(pdu)
        self._stay_alive()
        return None

    def acknowledge(self) -> None:
        for sequence in self._taken:
            self._line.send(Pdu(smpp.DELIVER_SM | smpp.ANSWER, OK, sequence, b"\0"))
        self._taken.clear()

    def _stay_alive(self) -> None:
        at = time.monotonic()
        if at - self._heard_at > SILENT_AFTER:
            raise NoAnswer("The centre for short messages has been silent for too long.")
        if at - self._alive_at > ALIVE_EVERY:
            self._alive_at = at
            self._line.enquire()


class Line:
    """One bound connection. PDUs are cut from what came, so that no time-out can fall into one."""

    def __init__(self, sock: socket.socket, host: str) -> None:
        self._sock, self._host = sock, host
        self._came = bytearray()
        self._sequence = 0

    def ask(self, command: int, body: bytes, *, within: float) -> Pdu:
        """Send a request and wait for its answer; what the centre asks meanwhile is answered."""
        self._sequence += 1
        self.send(Pdu(command, OK, self._sequence, body))
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            pdu = self.next(left)
            if pdu is not None and pdu.sequence == self._sequence and pdu.command & smpp.ANSWER:
                return pdu
            if pdu is not None:
                self.answer(pdu)
        raise NoAnswer(f"{self._host} gave no answer (time-out).")

    def enquire(self) -> None:
        self._sequence += 1
        self.send(Pdu(smpp.ENQUIRE_LINK, OK, self._sequence))

    def answer(self, pdu: Pdu) -> None:
        """What is asked of us beside messages: a sign of life, or to end it."""
        if pdu.command == smpp.ENQUIRE_LINK:
            self.send(Pdu(smpp.ENQUIRE_LINK | smpp.ANSWER, OK, pdu.sequence))
        if pdu.command == smpp.UNBIND:
            self.send(Pdu(smpp.UNBIND | smpp.ANSWER, OK, pdu.sequence))
            raise NoAnswer(f"{self._host} ended the bind.")

    def send(self, pdu: Pdu) -> None:
        try:
            self._sock.sendall(pdu.whole())
        except OSError as error:
            raise NoAnswer(f"The connection to {self._host} broke.") from error

    def next(self, within: float) -> Pdu | None:
        """The next PDU, None where none came whole in time."""
        until = time.monotonic() + within
        while (whole := self._cut()) is None:
            left = until - time.monotonic()
            if left <= 0:
                return None
            self._read(left)
        return smpp.read(whole)

    def _cut(self) -> bytes | None:
        if len(self._came) < 4:
            return None
        length = int.from_bytes(self._came[:4], "big")
        if not smpp.HEADER.size <= length <= smpp.LONGEST:
            raise NoAnswer(f"{self._host} speaks something else than SMPP.")
        if len(self._came) < length:
            return None
        whole, self._came = bytes(self._came[:length]), self._came[length:]
        return whole

    def _read(self, within: float) -> None:
        self._sock.settimeout(within)
        try:
            came = self._sock.recv(65536)
        except TimeoutError:
            return
        except OSError as error:
            raise NoAnswer(f"The connection to {self._host} broke.") from error
        if not came:
            raise NoAnswer(f"{self._host} closed the connection.")
        self._came += came


@contextmanager
def _bound(centre: MessageCentre, command: int, allow_private: bool) -> Iterator[Line]:
    with _connected(centre, allow_private) as sock:
        line = Line(sock, centre.host)
        try:
            body = smpp.bind(command, centre.system_id, centre.password, centre.system_type)
        except ValueError as error:
            raise SignInRefused(centre.host, "the system id or the password is too long") from error
        answer = line.ask(command, body, within=BIND_WITHIN)
        if answer.status in REFUSED:
            raise SignInRefused(centre.host, f"SMPP status {answer.status}")
        if answer.status != OK:
            raise NoAnswer(f"{centre.host} does not take a bind now (SMPP status {answer.status}).")
        try:
            yield line
        finally:
            with suppress(NoAnswer):
                line.send(Pdu(smpp.UNBIND, OK, 0x7FFFFFFF))


@contextmanager
def _connected(centre: MessageCentre, allow_private: bool) -> Iterator[socket.socket]:
    plain = guard.connect(centre.host, centre.port, timeout=BIND_WITHIN, allow_private=allow_private)
    with plain:
        if centre.security != "tls":
            yield plain
            return
        try:
            with tls.context().wrap_socket(plain, server_hostname=centre.host) as secured:
                yield secured
        except ssl.SSLError as error:
            raise NoAnswer(f"{centre.host} is not trusted, or speaks no TLS.") from error
