"""What a channel declares about itself, as frozen data. Imported from `contract`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Can(StrEnum):
    """A capability. What a channel does not declare does not exist for it."""

    HEAR_MENTIONS = "hear_mentions"
    HEAR_COMMENTS = "hear_comments"
    HEAR_KEYWORDS = "hear_keywords"
    HEAR_PRIVATE = "hear_private"
    REPLY_PUBLIC = "reply_public"
    REPLY_PRIVATE = "reply_private"
    START_PRIVATE = "start_private"
    ANSWER_BY_HAND = "answer_by_hand"
    HIDE = "hide"
    ATTACH_IMAGE = "attach_image"
    ATTACH_FILE = "attach_file"
    NOTICE_EDIT = "notice_edit"
    NOTICE_DELETION = "notice_deletion"
    CONFIRM_DELIVERY = "confirm_delivery"
    CONFIRM_SEEN = "confirm_seen"
    LOOK_UP_PROFILE = "look_up_profile"
    LOOK_UP_REPLY = "look_up_reply"
    SHOW_CONTEXT = "show_context"
    TAKE_BACK = "take_back"
    ASK_CLOSURE = "ask_closure"


class Family(StrEnum):
    """Beside which others a channel is offered to who connects one. It decides nothing else."""

    OURS = "ours"
    NETWORK = "network"
    MESSENGER = "messenger"
    TELEPHONE = "telephone"
    FORUM = "forum"
    COMPLAINTS = "complaints"
    PROGRAM = "program"
    OTHER = "other"


class Proved(StrEnum):
    """Against what a channel is proved. What this installation serves itself needs no other proof than its own tests."""

    REAL_SERVER = "a real server"
    VENDOR_CONTRACT = "the vendor's published description"
    STAND_IN = "a stand-in"
    STAND_IN_AND_CONTRACT = "a stand-in, and the vendor's published description"
    SAMPLES = "recorded samples"
    OURS = "served by this installation"


class Audience(StrEnum):
    """Who can read a message: anyone, the two of us, or only staff."""

    PUBLIC = "public"
    PRIVATE = "private"
    INTERNAL = "internal"


class Mark(StrEnum):
    """What stands beside the words of a message. What a machine wrote is kept and never answered by us.

    A call is a person's own contact, also one that was given up while it waited. An answer of ours that only invites to
    go on in private says nothing yet.
    """

    AUTO_REPLY = "auto_reply"
    OUT_OF_OFFICE = "out_of_office"
    LIST = "list"
    BOUNCE = "bounce"
    OWN_LOOP = "own_loop"
    ID_REUSED = "id_reused"
    CALL = "call"
    ABANDONED_CALL = "abandoned_call"
    VOICEMAIL = "voicemail"
    INVITATION = "invitation"


@dataclass(frozen=True)
class Setting:
    """One typed setting of a source; the form is made from it. A `secret` is encrypted at rest and masked on screen.

    `needed_if` names another setting and the values of it with which this one must be filled in; `plays_if` likewise when
    it plays a part at all. `rarely` is true for what hardly anybody changes (the address of an API, a version): the form
    keeps it out of sight until it is asked for.
    """

    name: str
    label: str
    kind: type[str | int | bool] = str
    secret: bool = False
    required: bool = True
    default: str | int | bool | None = None
    choices: Sequence[str] = ()
    hint: str = ""
    needed_if: tuple[str, ...] = ()
    plays_if: tuple[str, ...] = ()
    rarely: bool = False


@dataclass(frozen=True)
class Spec:
    """The frozen declaration of a channel. `max_text` in characters, sizes in bytes, `store_for` per the network's terms.

    `ids_are_global` is true where one utterance has the same id on every source (a mail in two mailboxes).
    `in_house` is true for a channel that this installation serves itself: only such calls may go to a private network
    without the admin's leave. `files` is true where a person may hand in a file of what was said elsewhere.
    `currency` (ISO 4217) is that of its calls where they cost money and the channel says what (contract_costing.py).
    `one_answer` is true where a second answer to the same utterance takes the place of the first (reviews of shops).
    `embedded_by` names our script with which another site shows the channel's page in its own.
    `lasting` names the secret setting that holds a refresh token, where the channel `Renews` (contract_renewing.py).
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
    forget_withdrawn: timedelta | None = None
    look_again_for: timedelta | None = None
    look_again_every: timedelta = timedelta(minutes=10)
    poll_every: timedelta | None = None
    docs: str = ""
    ids_are_global: bool = False
    in_house: bool = False
    files: bool = False
    reaches: str = ""
    lasting: str = ""
    currency: str = ""
    one_answer: bool = False
    family: Family = Family.OTHER
    embedded_by: str = ""
    proved: Proved = Proved.OURS
