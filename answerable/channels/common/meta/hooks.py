"""Pushes of the Graph: signed, challenged, and for several accounts of one app at once.

Source: Graph API "Webhooks, getting started": X-Hub-Signature-256 over the bytes as they came, hub.challenge. No time is
signed; the same delivery again is stored once, by its bytes.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from answerable.channels.common.meta.reading import each_read, loaded
from answerable.channels.common.signatures import is_signed
from answerable.channels.contract import Item, NotGenuine, Raw, Unreadable
from answerable.channels.contract_pushing import PushAnswer

Part = tuple[str, Mapping[str, Any], Any]
SIGNATURE, SCHEME = "x-hub-signature-256", "sha256="


def verify(body: bytes, headers: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """Raises `NotGenuine`. An empty secret refuses everything."""
    given = headers.get(SIGNATURE, "")
    if not given.startswith(SCHEME) or not is_signed(given.removeprefix(SCHEME), _secret(settings), body):
        raise NotGenuine("The delivery does not prove that it comes from the network. It was not stored.")


def challenge(query: Mapping[str, str], settings: Mapping[str, Any]) -> PushAnswer:
    """Say the challenge back to whoever knows our word. Raises `NotGenuine`."""
    word, given = str(settings.get("verify_token") or ""), query.get("hub.verify_token", "")
    known = hmac.compare_digest(word.encode(), given.encode("utf-8", "replace"))
    if not word or not known or query.get("hub.mode") != "subscribe":
        raise NotGenuine("The challenge does not name the word that was agreed. Nothing was changed.")
    return PushAnswer("text/plain", query.get("hub.challenge", ""))


def addressees(body: bytes) -> tuple[str, ...]:
    """The accounts that a delivery is for: an app has one address for all of them."""
    try:
        entries = json.loads(body)["entry"]
        return tuple(dict.fromkeys(str(each["id"]) for each in entries if each.get("id")))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def read(raw: Raw, settings: Mapping[str, Any], kind: str, item: Callable[[Part, str], Item | str]) -> list[Item]:
    """A push with its entries, or what a question brought: `item` reads a part of it for this account.

    Raises `Unreadable` for what is no delivery; a part of one that cannot be read is left out with its reason.
    """
    told, account = loaded(raw), str(settings.get("address") or "")
    found = [(str(told["asked"]), told, None)] if "asked" in told else parts(entries(told, account, kind))
    return each_read(found, lambda part: item(part, account), raw.body)


def entries(told: Mapping[str, Any], account: str, kind: str) -> Iterator[Mapping[str, Any]]:
    """What a delivery says of this account. Raises `Unreadable` for what is no delivery of this kind."""
    found = told.get("entry")
    if told.get("object") != kind or not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable("This is not a delivery of the Graph API. Its bytes are kept.")
    return (each for each in found if str(each.get("id")) == account)


def parts(entries: Iterator[Mapping[str, Any]]) -> list[Part]:
    """Pushed are changes and messages, each with when it was told. Raises `Unreadable`."""
    found: list[Part] = []
    for entry in entries:
        for field in ("changes", "messaging", "standby"):
            told = entry.get(field) or []
            if not isinstance(told, list):
                raise Unreadable("This is not a delivery of the Graph API. Its bytes are kept.")
            found += ((field, each, entry.get("time")) for each in told)
    return found


def _secret(settings: Mapping[str, Any]) -> str:
    return str(settings.get("app_secret") or "")
