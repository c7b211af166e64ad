"""An answer as an SMS, and how to find out whether it is there. Source: Twilio's page “Messages resource”."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from answerable.channels.common import twilio
from answerable.channels.common.sms import PUBLIC_NUMBER, parted, ucs2
from answerable.channels.contract import Audience, Measured, Reply, Unreadable, Unsupported
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

LONGEST = 1600
LOOKED_THROUGH = "100"


def say(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` for what an SMS cannot carry, and for an answer to more or fewer people than one."""
    _check(reply, settings)
    service = str(settings.get("messaging_service_sid") or "").strip()
    words = {
        "To": reply.to[0].value,
        **({"MessagingServiceSid": service} if service else {"From": twilio.number(settings)}),
        "Body": reply.text,
        "StatusCallback": twilio.hook(settings),
    }
    return twilio.call("POST", "Messages.json", settings, asked=words)


def measured(reply: Reply, settings: Mapping[str, Any]) -> Measured:
    return Measured(len(ucs2(reply.text)) // 2, LONGEST, reply.text, len(parted(reply.text).parts))


def look_up(reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
    """Our newest SMS to this number. An SMS carries no key of ours, so it is known by its words and its time."""
    _check(reply, settings)
    asked = {"To": reply.to[0].value, "From": twilio.number(settings), "PageSize": LOOKED_THROUGH}
    since = f"&since={reply.at.timestamp():.0f}" if reply.at else ""
    return twilio.call("GET", "Messages.json", settings, asked=asked, note=f"words={_digest(reply.text)}{since}")


def found(answer: Answer) -> str | None:
    rows = twilio.listed(answer, "messages")
    assert isinstance(answer, HttpAnswer), "what is no HTTP has no list"
    wanted = dict(parse_qsl(urlsplit(answer.asked).fragment))
    if "words" not in wanted:
        raise Unreadable("It is not known which answer was looked for.")
    for row in rows:
        made = twilio.moment(row.get("date_created"))
        # The other side's clock and ours may differ by a few seconds.
        is_after = made is None or made.timestamp() >= float(wanted.get("since", 0)) - 60
        if is_after and _digest(str(row.get("body") or "")) == wanted["words"]:
            return str(row["sid"])
    return None


def _check(reply: Reply, settings: Mapping[str, Any]) -> None:
    if reply.audience is not Audience.PRIVATE:
        raise Unsupported("An SMS is read by one person alone. Nothing was sent; the text is kept.")
    if reply.enclosures:
        raise Unsupported("Files cannot be sent here. Nothing was sent; the text is kept.")
    people = {handle.value for handle in (*reply.to, *reply.cc)}
    if len(people) != 1 or not PUBLIC_NUMBER.fullmatch(reply.to[0].value if reply.to else ""):
        raise Unsupported("An SMS goes to one number, with + and the code of its country. Nothing was sent.")
    length = measured(reply, settings).length
    if length > LONGEST:
        raise Unsupported(f"An SMS takes {LONGEST} characters. Nothing was sent; shorten the text.")


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()
