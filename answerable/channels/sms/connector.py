"""SMS by way of Twilio as a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from answerable.channels.common import twilio
from answerable.channels.contract import (
    Can,
    Family,
    Item,
    Measured,
    Page,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.sms import reading, writing
from answerable.channels.sms.polling import MESSAGES
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

NOTHING_TO_SAY = PushAnswer("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response></Response>')
SPEC = Spec(
    kind="sms",
    label="SMS (Twilio)",
    icon="phone",
    family=Family.TELEPHONE,
    can=frozenset({Can.HEAR_PRIVATE, Can.REPLY_PRIVATE, Can.START_PRIVATE, Can.CONFIRM_DELIVERY, Can.LOOK_UP_REPLY}),
    settings=(
        Setting("address", "Our number", hint="With + and the code of the country: +48221234567."),
        Setting("account_sid", "Account SID", hint="Begins with AC. On the first page of the Twilio console."),
        Setting("auth_token", "Auth token", secret=True, hint="Beside the account SID. It signs what Twilio pushes."),
        Setting(
            "messaging_service_sid",
            "Messaging service",
            required=False,
            default="",
            hint="Begins with MG. Only where answers go out by a messaging service.",
        ),
        Setting(
            "server",
            "Web address of the API",
            default=twilio.SERVER,
            hint="Only accounts in another region have another.",
            rarely=True,
        ),
    ),
    max_text=writing.LONGEST,
    poll_every=timedelta(minutes=5),
    docs="answerable/channels/sms/README.md",
    reaches="phone",
    proved=Proved.STAND_IN_AND_CONTRACT,
)


class SmsConnector:
    """Hears one number and answers from it."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        twilio.verify(body, headers, settings)

    def response(self, body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        """Any other text would go to the person as an SMS."""
        return NOTHING_TO_SAY

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return [reading.item(raw)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return MESSAGES.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return MESSAGES.page(answer, cursor)

    def roll_call(self, day: str, settings: Mapping[str, Any]) -> HttpCall:
        return MESSAGES.roll_call(day, settings)

    def present(self, answer: Answer) -> tuple[str, ...]:
        return MESSAGES.present(answer)

    def before(self, mark: str) -> Mapping[str, Any]:
        return {"only": mark}

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        if sid := twilio.told(answer).get("sid"):
            return str(sid)
        raise Unreadable("Twilio took the answer and gave it no id.")

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.look_up(reply, settings)

    def found(self, answer: Answer) -> str | None:
        return writing.found(answer)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        """An MMS that was asked for names no files: its list of files is asked first."""
        sort, _, rest = piece_reference.partition(":")
        if sort == "media":
            sid, _, number = rest.partition(":")
            if not sid.isalnum():
                raise Unsupported("The file has no address.")
            return twilio.call("GET", f"Messages/{sid}/Media.json", settings, note=f"file={number}")
        return twilio.file_call(piece_reference, settings)

    def fetched(self, answer: Answer) -> bytes | str:
        asked = urlsplit(answer.asked) if isinstance(answer, HttpAnswer) else urlsplit("")
        if not asked.fragment.startswith("file="):
            return twilio.file(answer)
        rows, number = twilio.listed(answer, "media_list"), asked.fragment.removeprefix("file=")
        if not number.isdecimal() or int(number) >= len(rows):
            raise Unsupported("The message has fewer files than it says.")
        uri = str(rows[int(number)].get("uri") or "")
        return f"{asked.scheme}://{asked.netloc}{uri.removesuffix('.json')}"


connector = SmsConnector()
