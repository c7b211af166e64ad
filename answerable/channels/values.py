"""The values that a connector speaks in, all frozen. Imported from `contract`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from answerable.channels.declaration import Audience, Mark


@dataclass(frozen=True)
class Handle:
    """One name of a person on one network: `namespace` ("email", "sandbox") and the value as the network compares it."""

    namespace: str
    value: str
    display: str = ""


@dataclass(frozen=True)
class Piece:
    """An attached part, already decoded. `inline_id` is the Content-ID without brackets when the body shows it in place.

    A part that lies elsewhere has no body but a `reference`: the house fetches it where the channel `Fetches`.
    """

    name: str
    declared_type: str
    body: bytes = field(default=b"", repr=False)
    inline_id: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Telephoned:
    """What is known of a telephone call beside what was said in it. Durations in seconds; None is not known: then it
    began when it was told of.

    `summed_up` is true where somebody wrote down what was said. `line` is our own number. `recording` is where the other side keeps a recording: a reference, which is shown.
    """

    started_at: datetime | None
    waited: int | None = None
    talked: int | None = None
    abandoned: bool = False
    agent: str = ""
    line: str = ""
    recording: str = ""
    summed_up: bool = False


@dataclass(frozen=True)
class Consented:
    """What the author of an utterance allows us or takes back: to be written to (`writing`), to be recorded (`recording`).

    `how` is what they said or did, in words or by a key.
    """

    to: str
    given: bool
    how: str


class ToUs(StrEnum):
    """How an utterance in public turns to us, where the network says it beside the words."""

    NAMES = "names"
    ANSWERS = "answers"


@dataclass(frozen=True)
class Said:
    """One utterance, read from an envelope.

    `external_id` is unique on its source. `thread_ids` are ids of the thread, newest first; the first that we
    know decides. `own_ids` are the ids under which others will refer to this utterance. `claims` are tokens of
    ours that the text carries: they say what the author claims, and prove nothing alone.
    `quoted` keeps what the author only repeated; nothing is dropped. `handed_in_by` names the program that told of it,
    where the author did not write to us themselves. `to_us` is None also where the network does not say it.
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
    consents: tuple[Consented, ...] = ()
    to_us: ToUs | None = None


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
    """What the other side reports about a reply of ours. `TAKEN` is no more than that it has it."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    SEEN = "seen"
    DELAYED = "delayed"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """News of a reply of ours. `reply_ids` are ids that we gave it; `reason` is the other side's own words.

    A network that names no reply says up to when everything reached the `recipient`: `until`. One that says back what a
    reply brought along says its `key`: this finds also a reply of which nobody knew whether it arrived.
    """

    external_id: str
    reply_ids: tuple[str, ...]
    state: ReceiptState
    recipient: Handle | None = None
    reason: str = ""
    said: Said | None = None
    until: datetime | None = None
    key: str = ""


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


@dataclass(frozen=True)
class Reachable:
    """The author left another address, for answers that come when they are gone. It is no word of theirs."""

    external_id: str
    author: Handle
    at: Handle


@dataclass(frozen=True)
class Hinted:
    """The network says that something was said, and not what. `external_id` is how it is asked for (`AsksForWords`)."""

    external_id: str


@dataclass(frozen=True)
class Part:
    """A part of a message that the network cut up: number `number` of the `of` parts that are one `group`."""

    external_id: str
    group: str
    number: int
    of: int


@dataclass(frozen=True)
class CallNews:
    """What became of a telephone call that is told of more than once, or what was agreed to in it.

    `said` is the whole call as it is known now, under the call's own id: where we never had it, it is said to us now.
    News that is not `certain` is what is left to say where nothing better was said before.
    """

    external_id: str
    said: Said
    certain: bool = True


@dataclass(frozen=True)
class Sound:
    """A recording of a telephone call: of which one, by an id of it, or by one of the numbers and the moment.

    `piece` names it by reference: it is fetched only where the caller agreed to be recorded. `words` are what a machine
    made of it.
    """

    external_id: str
    piece: Piece
    call_ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    at: datetime | None = None
    seconds: int | None = None
    words: str = ""


Item = Said | Withdrawn | Edited | Receipt | LeftOut | Reachable | Hinted | Part | CallNews | Sound


@dataclass(frozen=True)
class Raw:
    """Bytes as they came: the body, the headers or cursor facts that came beside it, never interpreted before stored.

    `about` is the `external_id` of another item, without which this one says nothing to us: a stream that tells of
    everybody's deletions tells it of strangers, too.
    """

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    external_id: str = ""
    about: str = ""


@dataclass(frozen=True)
class Candidate:
    """What somebody said in a stream of everybody, and nobody said to us: kept only where a saved query wants it, or where
    its author is known to the house on a basis and speaks of one of its topics.
    """

    raw: Raw
    said: Said


@dataclass(frozen=True)
class Page:
    """One page of a poll: raw items to store, the cursor that passes them, and whether more waits.

    `provider_count` is what the provider says it holds for `provider_day` (an ISO date), when it says so. `passed_by` is
    how many utterances it brought that concern nobody here: they are counted and not kept. `candidates` are those of which
    the house decides that (`contract_streaming`).
    """

    items: tuple[Raw, ...]
    cursor: Mapping[str, Any]
    more: bool = False
    provider_count: int | None = None
    provider_day: str = ""
    passed_by: int = 0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Enclosure:
    """A file that goes out with a reply. `alt` says in words what a picture shows.

    `reference` is the network's own name for it, once it was uploaded (`Uploads`).
    """

    name: str
    media_type: str
    body: bytes = field(repr=False)
    alt: str = ""
    reference: str = ""


@dataclass(frozen=True)
class ApprovedText:
    """A text that a network approved: `{{1}}` and so on are its places. `category` is the network's own."""

    name: str
    language: str
    text: str
    places: int = 0
    category: str = ""


@dataclass(frozen=True)
class ApprovedPage:
    """Texts that a network approved; more begin at `after`."""

    texts: tuple[ApprovedText, ...]
    after: str = ""


@dataclass(frozen=True)
class Approved:
    """That a reply says an approved text, and what stands in its places."""

    name: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What we want said, complete and channel-free. `key` is once-only: the same key is the same reply for ever.

    `agent` is how who wrote it is called here. It leaves only where a source's own setting says so.
    """

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
    approved: Approved | None = None
    agent: str = ""


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
