"""The list of messages, as it is asked for. Source: Twilio's page “Messages resource”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.twilio_lists import OUT, Listing
from answerable.channels.sms import reading


def _is_news(row: Mapping[str, Any], lane: str) -> bool:
    """Of answers of ours only their end is news."""
    outgoing = str(row.get("direction") or "").startswith("outbound")
    return (outgoing and reading.is_over(str(row.get("status")))) if lane == OUT else not outgoing


def _state(row: Mapping[str, Any]) -> str:
    outgoing = str(row.get("direction") or "").startswith("outbound")
    return f"status:{row.get('status')}" if outgoing else "message"


MESSAGES = Listing("Messages", "date_sent", "DateSent", _is_news, _state)
