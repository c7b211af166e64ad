"""What a connector may say and must answer: the dialect of one network, as values.

A connector describes; it does not act. It opens no socket, reads no clock and touches no database. It says
which request to make (a `Call`) and how to read what comes back (an `Answer`). Time-outs, retries, limits and
redaction exist once, in `answerable.core.wire`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from answerable.core.errors import HouseError
from answerable.core.wire.calls import Answer, Call


class Can(StrEnum):
    """A capability. What a channel does not declare does not exist for it."""

    HEAR_MENTIONS = "hear_mentions"
    HEAR_COMMENTS = "hear_comments"
    HEAR_KEYWORDS = "hear_keywords"
    HEAR_PRIVATE = "hear_private"
    REPLY_PUBLIC = "reply_public"
    REPLY_PRIVATE = "reply_private"
    START_PRIVATE = "start_private"
    HIDE = "hide"
    ATTACH_IMAGE = "attach_image"
    ATTACH_FILE = "attach_file"
    NOTICE_EDIT = "notice_edit"
    NOTICE_DELETION = "notice_deletion"
    CONFIRM_DELIVERY = "confirm_delivery"
    CONFIRM_SEEN = "confirm_seen"
    LOOK_UP_PROFILE = "look_up_profile"
    LOOK_UP_REPLY = "look_up_reply"


class Audience(StrEnum):
    """Who can read a message: anyone, the two of us, or only staff."""

    PUBLIC = "public"
    PRIVATE = "private"
    INTERNAL = "internal"


class Mark(StrEnum):
    """What stands beside the words of a message. What a machine wrote is kept and never answered by us.

    A call is a person's own contact, also one that was given up while it waited.
    """

    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    LIST = "list"
    BOUNCE = "bounce"
    OWN_LOOP = "own_loop"
    ID_REUSED = "id_reused"
    CALL = "call"
    ABANDONED_CALL = "abandoned_call"


@dataclass(frozen=True)
class Setting:
    """One typed setting of a source; the form is made from it. A `secret` is encrypted at rest and masked on screen."""

    name: str
    label: str
    kind: type[str | int | bool] = str
    secret: bool = False
    required: bool = True
    default: str | int | bool | None = None
    choices: Sequence[str] = ()
    hint: str = ""


@dataclass(frozen=True)
class Spec:
    """The frozen declaration of a channel. `max_text` in characters, sizes in bytes, `store_for` per the network's terms.

    `ids_are_global` is true where one utterance has the same id on every source (a mail in two mailboxes).
    `in_house` is true for a channel that this installation serves itself: only such calls may go to a private network
    without the admin's leave. `files` is true where a person may hand in a file of what was said elsewhere.
    """

    kind: str
    label: str
    icon: str
    can: frozenset[Can]
    settings: tuple[Setting, ...] = ()
    max_text: int | None = None
    max_attachment: int | None = None
    reply_window: timedelta | None = None
    store_for: timedelta | None = None
    poll_every: timedelta | None = None
    docs: str = ""
    ids_are_global: bool = False
    in_house: bool = False
    files: bool = False
    reaches: str = ""


@dataclass(frozen=True)
class Handle:
    """One name of a person on one network: `namespace` ("email", "sandbox") and the value as the network compares it."""

    namespace: str
    value: str
    display: str = ""


@dataclass(frozen=True)
class Piece:
    """An attached part, already decoded. `inline_id` is the Content-ID without brackets when the body shows it in place."""

    name: str
    declared_type: str
    body: bytes = field(repr=False)
    inline_id: str = ""


@dataclass(frozen=True)
class Telephoned:
    """What is known of a telephone call beside what was said in it. Durations in seconds; None is not known.

    `line` is our own number. `recording` is where the other side keeps a recording: a reference, never fetched.
    """

    started_at: datetime
    waited: int | None = None
    talked: int | None = None
    abandoned: bool = False
    agent: str = ""
    line: str = ""
    recording: str = ""


@dataclass(frozen=True)
class Said:
    """One utterance, read from an envelope.

    `external_id` is unique on its source. `thread_ids` are ids of the thread, newest first; the first that we
    know decides. `own_ids` are the ids under which others will refer to this utterance. `claims` are tokens of
    ours that the text carries: they say what the author claims, and prove nothing alone.
    `quoted` keeps what the author only repeated; nothing is dropped.
    """

    external_id: str
    author: Handle
    audience: Audience
    text: str
    posted_at: datetime | None
    subject: str = ""
    html: str = ""
    quoted: str = ""
    thread_ids: tuple[str, ...] = ()
    own_ids: tuple[str, ...] = ()
    to: tuple[Handle, ...] = ()
    cc: tuple[Handle, ...] = ()
    reply_to: Handle | None = None
    claims: tuple[str, ...] = ()
    language: str = ""
    product: str = ""
    marks: frozenset[Mark] = frozenset()
    pieces: tuple[Piece, ...] = ()
    by_us: bool = False
    notes: tuple[str, ...] = ()
    call: Telephoned | None = None


@dataclass(frozen=True)
class Withdrawn:
    """The author or the network took an utterance away."""

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True)
class Edited:
    """The author changed an utterance; `said` is the new wording."""

    external_id: str
    said: Said


class ReceiptState(StrEnum):
    """What the other side reports about a reply of ours."""

    DELIVERED = "delivered"
    SEEN = "seen"
    DELAYED = "delayed"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """News of a reply of ours. `reply_ids` are ids that we gave it; `reason` is the other side's own words."""

    external_id: str
    reply_ids: tuple[str, ...]
    state: ReceiptState
    recipient: Handle | None = None
    reason: str = ""
    said: Said | None = None


