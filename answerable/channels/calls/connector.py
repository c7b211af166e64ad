"""Telephone calls: pushed by a telephone system, imported from its export, or noted by a colleague.

Each call is one private utterance of its caller, also one that was given up while it waited. There is no way back: whoever
called is called by a person, who notes it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from answerable.channels.calls import folder
from answerable.channels.calls.calls import Exchange, external_id, said
from answerable.channels.calls.rows import Row, rows
from answerable.channels.common import objects
from answerable.channels.contract import (
    Can,
    Family,
    Item,
    LeftOut,
    NotGenuine,
    Page,
    Proved,
    Raw,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.core.errors import Invalid
from answerable.core.text.telephone import COUNTRIES
from answerable.core.wire.calls import Answer, Call

FRESH = timedelta(minutes=5)
SOUND = b'{"size":'
ZONES = tuple(sorted(available_timezones()))
SPEC = Spec(
    kind="call",
    label="Telephone",
    icon="phone",
    family=Family.TELEPHONE,
    can=frozenset({Can.HEAR_PRIVATE}),
    settings=(
        Setting("country", "Country of numbers that are written without one", default="US", choices=COUNTRIES),
        Setting(
            "language",
            "Language of the line",
            default="en",
            choices=("en", "pt-br", "pl"),
            hint="Calls that nobody wrote about are described in it.",
        ),
        Setting("time_zone", "Time zone of times that are written without one", default="UTC", choices=ZONES),
        Setting("dates", "Order in dates with strokes", default="day", choices=("day", "month")),
        Setting(
            "folder",
            "Folder of call records and recordings",
            required=False,
            default="",
            hint="A path on this server, below one that ANSWERABLE_FOLDERS names. Nothing is deleted there.",
        ),
        Setting(
            "recording_consent",
            "Consent to recording on this line",
            default="no",
            choices=("no", "announced"),
            hint="A recording is kept here only where callers are told of it before.",
        ),
        Setting(
            "signing_key",
            "Key that signs what is pushed",
            secret=True,
            required=False,
            hint="A long random text, the same in the telephone system. Without one nothing can be pushed.",
        ),
    ),
    poll_every=timedelta(minutes=1),
    docs="answerable/channels/calls/README.md",
    files=True,
    proved=Proved.SAMPLES,
)


class CallsConnector:
    """Reads lists of calls."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        """HMAC-SHA-256 over time and body, at most five minutes old. Raises `NotGenuine`."""
        key = str(settings.get("signing_key") or "")
        stamp, given = headers.get("x-call-time", ""), headers.get("x-call-signature", "")
        fresh = stamp.isdecimal() and len(stamp) < 12 and abs(at.timestamp() - int(stamp)) <= FRESH.total_seconds()
        if (
            not key
            or not fresh
            or not hmac.compare_digest(signature(key, stamp, body), given.encode("utf-8", "replace"))
        ):
            raise NotGenuine("The delivery does not prove that it comes from the telephone system. It was not stored.")

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """Each row is one call, or left out with its reason. Raises `Unreadable` where nothing is a list of calls."""
        exchange = _exchange(settings)
        if raw.body.startswith(SOUND):
            return [folder.sound(objects.an_object(objects.parsed(raw.body)), exchange)]
        return [_item(row, exchange) for row in rows(raw.body)]

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Call:
        return folder.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return folder.page(answer, cursor)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> Call:
        return folder.fetch(piece_reference, settings)

    def fetched(self, answer: Answer) -> bytes | str:
        return folder.fetched(answer)


def signature(key: str, stamp: str, body: bytes) -> bytes:
    """The signature of a delivery, in hexadecimal."""
    return hmac.new(key.encode(), stamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest().encode()


def _exchange(settings: Mapping[str, Any]) -> Exchange:
    try:
        ZoneInfo(str(settings["time_zone"]))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unreadable(
            "The time zone in the settings of this source is not known. Mend it there, then open this again."
        ) from error
    return Exchange.of(settings)


def _item(row: Row, exchange: Exchange) -> Item:
    try:
        return said(row, exchange)
    except Invalid as error:
        return LeftOut(external_id(row), row.number, error.template, understood=False, facts=error.facts)
    except Unsupported as error:
        return LeftOut(external_id(row), row.number, error.template, understood=True, facts=error.facts)


connector = CallsConnector()
