"""The mail listener: an SMTP server that takes mail for our own addresses and for nothing else (RFC 5321).

Raw first: 250 is said after the transaction that stores the bytes, never before. Whatever goes wrong is answered with
4xx, so that the sender keeps the mail and comes again; 5xx is said only of what can never be taken.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, transaction

from answerable.channels.contract import Raw, Unsupported
from answerable.channels.email.addresses import normal
from answerable.channels.models import Source
from answerable.core import outages
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.intake.listener_tls import Certificate
from answerable.intake.receiving import receive

log = logging.getLogger(__name__)

T = TypeVar("T")

CONNECTIONS = 200
CONNECTIONS_PER_PEER = 20
BODIES_AT_ONCE = 8
BODY_WAITS = 60.0
SILENCE = 300.0
MOST_RECIPIENTS = 100
# Per connection. A relay may hand over many mails on one; nobody needs to greet or ask for help often.
COMMANDS = {"*": 20, "MAIL": 500, "RCPT": 5_000, "DATA": 500, "RSET": 1_000}

TOO_MANY = b"421 4.7.0 Too many connections. Nothing was taken. Try again later.\r\n"
BUSY = "452 4.3.1 Too many mails at once. This one was not taken. Try again later."
NOBODY = "550 5.1.1 There is no such address here."
CROWD = "452 4.5.3 Too many recipients at once. Send the rest in a second mail."
KEPT = "250 2.6.0 Kept."
FULL = "452 4.3.1 There is no room now. The mail was not taken. Try again later."
TROUBLE = "451 4.3.0 There is trouble here. The mail was not taken. Try again later."
TOO_LARGE = "552 5.3.4 The mail is larger than this server takes."
# aiosmtpd says these without the enhanced code (RFC 3463) by which other servers explain a bounce to people.
OURS_FOR_THEIRS = {
    "552 Error: message size exceeds fixed maximum message size": TOO_LARGE,
    "552 Error: Too much mail data": TOO_LARGE,
}


class Desk:
    """What all connections share: the limits, the threads that may talk to the database, and the answers."""

    def __init__(self) -> None:
        self.bodies = asyncio.Semaphore(BODIES_AT_ONCE)
        self.certificate = Certificate()
        self._peers: Counter[str] = Counter()
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="mail")

    def admit(self, peer: str) -> bool:
        if self._peers.total() >= CONNECTIONS or self._peers[peer] >= CONNECTIONS_PER_PEER:
            return False
        self._peers[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self._peers[peer] -= 1
        self._peers += Counter()

    def close(self) -> None:
        self._threads.shutdown()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Inside TLS aiosmtpd offers AUTH without a way to sign in, which some senders take for a demand."""
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only our own addresses are taken, so there is nothing to relay."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return CROWD
        if await self._with_database(lambda: source_of(address)) is None:
            return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        body = bytes(envelope.original_content or b"")
        facts = {
            "mail_from": str(envelope.mail_from or "").strip("<>"),
            "peer": _ip(session.peer),
            "helo": str(session.host_name or ""),
        }
        await self._with_database(lambda: store(body, facts, envelope.rcpt_tos))
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        """Every failure keeps the mail with its sender."""
        if isinstance(error, StoreFull):
            return FULL
        known = isinstance(error, (DatabaseError, InterfaceError, OSError))
        if isinstance(error, (OperationalError, InterfaceError)):
            outages.noticed()
        log.warning("A mail was not taken (%s).", type(error).__name__, exc_info=None if known else error)
        return TROUBLE

    async def _with_database(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _on_own_connection, work)


class Door(SMTP):
    """One connection: aiosmtpd with our limits. Nobody can sign in here, and nobody needs to."""

    # Some senders write a whole HTML page on one line. The RFC allows to refuse it; the customer would be lost.
    line_length_limit = 1024 * 1024

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            data_size_limit=settings.ANSWERABLE_MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname=urlsplit(settings.ANSWERABLE_PUBLIC_URL).hostname,
            ident="Answerable",
            timeout=SILENCE,
            tls_context=desk.certificate.context,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            command_call_limit=COMMANDS,
            loop=asyncio.get_running_loop(),
        )
        self._desk = desk
        self._peer = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._peer:
            # The same connection again, inside TLS: it was admitted already.
            super().connection_made(transport)
            return
        peer = _ip(transport.get_extra_info("peername"))
        if not self._desk.admit(peer):
            transport.write(TOO_MANY)
            transport.close()
            return
        self._peer = peer
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._peer:
            self._desk.leave(self._peer)
            super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """A body lies in memory until it is stored, so only so many come in at the same time."""
        try:
            await asyncio.wait_for(self._desk.bodies.acquire(), BODY_WAITS)
        except TimeoutError:
            await self.push(BUSY)
            return
        try:
            await super().smtp_DATA(arg)
        finally:
            self._desk.bodies.release()
            # aiosmtpd forgets this when storing fails, and would refuse the sender's next mail as nested.
            self._set_post_data_state()  # type: ignore[no-untyped-call]

    async def push(self, status: Any) -> None:
        await super().push(OURS_FOR_THEIRS.get(status, status))


async def open_door(desk: Desk) -> asyncio.Server:
    """Begin to listen on the address of the settings."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: Door(desk), settings.ANSWERABLE_SMTP_HOST, settings.ANSWERABLE_SMTP_PORT, reuse_address=True
    )


def source_of(recipient: str) -> Source | None:
    """The source that mail to this address belongs to, "care+anything@" being "care@" (RFC 5233).

    A paused source still takes mail: it would bounce otherwise. Where two workspaces name the same address, the one
    that connected it first has it: nobody gets another's mail by typing the other's address.
    """
    address = normal(recipient)
    local, _, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    named = Source.objects.filter(address__in=[address, plain]).order_by("id")
    takers = sorted((source for source in named if _takes_mail(source)), key=lambda source: source.address != address)
    return takers[0] if takers else None


def store(body: bytes, facts: dict[str, str], recipients: Sequence[str]) -> None:
    """One envelope for each source, all or none. Each source is told only of its own recipients: others may be Bcc."""
    at = now()
    addressed: dict[Source, list[str]] = {}
    for recipient in recipients:
        source = source_of(recipient)
        if source is None:
            raise Unsupported("An address was disconnected while a mail to it came in. It was not taken.")
        addressed.setdefault(source, []).append(recipient)
    with transaction.atomic():
        for source, own in addressed.items():
            receive(source, [Raw(body, {**facts, "rcpt_to": ", ".join(own)})], at=at)


def _takes_mail(source: Source) -> bool:
    """Asked of the settings, not of the kind: handles of other networks look like mail addresses too."""
    try:
        return "arrival" in source.values()
    except Unsupported:
        return False


def _on_own_connection(work: Callable[[], T]) -> T:
    """Each thread keeps its connection, which is proven before it is used again (CONN_HEALTH_CHECKS).

    So a restart of the database spoils nothing, and a sender of many mails does not wait for a sign-in at each.
    """
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _ip(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else "unknown"
