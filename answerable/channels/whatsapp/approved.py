"""The texts that WhatsApp approved for a number, as it lists them. Source: WhatsApp Business Management "Message templates"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from answerable.channels.common.meta import graph
from answerable.channels.common.meta.reading import FOREIGN, text
from answerable.channels.common.meta.walking import next_page
from answerable.channels.common.objects import objects
from answerable.channels.contract import ApprovedPage, ApprovedText, Unreadable
from answerable.core.wire.calls import Answer, HttpCall

AT_ONCE = 100
FIELDS = "name,language,status,category,components,parameter_format"
PLACE = re.compile(r"\{\{\s*([0-9]{1,2})\s*\}\}")


def ask(after: str, settings: Mapping[str, Any]) -> HttpCall:
    account = graph.segment(str(settings.get("account") or ""))
    asked = {"fields": FIELDS, "limit": str(AT_ONCE), **({"after": after} if after else {})}
    return graph.call("GET", f"{account}/message_templates", settings, asked=asked)


def page(answer: Answer) -> ApprovedPage:
    told = graph.told(answer, asking=True)
    try:
        found = tuple(made for each in objects(told.get("data")) for made in _text(each))
        return ApprovedPage(found, next_page(told))
    except FOREIGN as error:
        raise Unreadable("WhatsApp answered with something else than a list of texts.") from error


def _text(told: Mapping[str, Any]) -> Iterator[ApprovedText]:
    """What we can fill: its body has figures as places, and nothing beside it needs a file or a word of ours."""
    parts = {str(each.get("type")): each for each in objects(told.get("components") or [])}
    body, header = parts.get("BODY"), parts.get("HEADER") or {}
    if told.get("status") != "APPROVED" or body is None or told.get("parameter_format") == "NAMED":
        return
    if header.get("format", "TEXT") != "TEXT" or PLACE.search(str(header.get("text") or "")):
        return
    if any(
        PLACE.search(str(each.get("url") or "")) for each in objects((parts.get("BUTTONS") or {}).get("buttons") or [])
    ):
        return
    shown = [str(each.get("text") or "") for each in (header, body, parts.get("FOOTER") or {})]
    words = "\n\n".join(each for each in shown if each)
    places = len(set(PLACE.findall(text(body["text"]))))
    yield ApprovedText(text(told["name"]), text(told["language"]), words, places, str(told.get("category") or ""))
