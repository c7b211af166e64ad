"""IMAP on the wire: read by UIDVALIDITY and UID, in a folder opened read-only (RFC 9051 6.3.3), flags never touched."""

from __future__ import annotations

import imaplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError
from imapclient.imap4 import IMAP4WithTimeout

from answerable.core.wire import guard, tls
from answerable.core.wire.calls import FetchedMail, FetchMail, FindMail, ListMail, Login, MailAnswer, MailServer
from answerable.core.wire.failures import NoAnswer, SignInRefused
from answerable.core.wire.redaction import words

CONNECT_WITHIN = 10.0
READ_WITHIN = 60.0
_FIRST_WINDOW = 1_000
_HIGHEST_UID = 2**32 - 1
# RFC 5530: these say that the server, not the password, is the trouble.
_NOT_THE_PASSWORD = ("[unavailable]", "[inuse]", "[limit]", "[serverbug]", "too many", "temporar")


def fetch(call: FetchMail, *, allow_private: bool = False) -> MailAnswer:
    """The next messages above the UID.

    1. After a change of UIDVALIDITY the old UID means nothing: reading begins at the first message (RFC 9051 2.3.1.1).
    2. `uids` holds the fetched messages and, where more wait, at least one that was not fetched.
    3. One answer carries at most `max_bytes` of bodies; a single body above that comes as its headers, `cut`.
    """
    with opened(call.server, call.folder, allow_private=allow_private) as (client, folder):
        validity = int(folder[b"UIDVALIDITY"])
        above = call.above_uid if call.uid_validity in (None, validity) else 0
        uids = _waiting(client, above, int(folder.get(b"UIDNEXT", _HIGHEST_UID)), call.at_most)
        mails = _mails(client, uids[: call.at_most], call.max_bytes)
        return MailAnswer(validity, mails, int(folder[b"EXISTS"]), uids, int(folder.get(b"UIDNEXT", 0)))


def find(call: FindMail, *, allow_private: bool = False) -> MailAnswer:
    """The UIDs of the messages with this Message-ID; none says for certain that it is not in this folder."""
    wanted = f"<{call.message_id.strip().strip('<>')}>"
    with opened(call.server, call.folder, allow_private=allow_private) as (client, folder):
        uids = sorted(client.search(["HEADER", "Message-ID", wanted]))
        return MailAnswer(int(folder[b"UIDVALIDITY"]), (), int(folder[b"EXISTS"]), uids)


def list_day(call: ListMail, *, allow_private: bool = False) -> MailAnswer:
    """The UIDs of the messages of one UTC day.

    The server searches by the date of its own zone (RFC 9051 6.4.4), so it is asked for a day more on either side.
    """
    day = date.fromisoformat(call.day)
    with opened(call.server, call.folder, allow_private=allow_private) as (client, folder):
        near = client.search(["SINCE", day - timedelta(days=1), "BEFORE", day + timedelta(days=2)])
        facts = client.fetch(near, ["INTERNALDATE"]) if near else {}
        uids = sorted(uid for uid in near if uid in facts and _utc_day(facts[uid][b"INTERNALDATE"]) == day)
        return MailAnswer(int(folder[b"UIDVALIDITY"]), (), int(folder[b"EXISTS"]), uids)


def _utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()


@contextmanager
def opened(
    server: MailServer, folder: str, *, allow_private: bool = False
) -> Iterator[tuple[IMAPClient, dict[bytes, Any]]]:
    """A signed-in connection with the folder opened read-only, and what the server said of the folder."""
    try:
        client = _Guarded(server, allow_private)
        with client:
            if server.security == "starttls":
                client.starttls(tls.context())
            _sign_in(client, server.host, server.login)
            yield client, client.select_folder(folder, readonly=True)
    except (OSError, IMAPClientError, imaplib.IMAP4.error) as error:
        secrets = (server.login.password, server.login.token) if server.login else ()
        raise NoAnswer(f"The mail server {server.host} broke off ({words(_said(error), *secrets)}).") from error


