"""What a connector may say and must answer: the dialect of one network, as values.

A connector describes; it does not act. It opens no socket, reads no clock and touches no database. It says
which request to make (a `Call`) and how to read what comes back (an `Answer`). Time-outs, retries, limits and
redaction exist once, in `answerable.core.wire`.
"""
# ruff: noqa: PLC0414 - one place to import the contract from, although it is read on three pages

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
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
from answerable.channels.declaration import Family as Family
from answerable.channels.declaration import Mark as Mark
from answerable.channels.declaration import Proved as Proved
from answerable.channels.declaration import Setting as Setting
from answerable.channels.declaration import Spec as Spec
from answerable.channels.values import Allowance as Allowance
from answerable.channels.values import Approved as Approved
from answerable.channels.values import ApprovedPage as ApprovedPage
from answerable.channels.values import ApprovedText as ApprovedText
from answerable.channels.values import CallNews as CallNews
from answerable.channels.values import Candidate as Candidate
from answerable.channels.values import Consented as Consented
from answerable.channels.values import Edited as Edited
from answerable.channels.values import Enclosure as Enclosure
from answerable.channels.values import Handle as Handle
from answerable.channels.values import Hinted as Hinted
from answerable.channels.values import Item as Item
from answerable.channels.values import LeftOut as LeftOut
from answerable.channels.values import Measured as Measured
from answerable.channels.values import Page as Page
from answerable.channels.values import Part as Part
from answerable.channels.values import Piece as Piece
from answerable.channels.values import Raw as Raw
from answerable.channels.values import Reachable as Reachable
from answerable.channels.values import Receipt as Receipt
from answerable.channels.values import ReceiptState as ReceiptState
from answerable.channels.values import Reply as Reply
from answerable.channels.values import Said as Said
from answerable.channels.values import Sound as Sound
from answerable.channels.values import Telephoned as Telephoned
from answerable.channels.values import ToUs as ToUs
from answerable.channels.values import Withdrawn as Withdrawn
from answerable.core.wire.calls import Answer, Call


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
class Uploads(Protocol):
    """A channel that takes files apart from the words. An upload nobody refers to reaches nobody, so it may be repeated."""

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> Call: ...

    def uploaded(self, answer: Answer) -> str:
        """The network's name for the file; `say` is given it as `Enclosure.reference`. Raises what the answer means."""


@runtime_checkable
class Describes(Protocol):
    """A channel that is told in a call of its own what an uploaded picture shows. It may be repeated as well."""

    def describe(self, enclosure: Enclosure, settings: Mapping[str, Any]) -> Call | None:
        """Asked once the file has its `reference`; None where there is nothing to say of it."""

    def described(self, answer: Answer) -> None:
        """Raises what the answer means: a picture does not go out without the words that belong to it."""


@runtime_checkable
class TakesBack(Protocol):
    """A channel on which an answer of ours can be taken away again; `Can.TAKE_BACK`."""

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> Call: ...

    def taken_back(self, answer: Answer) -> None:
        """Return if it is gone, also where it was gone already. Raises what the answer means."""


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
class AsksFurther(Protocol):
    """A channel whose first answer only names the thread: a second question brings the rest of it."""

    def ask_further(self, answer: Answer, settings: Mapping[str, Any]) -> Call | None:
        """None where the first answer is all. `context` reads both answers, each for itself."""


@runtime_checkable
class LooksAgain(Protocol):
    """A channel that does not tell us of every edit and deletion, and can be asked after one utterance."""

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> Call: ...

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        """An item that `read` turns into `Edited` or `Withdrawn`; None where the utterance stands as it was first said.

        The same state of the utterance is the same item, so that it is stored once.
        """
