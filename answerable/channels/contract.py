"""What a connector may say and must answer: the dialect of one network, as values.

A connector describes; it does not act. It opens no socket, reads no clock and touches no database. It says
which request to make (a `Call`) and how to read what comes back (an `Answer`). Time-outs, retries, limits and
redaction exist once, in `answerable.core.wire`.
"""
# ruff: noqa: PLC0414 - one place to import the contract from, although it is read on three pages

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from answerable.channels.decisions import ConnectorError as ConnectorError
from answerable.channels.decisions import NotGenuine as NotGenuine
from answerable.channels.decisions import Reauthorise as Reauthorise
from answerable.channels.decisions import Refused as Refused
from answerable.channels.decisions import TryLater as TryLater
from answerable.channels.decisions import Unreadable as Unreadable
from answerable.channels.decisions import Unsupported as Unsupported
from answerable.channels.decisions import WindowClosed as WindowClosed
from answerable.channels.declaration import Audience as Audience
from answerable.channels.declaration import Can as Can
from answerable.channels.declaration import Mark as Mark
from answerable.channels.declaration import Proved as Proved
from answerable.channels.declaration import Setting as Setting
from answerable.channels.declaration import Spec as Spec
from answerable.core.wire.calls import Answer, Call


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
    `quoted` keeps what the author only repeated; nothing is dropped. `handed_in_by` names the program that told of it,
    where the author did not write to us themselves.
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
    handed_in_by: str = ""


@dataclass(frozen=True)
class Withdrawn:
    """The author or the network took an utterance away."""

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True)
class Edited:
    """The author changed an utterance; `said` is the new text, `at` is when, where the network says it."""

    external_id: str
    said: Said
    at: datetime | None = None


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


@dataclass(frozen=True)
class Measured:
    """A reply as the network counts it and shows it. `parts` is how many messages it becomes; None is no bound."""

    length: int
    most: int | None
    shown: str
    parts: int = 1


@dataclass(frozen=True)
class Allowance:
    """How many calls the other side still takes: `left` of `most`, until it `renews_at`. Times are the other side's."""

    left: int
    most: int
    renews_at: datetime
    bucket: str = ""


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


@runtime_checkable
class Measures(Protocol):
    """A channel that counts a reply in its own way, or shows it otherwise than it was written."""

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        """How long it is there, how long it may be, and how everybody will read it. Never raises."""


@runtime_checkable
class Rations(Protocol):
    """A channel that says in each answer how many calls it still takes. All calls of one source share what is left."""

    def bucket(self, call: Call) -> str:
        """Which of the other side's counts a call is counted in."""

    def allowance(self, answer: Answer) -> Allowance | None:
        """What the answer says is left, None where it says nothing that can be read. Never raises."""


@runtime_checkable
class GivesContext(Protocol):
    """A channel that can tell what was said around an utterance in public. It is shown, and is no message to us."""

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> Call: ...

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        """What was said around it, oldest first; without the utterance itself and without what we said."""


@runtime_checkable
class LooksAgain(Protocol):
    """A channel that does not tell us of every edit and deletion, and can be asked after one utterance."""

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> Call: ...

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """An item that `read` turns into `Edited` or `Withdrawn`; None where the utterance stands as it was first said.

        The same state of the utterance is the same item, so that it is stored once.
        """
