"""Calls of the Bot API and what its answers mean (Telegram Bot API, “Making requests”)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common import addresses
from answerable.channels.common.objects import an_object, canonical, parsed, word
from answerable.channels.contract import ConnectorError, Reauthorise, Refused, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall

LONGEST_WAIT = 3600.0
MOST_WORDS = 300


def call(method: str, settings: Mapping[str, Any], words: Mapping[str, Any], *, repeatable: bool = False) -> HttpCall:
    """The token stands in the address there, so it is put in only when the call leaves."""
    return form(method, settings, "application/json", canonical(words), repeatable=repeatable)


def form(method: str, settings: Mapping[str, Any], kind: str, body: bytes, *, repeatable: bool = False) -> HttpCall:
    return HttpCall(
        "POST",
        f"{addresses.server(settings)}/bot{{token}}/{method}",
        headers={"Accept": "application/json", "Content-Type": kind},
        secret_words={"token": addresses.token(settings, "bot_token")},
        body=body,
        repeatable=repeatable,
        timeout=60 if len(body) > 1_000_000 else 15,
    )


def result(answer: Answer) -> Any:
    """What the call gave. Raises what the answer means."""
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("Telegram answered with something that is not HTTP.")
    if answer.status >= 500:
        raise TryLater("Telegram has trouble of its own.")
    told = an_object(parsed(answer.body))
    if answer.status == 200 and told.get("ok") is True:
        return told.get("result")
    raise _decision(answer.status, told)


def said(answer: Answer) -> str:
    """The words with which a call was refused, in lower case; empty where it was not refused."""
    if not isinstance(answer, HttpAnswer) or answer.status != 400:
        return ""
    return word(answer.body, "description").lower()


def _decision(status: int, told: Mapping[str, Any]) -> ConnectorError:
    words = str(told.get("description") or "")[:MOST_WORDS]
    match status:
        case 401 | 404:  # 404 is what a token gets that was never one
            return Reauthorise("Telegram no longer accepts the token of the bot. Ask @BotFather for a new one.")
        case 409:
            return TryLater(f"Something else asks for the news of this bot. {words}".strip())
        case 429:
            return TryLater("Telegram asks us to wait.", _seconds(told))
    return Refused(f"Telegram refused it ({status}). {words}".strip())


def _seconds(told: Mapping[str, Any]) -> float:
    parameters = told.get("parameters")
    given = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(float(given), LONGEST_WAIT) if isinstance(given, int) and given >= 0 else 60.0
