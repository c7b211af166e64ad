"""SMS by SMPP as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answerable.channels.common import sms
from answerable.channels.contract import Can, Family, Item, Measured, Page, Proved, Raw, Reply, Said, Setting, Spec
from answerable.channels.smpp import reading, writing
from answerable.core.text.telephone import COUNTRIES
from answerable.core.wire.calls import Answer, ReceiveShort, SubmitShort

BOUND = b"bound"
REMEMBERED = 10
SPEC = Spec(
    kind="smpp",
    family=Family.TELEPHONE,
    label="SMS (SMPP)",
    icon="phone",
    can=frozenset({Can.HEAR_PRIVATE, Can.REPLY_PRIVATE, Can.START_PRIVATE, Can.CONFIRM_DELIVERY}),
    settings=(
        Setting(
            "address", "Our number or name", hint="With + and the code of its country; or a short code, or a name."
        ),
        Setting("country", "Country of numbers that are written without one", default="US", choices=COUNTRIES),
        Setting("host", "Server of the centre"),
        Setting("port", "Port", kind=int, default=2775),
        Setting("security", "Encryption", default="tls", choices=("tls", "none"), hint="Without it only within a VPN."),
        Setting("system_id", "System id"),
        Setting("password", "Password", secret=True, hint="Eight signs at most."),
        Setting(
            "system_type",
            "System type",
            required=False,
            default="",
            hint="Only if your carrier names one.",
            rarely=True,
        ),
        Setting(
            "alphabet",
            "Default alphabet",
            default="gsm",
            choices=("gsm", "latin-1"),
            hint="What your carrier means by data_coding 0; nearly always GSM.",
            rarely=True,
        ),
        Setting(
            "long_messages",
            "Long messages go out",
            default="parts",
            choices=("parts", "payload"),
            hint="As one payload only if your carrier asks for message_payload.",
            rarely=True,
        ),
    ),
    docs="answerable/channels/smpp/README.md",
    reaches="phone",
    proved=Proved.STAND_IN,
)


class SmppConnector:
    """Hears what a centre delivers on a bind that stays open, and submits answers on another."""

    spec = SPEC

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> ReceiveShort:
        return ReceiveShort(writing.centre(settings))

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        """An SMS has no id. What comes again after a break, because its acknowledgement was lost, gets the id of before.

        The cursor is {"count": how many came so far, "last": {digest: id} of this bind, "before": of the one before it}.
        """
        count, last, before = int(cursor.get("count") or 0), dict(cursor.get("last") or {}), cursor.get("before") or {}
        if frame == BOUND:
            return Page((), {"count": count, "last": {}, "before": last or dict(before)})
        digest = sms.digest(frame[16:])
        # A centre begins with what it takes for lost; behind the first that is none of it, equal words are new words.
        left = {key: value for key, value in before.items() if key != digest} if digest in before else {}
        external_id = before.get(digest) or f"{digest}:{count + 1}"
        kept = dict([*last.items(), (digest, external_id)][-REMEMBERED:])
        return Page((Raw(frame, {}, external_id),), {"count": count + 1, "last": kept, "before": left})

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [reading.item(raw, settings)]

    def joined(self, raws: Sequence[Raw | None], settings: Mapping[str, Any]) -> Said:
        return reading.joined(raws, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> SubmitShort:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return writing.ids(answer)[-1]

    def part_ids(self, answer: Answer) -> tuple[str, ...]:
        return writing.ids(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""


connector = SmppConnector()