class _Guarded(IMAPClient):  # type: ignore[misc] # imapclient has no type marker
    """imapclient over a connection that passed the guard. The overridden methods are its own seams for TLS."""

    def __init__(self, server: MailServer, allow_private: bool) -> None:
        self._server = server
        self._allow_private = allow_private
        super().__init__(server.host, server.port, ssl=False, timeout=SocketTimeout(CONNECT_WITHIN, READ_WITHIN))
        # Otherwise imapclient turns the server's times into naive local ones.
        self.normalise_times = False

    def _create_IMAP4(self) -> IMAP4WithTimeout:  # noqa: N802
        return _Protocol(self._server, self._allow_private)


class _Protocol(IMAP4WithTimeout):  # type: ignore[misc] # imapclient has no type marker
    def __init__(self, server: MailServer, allow_private: bool) -> None:
        self._from_first_byte = server.security == "tls"
        self._allow_private = allow_private
        super().__init__(server.host, server.port, CONNECT_WITHIN)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        within = timeout or CONNECT_WITHIN
        sock = guard.connect(self.host, self.port, timeout=within, allow_private=self._allow_private)
        return tls.context().wrap_socket(sock, server_hostname=self.host) if self._from_first_byte else sock


def _sign_in(client: IMAPClient, host: str, login: Login | None) -> None:
    if login is None:
        return
    try:
        if login.token:
            _show_token(client, login)
        else:
            client.login(login.user, login.password)
    except LoginError as error:
        said = words(_said(error), login.password, login.token)
        if isinstance(error.__context__, imaplib.IMAP4.abort) or any(
            sign in said.lower() for sign in _NOT_THE_PASSWORD
        ):
            raise NoAnswer(f"{host} cannot check the sign-in now ({said}).") from error
        raise SignInRefused(host, said) from error


def _show_token(client: IMAPClient, login: Login) -> None:
    """XOAUTH2, which the large providers speak; the standard's own way (RFC 7628) where only that is offered."""
    if client.has_capability("AUTH=OAUTHBEARER") and not client.has_capability("AUTH=XOAUTH2"):
        client.oauthbearer_login(login.user, login.token)
    else:
        client.oauth2_login(login.user, login.token)


def _said(error: Exception) -> str:
    """The server's words: imaplib writes them as the text of a bytes literal."""
    text = str(error) or type(error).__name__
    return text[2:-1] if text.startswith(("b'", 'b"')) else text


def _waiting(client: IMAPClient, above: int, uid_next: int, at_most: int) -> Sequence[int]:
    """The first UIDs above the cursor, one more than asked where more wait.

    Asked for in windows that double while they are empty: one search over a folder of some hundred thousand messages
    answers with a single line that breaks imaplib's bound of a million characters.
    """
    found: list[int] = []
    low, width = above + 1, max(_FIRST_WINDOW, 2 * at_most)
    while low < uid_next and len(found) <= at_most:
        high = min(low + width - 1, uid_next - 1)
        found += sorted(uid for uid in client.search(["UID", f"{low}:{high}"]) if low <= uid <= high)
        low, width = high + 1, width * 2
    return found


def _mails(client: IMAPClient, uids: Sequence[int], max_bytes: int) -> Sequence[FetchedMail]:
    if not uids:
        return ()
    facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    mails: list[FetchedMail] = []
    room = max_bytes
    for uid in uids:
        if uid not in facts:
            continue
        size = int(facts[uid][b"RFC822.SIZE"])
        if mails and room < min(size, max_bytes):
            break
        if (mail := _mail(client, uid, facts[uid].get(b"INTERNALDATE"), cut=size > max_bytes)) is not None:
            mails.append(mail)
            room -= len(mail.body)
    return mails


def _mail(client: IMAPClient, uid: int, seen_at: datetime | None, *, cut: bool) -> FetchedMail | None:
    """One message, or None when it was expunged a moment ago. BODY.PEEK leaves it unread."""
    section = "HEADER" if cut else ""
    items = client.fetch([uid], [f"BODY.PEEK[{section}]"]).get(uid, {})
    body = items.get(f"BODY[{section}]".encode())
    if body is None:
        return None
    at = seen_at.astimezone(UTC).isoformat() if seen_at else ""
    return FetchedMail(uid, body, at, cut)
