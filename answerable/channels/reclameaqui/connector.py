"""Reclame Aqui as a channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from answerable.channels.common.objects import objects
from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Item,
    Page,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.channels.contract_closing import Ground
from answerable.channels.contract_renewing import Access
from answerable.channels.reclameaqui import polling, server
from answerable.channels.reclameaqui.complaints import is_theirs, items, own_id
from answerable.core.wire.calls import Answer, HttpCall

SPEC = Spec(
    kind="reclameaqui",
    label="Reclame Aqui",
    icon="flag",
    family=Family.COMPLAINTS,
    can=frozenset(
        {
            *(Can.HEAR_COMMENTS, Can.HEAR_PRIVATE, Can.REPLY_PUBLIC, Can.REPLY_PRIVATE),
            *(Can.NOTICE_DELETION, Can.LOOK_UP_REPLY, Can.ASK_CLOSURE),
        }
    ),
    settings=(
        Setting("client_id", "Client ID", hint="Your contact at Reclame Aqui opens the API and gives you this pair."),
        Setting("client_secret", "Client secret", secret=True),
        Setting("user", "E-mail of the user in whose name private messages go", hint="One of your users there."),
        Setting(
            "from_day",
            "First day to take in",
            required=False,
            default="",
            hint="Like 2026-01-31. Empty: everything that the site still holds.",
        ),
        Setting("server", "Web address of the API", default="https://app.hugme.com.br/api", rarely=True),
    ),
    poll_every=timedelta(seconds=20),
    forget_withdrawn=timedelta(days=7),
    docs="answerable/channels/reclameaqui/README.md",
    proved=Proved.STAND_IN,
)
GROUNDS = (
    Ground("solved", "It is solved: ask the customer to rate it", solved=True),
    Ground("4", "It is there twice", needs_words=True),
    Ground("5", "Its words break the rules of the site", needs_words=True),
    Ground("15", "It is about somebody else’s purchase", needs_words=True),
    Ground("16", "It is about work, not about a purchase", needs_words=True),
    Ground("17", "No right of the customer was broken", needs_words=True),
    Ground("19", "It is a fraud", needs_words=True),
)
NOT_OURS = "This is no complaint as Reclame Aqui sends it. Its bytes are kept."


class ReclameAqui:
    """Hears the complaints about one company and answers them."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        try:
            return items(json.loads(raw.body))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise Unreadable(NOT_OURS) from error

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        """Below the complaint for everybody, or to the person alone: two different addresses of the site."""
        if reply.audience == Audience.INTERNAL:
            raise Unsupported("A note is for staff and never leaves the desk.")
        if reply.enclosures:
            raise Unsupported("Reclame Aqui takes no files from here. Nothing was sent; the text is kept.")
        complaint = _complaint(reply.in_reply_to)
        note = own_id(complaint, reply.text)
        if reply.audience == Audience.PUBLIC:
            return server.tell("message/public", {"id": complaint, "message": reply.text}, settings, note=note)
        if not reply.to:
            raise Unsupported("A private answer needs somebody to go to. Nothing was sent.")
        fields = {"id": complaint, "message": reply.text, "email": str(settings.get("user") or "")}
        return server.tell("message/private", fields, settings, note=note)

    def receipt(self, answer: Answer) -> str:
        server.told(answer)
        return server.note_of(answer) or _unknown()

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        return own_id(_complaint(reply.in_reply_to), reply.text)

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> HttpCall:
        complaint = _complaint(reply.in_reply_to)
        return server.ask(f"id[eq]={complaint}", settings, note=own_id(complaint, reply.text))

    def found(self, answer: Answer) -> str | None:
        """Our words are there, or no words of ours are. Other words of ours prove nothing: then a person looks."""
        told, note = server.told(answer), server.note_of(answer)
        complaint = note.split(":")[1] if note.count(":") == 2 else _unknown()
        try:
            said = [each for one in objects(told.get("data")) for each in objects(one.get("interactions") or [])]
            ours = [str(each.get("message") or "") for each in said if not is_theirs(each)]
        except (KeyError, ValueError, TypeError) as error:
            raise Unreadable(NOT_OURS) from error
        if any(own_id(complaint, text) == note for text in ours):
            return note
        return None if said and not ours else _unknown()

    def grounds(self) -> Sequence[Ground]:
        return GROUNDS

    def ask_closure(self, external_id: str, ground: str, words: str, settings: Mapping[str, Any]) -> HttpCall:
        """Solved: the customer is asked to rate. Any other ground: the site's moderators are asked."""
        complaint = _complaint(external_id)
        if ground == "solved":
            return server.tell("evaluation", {"id": complaint}, settings)
        if ground not in {each.code for each in GROUNDS} or not words.strip():
            raise Unsupported("The site wants a ground of its own list, and the reason in words. Nothing was asked.")
        return server.tell("moderation", {"id": complaint, "reason": ground, "message": words}, settings)

    def closure_asked(self, answer: Answer) -> None:
        if not server.is_done_already(answer):
            server.told(answer)

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall:
        return server.renewal(settings)

    def renewed(self, answer: Answer) -> Access:
        return server.renewed(answer)


def _complaint(external_id: str) -> str:
    """The number of the complaint in the name of an utterance."""
    number, _, interaction = external_id.partition("/")
    if not (number.isascii() and number.isdecimal() and interaction):
        raise Unsupported("On Reclame Aqui only a complaint can be answered. Nothing was sent; the text is kept.")
    return number


def _unknown() -> Any:
    raise Unreadable("Reclame Aqui’s answer does not say what became of it.")


connector = ReclameAqui()