@dataclass(frozen=True)
class LeftOut:
    """A part of a raw item that is no message, while others of it may be: its number in the item, and why.

    `understood` is true for what is known and not for us, false for what could not be read. `template` and `facts` are
    as in `HouseError`; they hold words of ours only, because the journal keeps them.
    """

    external_id: str
    number: int
    template: str
    understood: bool
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return f"({self.number}) {self.template % self.facts if self.facts else self.template}"


Item = Said | Withdrawn | Edited | Receipt | LeftOut


@dataclass(frozen=True)
class Raw:
    """Bytes as they came: the body, the headers or cursor facts that came beside it, never interpreted before stored."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    external_id: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a poll: raw items to store, the cursor that passes them, and whether more waits.

    `provider_count` is what the provider says it holds for `provider_day` (an ISO date), when it says so.
    """

    items: tuple[Raw, ...]
    cursor: Mapping[str, Any]
    more: bool = False
    provider_count: int | None = None
    provider_day: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A file that goes out with a reply."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What we want said, complete and channel-free. `key` is once-only: the same key is the same reply for ever."""

    key: str
    audience: Audience
    text: str
    to: tuple[Handle, ...]
    cc: tuple[Handle, ...] = ()
    subject: str = ""
    in_reply_to: str = ""
    thread_ids: tuple[str, ...] = ()
    case_reference: str = ""
    language: str = ""
    automatic: bool = False
    at: datetime | None = None
    enclosures: tuple[Enclosure, ...] = ()


class ConnectorError(HouseError):
    """Base of the only errors that may leave a connector; each carries the decision."""


class Unsupported(ConnectorError):
    """Known, and not for us: kept and set aside with this reason."""


class Unreadable(ConnectorError):
    """Not understood: to quarantine, bytes kept."""


class Refused(ConnectorError):
    """The other side said no for good; the reason is theirs."""


class TryLater(ConnectorError):
    """The other side is not able now; try again `after` (seconds from now)."""

    def __init__(self, sentence: str, after: float = 60.0) -> None:
        super().__init__(sentence)
        self.after = after


class Reauthorise(ConnectorError):
    """The credentials are no longer accepted: the source pauses and its owner is told."""


class WindowClosed(ConnectorError):
    """The network no longer allows an answer here."""


class NotGenuine(ConnectorError):
    """The delivery does not prove that it comes from the network: refused, counted, not stored."""


@runtime_checkable
class Connector(Protocol):
    """The functions of a channel, all pure. A channel offers those that its capabilities need."""

    spec: Spec

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """The values in one raw item. Raises only `Unreadable` or `Unsupported`."""


@runtime_checkable
class Verifies(Protocol):
    """A channel to which the network pushes."""

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        """Return if genuine. An empty secret refuses everything. Raises `NotGenuine`."""


@runtime_checkable
class Polls(Protocol):
    """A channel that we ask."""

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Call: ...

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page: ...


@runtime_checkable
class Balances(Protocol):
    """A channel that can say which items it holds for a day, so that the ledger proves that none is missing here."""

    def roll_call(self, day: str, settings: Mapping[str, Any]) -> Call:
        """Ask for the items of one UTC day (ISO date). Raises `Unsupported` where this source cannot say."""

    def present(self, answer: Answer) -> tuple[str, ...]:
        """Their marks, as `Raw.headers["mark"]` has them."""

    def before(self, mark: str) -> Mapping[str, Any]:
        """The cursor from which `ask` reads the item with this mark."""


@runtime_checkable
class Speaks(Protocol):
    """A channel on which we answer."""

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> Call: ...

    def receipt(self, answer: Answer) -> str:
        """The id under which the other side keeps the reply. Raises what the answer means."""

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """The id that others will name when they answer this reply, where we choose it; else empty."""


@runtime_checkable
class SpeaksToSeveral(Protocol):
    """A channel whose answer may take a reply for some people and refuse it for others."""

    def left_out(self, answer: Answer) -> Mapping[str, str]:
        """The handles that were refused beside accepted ones, each with the other side's words."""


@runtime_checkable
class LooksUp(Protocol):
    """A channel that can tell whether a reply with a given key is there."""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> Call: ...

    def found(self, answer: Answer) -> str | None:
        """The id of the reply on the channel, or None when the channel says for certain that it is not there."""
