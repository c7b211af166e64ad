"""How news of a bot comes: we ask for it, or Telegram pushes it (Telegram Bot API, “Getting updates”). Never both.

The cursor is {"offset": the next update, "hook": the address that Telegram was given}. To ask with an offset is to say that
everything before it is kept, so it is asked with only what a transaction stored. Which way news comes is a setting; the
source tells Telegram so by itself, before it asks for anything else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from answerable.channels.common.objects import canonical, objects
from answerable.channels.contract import NotGenuine, Page, Raw, Unreadable, Unsupported
from answerable.channels.telegram.server import call, result
from answerable.channels.telegram.updates import WANTED
from answerable.core.wire.calls import Answer, HttpCall

AT_ONCE = 100
PROOF = "x-telegram-bot-api-secret-token"


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpCall:
    """Raises `Unsupported` where Telegram pushes and knows where to."""
    hook = _hook(settings)
    if hook != _mark(cursor):
        return _arrange(settings, hook)
    if hook:
        raise Unsupported("Telegram pushes the news of this bot, so it is not asked for them.")
    asked = {"offset": int(cursor.get("offset") or 0), "limit": AT_ONCE, "timeout": 0, "allowed_updates": list(WANTED)}
    return call("getUpdates", settings, asked, repeatable=True)


def page(answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
    told, hook = result(answer), _hook(settings)
    if hook != _mark(cursor):
        if told is not True:
            raise Unreadable("Telegram did not say that it took the address.")
        return Page((), {"offset": int(cursor.get("offset") or 0), "hook": hook}, more=not hook)
    updates = objects(told)
    try:
        items = tuple(Raw(canonical(each), external_id=f"update {int(each['update_id'])}") for each in updates)
        newest = [int(each["update_id"]) + 1 for each in updates]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("Telegram answered with something else than updates.") from error
    passed = max([int(cursor.get("offset") or 0), *newest])
    return Page(items, {"offset": passed, "hook": ""}, more=len(items) >= AT_ONCE)


def verify(headers: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """The word that Telegram was given with the address. It signs neither body nor time. Raises `NotGenuine`."""
    expected, given = secret(settings), headers.get(PROOF, "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise NotGenuine("The delivery does not prove that it comes from Telegram. It was not stored.")


def secret(settings: Mapping[str, Any]) -> str:
    """Made of the source's own key, in the letters that Telegram takes. An empty key makes none."""
    key = str(settings.get("token_key") or "")
    return hmac.new(key.encode(), b"telegram push", "sha256").hexdigest() if key else ""


def _arrange(settings: Mapping[str, Any], hook: str) -> HttpCall:
    if not hook:
        return call("deleteWebhook", settings, {"drop_pending_updates": False}, repeatable=True)
    words = {"url": _address(settings), "secret_token": secret(settings), "allowed_updates": list(WANTED)}
    return call("setWebhook", settings, words, repeatable=True)


def _hook(settings: Mapping[str, Any]) -> str:
    """What Telegram must know: the address and the word. A mark of both, for the cursor holds no secret."""
    if settings.get("arrival") != "pushed":
        return ""
    return hashlib.sha256(f"{_address(settings)}\0{secret(settings)}".encode()).hexdigest()[:16]


def _mark(cursor: Mapping[str, Any]) -> str | None:
    """A source that was never asked does not know whether Telegram was given an address before."""
    return cursor.get("hook")


def _address(settings: Mapping[str, Any]) -> str:
    return f"{str(settings.get('house_url') or '').rstrip('/')}/hooks/{settings.get('slug') or ''}"
