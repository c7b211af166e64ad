"""X as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from answerable.channels.common import oauth
from answerable.channels.common.objects import an_object, parsed
from answerable.channels.common.signing_in import SignsIn
from answerable.channels.contract import (
    Allowance,
    Can,
    Enclosure,
    Family,
    Item,
    Measured,
    Page,
    Proved,
    Raw,
    Reply,
    Said,
    Spec,
    Unreadable,
)
from answerable.channels.contract_costing import Cost
from answerable.channels.contract_pushing import PushAnswer
from answerable.channels.x import api, around, direct, polling, posts, prices, pushes, signing_in, streaming, writing
from answerable.channels.x.settings import SETTINGS
from answerable.core.wire.calls import Answer, Call, HttpCall, StreamCall

SPEC = Spec(
    kind="x",
    label="X",
    icon="thread",
    family=Family.NETWORK,
    can=frozenset(
        {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE}
        | {Can.ATTACH_IMAGE, Can.NOTICE_EDIT, Can.NOTICE_DELETION, Can.SHOW_CONTEXT, Can.CONFIRM_SEEN}
        | {Can.LOOK_UP_REPLY, Can.TAKE_BACK}
    ),
    settings=SETTINGS,
    max_attachment=writing.LARGEST,
    poll_every=timedelta(minutes=1),
    look_again_for=timedelta(days=7),
    look_again_every=timedelta(hours=8),
    forget_withdrawn=timedelta(hours=24),
    docs="answerable/channels/x/README.md",
    lasting="refresh_token",
    currency=prices.CURRENCY,
    proved=Proved.STAND_IN_AND_CONTRACT,
)


class XConnector(SignsIn):
    """Hears one account and its searches, and answers from that account."""

    spec = SPEC

    def verify(self, body: bytes, headers: Mapping[str, str], at: datetime, settings: Mapping[str, Any]) -> None:
        pushes.verify(body, headers, settings)

    def challenge(self, query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
        return pushes.challenge(query, settings)

    def winnowed(self, body: bytes) -> bytes:
        return pushes.winnowed(body)

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """What we stored of a question or of the stream is one item, a delivery may be several."""
        told = an_object(parsed(raw.body))
        if told.keys() & {"post", "edited", "withdrawn"}:
            return [posts.item(raw.body, settings)]
        if "direct" not in told:
            return pushes.items(told, settings)
        try:
            return [direct.said(told["direct"], settings)]
        except posts.TROUBLE as error:
            raise Unreadable("This is not a message of X. Its bytes are kept.") from error

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def stream(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> StreamCall:
        return streaming.stream(settings)

    def frame(self, frame: bytes, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return streaming.frame(frame, cursor)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.say(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return writing.receipt(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return ""

    def measured(self, reply: Reply, settings: Mapping[str, Any]) -> Measured:
        return writing.measured(reply)

    def upload(self, enclosure: Enclosure, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.upload(enclosure, reply, settings)

    def uploaded(self, answer: Answer) -> str:
        return writing.uploaded(answer)

    def describe(self, enclosure: Enclosure, settings: Mapping[str, Any]) -> HttpCall | None:
        return writing.describe(enclosure, settings)

    def described(self, answer: Answer) -> None:
        api.data(answer)

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        return writing.look_up(reply, settings)

    def found(self, answer: Answer) -> str | None:
        return writing.found(answer)

    def take_back(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return writing.take_back(external_id, settings)

    def taken_back(self, answer: Answer) -> None:
        writing.taken_back(answer)

    def ask_context(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return around.ask_context(external_id, settings)

    def ask_further(self, answer: Answer, settings: Mapping[str, Any]) -> HttpCall | None:
        return around.ask_further(answer, settings)

    def context(self, answer: Answer, settings: Mapping[str, Any]) -> tuple[Said, ...]:
        return around.context(answer, settings)

    def ask_again(self, external_id: str, settings: Mapping[str, Any]) -> HttpCall:
        return around.ask_again(external_id, settings)

    def again(self, answer: Answer, external_id: str) -> Raw | None:
        return around.again(answer, external_id)

    def bucket(self, call: Call) -> str:
        return api.bucket(call)

    def allowance(self, answer: Answer) -> Allowance | None:
        return api.allowance(answer)

    def cost(self, call: Call, settings: Mapping[str, Any], answer: Answer | None = None) -> Cost:
        return prices.cost(call, answer)

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        return signing_in.authorise_at(redirect, state, challenge, settings)

    def client(self, settings: Mapping[str, Any]) -> oauth.Client:
        return signing_in.client(settings)


connector = XConnector()
