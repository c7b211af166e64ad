"""Telephone by way of Twilio as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from answerable.channels.common import twilio
from answerable.channels.common.twilio_lists import OUT, Listing
from answerable.channels.contract import Can, Family, Item, Page, Proved, Raw, Setting, Spec, Unreadable
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.voice import reading, twiml
from answerable.core.wire.calls import Answer, HttpCall

SPEC = Spec(
    kind="voice",
    label="Telephone (Twilio)",
    icon="phone",
    family=Family.TELEPHONE,
    can=frozenset({Can.HEAR_PRIVATE}),
    settings=(
        Setting("address", "Our number", hint="With + and the code of its country: +48221234567."),
        Setting("account_sid", "Account SID", hint="Begins with AC. On the first page of the Twilio console."),
        Setting("auth_token", "Auth token", secret=True, hint="Beside the account SID. It signs what Twilio pushes."),
        Setting("language", "Language of the line", default="en", choices=("en", "pt-br", "pl")),
        Setting(
            "forward_to",
            "Number that calls are put through to",
            required=False,
            default="",
            hint="Left empty, callers leave a message.",
        ),
        Setting("ring_for", "Seconds it rings there", kind=int, default=25),
        Setting(
            "recording",
            "Recording",
            default="no",
            choices=("no", "announced", "asked"),
            hint="Ask your privacy officer which is lawful where your callers are.",
        ),
        Setting(
            "announcement",
            "What is said first",
            required=False,
            default="",
            hint="Left empty, a sentence of ours is said.",
        ),
        Setting("voicemail", "Take messages when nobody answers", kind=bool, default=True),
        Setting(
            "server",
            "Web address of the API",
            default=twilio.SERVER,
            hint="Only for accounts of another region.",
            rarely=True,
        ),
    ),
    poll_every=timedelta(minutes=5),
    docs="answerable/channels/voice/README.md",
    reaches="phone",
    proved=Proved.STAND_IN_AND_CONTRACT,
)


def _is_news(row: Mapping[str, Any], lane: str) -> bool:
    """Calls that are over. The way of a call to a colleague is no call of its own."""
    outgoing = str(row.get("direction") or "").startswith("outbound")
    is_over = str(row.get("status")) in twiml.OVER and not row.get("parent_call_sid")
    return is_over and outgoing == (lane == OUT)


CALLS = Listing("Calls", "start_time", "StartTime", _is_news, lambda row: f"call:{row.get('status')}")


class VoiceConnector:
    """Hears the calls of one number and says what is done with them."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        twilio.verify(body, headers, settings)

    def response(self, body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        try:
            told = twilio.form(body)
        except Unreadable:
            told = {}
        return twiml.response(told, settings)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [reading.item(raw, settings)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return CALLS.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return CALLS.page(answer, cursor)

    def roll_call(self, day: str, settings: Mapping[str, Any]) -> HttpCall:
        return CALLS.roll_call(day, settings)

    def present(self, answer: Answer) -> tuple[str, ...]:
        return CALLS.present(answer)

    def before(self, mark: str) -> Mapping[str, Any]:
        return {"only": mark}

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        return twilio.file_call(piece_reference, settings)

    def fetched(self, answer: Answer) -> bytes | str:
        return twilio.file(answer)


connector = VoiceConnector()
