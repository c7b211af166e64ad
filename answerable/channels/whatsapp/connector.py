"""A WhatsApp number as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from answerable.channels.common.meta.connectors import OnTheGraph
from answerable.channels.common.meta.settings import APP, SERVER, SIGN_IN
from answerable.channels.contract import (
    ApprovedPage,
    Can,
    Enclosure,
    Family,
    Item,
    Measured,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
)
from answerable.channels.whatsapp import approved, files, reading, writing
from answerable.core.wire.calls import Answer, HttpCall

SPEC = Spec(
    kind="whatsapp",
    label="WhatsApp",
    icon="thread",
    family=Family.MESSENGER,
    can=frozenset(
        {Can.HEAR_PRIVATE, Can.REPLY_PRIVATE, Can.ATTACH_IMAGE, Can.ATTACH_FILE}
        | {Can.CONFIRM_DELIVERY, Can.CONFIRM_SEEN, Can.NOTICE_EDIT, Can.NOTICE_DELETION}
    ),
    settings=(
        Setting(
            "address",
            "Phone number ID",
            hint="In the app: WhatsApp, API setup. Not the number itself, but the figures below it.",
        ),
        Setting("account", "WhatsApp Business account ID", hint="On the same page. Texts are approved for it."),
        *APP,
        Setting(
            "system_token",
            "Access token",
            secret=True,
            required=False,
            hint="The token of a system user without an end, or filled in by signing in.",
        ),
        *SIGN_IN,
        *SERVER,
    ),
    max_attachment=writing.LARGEST,
    reply_window=timedelta(hours=24),
    forget_withdrawn=timedelta(days=1),
    docs="answerable/channels/whatsapp/README.md",
    proved=Proved.STAND_IN_AND_CONTRACT,
)


class WhatsAppConnector(OnTheGraph):
    """Hears one number, and answers from it."""

    spec = SPEC
    rights = ("whatsapp_business_management", "whatsapp_business_messaging")
    kept_as = "system_token"

    def addressees(self, body: bytes) -> tuple[str, ...]:
        return reading.addressees(body)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return reading.read(raw, settings)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return writing.receipt(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return writing.own_id(reply)

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.upload(enclosure, reply, settings)

    def uploaded(self, answer: Answer) -> str:
        return writing.uploaded(answer)

    def fetch(self, piece_reference: str, settings: Mapping[str, Any]) -> HttpCall:
        return files.fetch(piece_reference, settings)

    def fetched(self, answer: Answer) -> bytes | str:
        return files.fetched(answer)

    def ask_approved(self, after: str, settings: Mapping[str, Any]) -> HttpCall:
        return approved.ask(after, settings)

    def approved(self, answer: Answer) -> ApprovedPage:
        return approved.page(answer)


connector = WhatsAppConnector()
