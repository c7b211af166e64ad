"""Requests and answers as values: what a connector says and what `core.wire` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class Login:
    """How to sign in to a mail server. `token` is an OAuth2 access token; it wins over `password`."""

    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailServer:
    """`security` is "tls" (from the first byte), "starttls" or "none" (loopback and trusted networks only)."""

    host: str
    port: int
    security: str = "tls"
    login: Login | None = None


@dataclass(frozen=True)
class HttpCall:
    """One HTTP request. `secret_headers` never reach a log.

    Some networks want a secret in the address itself: there `{name}` stands for it in `url`, and `secret_words` has the
    words for each name. They are put in, quoted, when the request leaves.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_words: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    repeatable: bool = False
    timeout: float = 15.0


@dataclass(frozen=True)
class FetchMail:
    """Read messages above a UID in one folder, by UIDVALIDITY and UID only: flags are never read nor set.

    `at_most` messages come back; a body over `max_bytes` comes as its headers alone.
    """

    server: MailServer
    folder: str
    uid_validity: int | None
    above_uid: int
    at_most: int = 50
    max_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True)
class FindMail:
    """Is a message with this Message-ID in the folder? Resolves an unknown outcome."""

    server: MailServer
    folder: str
    message_id: str


@dataclass(frozen=True)
class ListMail:
    """Which messages came into the folder on one UTC day (ISO date), by INTERNALDATE? Answered by their UIDs."""

    server: MailServer
    folder: str
    day: str


@dataclass(frozen=True)
class SendMail:
    """Hand one message to a mail server. `sender` and `recipients` are the envelope, `body` the whole message (RFC 5322)."""

    server: MailServer
    sender: str
    recipients: Sequence[str]
    body: bytes = field(repr=False)
    timeout: float = 30.0


@dataclass(frozen=True)
class ReadFolder:
    """Which files lie in a folder that are not `known` yet (by their marks)? Tables come with their bytes, sounds without.

    `also` are endings that count as tables here.
    """

    folder: str
    known: Sequence[str] = ()
    at_most: int = 50
    also: Sequence[str] = ()


@dataclass(frozen=True)
class ReadFile:
    """The bytes of one file of a folder."""

    folder: str
    name: str


@dataclass(frozen=True)
class PutFile:
    """Put a file into a folder, whole or not at all. One that lies there with the same bytes is that file already."""

    folder: str
    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class MessageCentre:
    """A centre for short messages (SMSC) and how to bind there (SMPP 3.4). `security` is "tls" or "none"."""

    host: str
    port: int
    system_id: str
    password: str = field(default="", repr=False)
    system_type: str = ""
    security: str = "none"


@dataclass(frozen=True)
class SubmitShort:
    """Submit the parts of one message, each the body of a submit_sm, in this order."""

    centre: MessageCentre
    parts: Sequence[bytes] = field(repr=False)
    timeout: float = 30.0


@dataclass(frozen=True)
class ReceiveShort:
    """A bind that stays open and brings each deliver_sm as a frame: first one for the bind itself, `b"bound"`.

    Each is acknowledged only when it was taken.
    """

    centre: MessageCentre


class StreamForm(StrEnum):
    """How a stream is cut into frames: messages of a WebSocket, server-sent events, or lines of one long HTTP answer."""

    WEBSOCKET = "websocket"
    EVENTS = "events"
    LINES = "lines"


@dataclass(frozen=True)
class StreamCall:
    """A connection that stays open and brings frames. `first` is sent as soon as it is open (WebSocket only).

    A frame of server-sent events is one event as it came, without the blank line behind it; `core.text.events` reads it.
    After `silence` seconds without a byte an HTTP stream is taken for dead; a WebSocket is asked for a sign of life.
    """

    url: str
    form: StreamForm = StreamForm.WEBSOCKET
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    first: Sequence[str] = field(default=(), repr=False)
    silence: float = 90.0


Call = HttpCall | FetchMail | FindMail | ListMail | SendMail | ReadFolder | ReadFile | PutFile | SubmitShort


@dataclass(frozen=True)
class HttpAnswer:
    """`headers` have lower-case names. `asked` is the address of the call, without its secret words."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    asked: str = field(default="", repr=False)


@dataclass(frozen=True)
class FetchedMail:
    """`seen_at` is the server's INTERNALDATE in ISO form, UTC; `cut` is true when only the headers came."""

    uid: int
    body: bytes = field(repr=False)
    seen_at: str = ""
    cut: bool = False


@dataclass(frozen=True)
class MailAnswer:
    """The folder's UIDVALIDITY, what came, and how many messages the folder holds (`exists`).

    `uids` are those found. When reading, there are more of them than `mails` where more waits. `next_uid` is the UID
    that the next message will get, 0 where the server did not say.
    """

    uid_validity: int
    mails: Sequence[FetchedMail] = ()
    exists: int = 0
    uids: Sequence[int] = ()
    next_uid: int = 0


@dataclass(frozen=True)
class SmtpAnswer:
    """The server's last line to us. `refused` maps a recipient to its code and words."""

    code: int
    text: str = ""
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FolderFile:
    """`mark` changes with the file; `modified_at` is in ISO form, UTC."""

    name: str
    mark: str
    size: int
    modified_at: str
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class FolderAnswer:
    """The files that were asked for, and the marks of all that lie there."""

    files: Sequence[FolderFile] = ()
    present: Sequence[str] = ()


@dataclass(frozen=True)
class ShortAnswer:
    """The ids that the centre gave the parts it took, and its command_status for the first that it did not, else 0."""

    ids: Sequence[str] = ()
    status: int = 0


Answer = HttpAnswer | MailAnswer | SmtpAnswer | FolderAnswer | ShortAnswer
