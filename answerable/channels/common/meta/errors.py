"""What the error codes of the Graph API decide.

Sources: Graph API "Handle errors" and "Rate limits"; Messenger Platform "Error codes"; WhatsApp Cloud API "Error codes".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.contract import ConnectorError, Reauthorise, Refused, TryLater, WindowClosed

MINUTE, HOUR = 60.0, 3600.0
# Codes with a subcode that says more than the code alone.
EXACT: Mapping[tuple[int, int], type[ConnectorError]] = {
    (10, 2018065): WindowClosed,
    (10, 2018278): WindowClosed,
    (10, 2534022): WindowClosed,
    (200, 1545041): Refused,
    (200, 2534037): Refused,
}
DECISIONS: Mapping[int, type[ConnectorError]] = {
    **dict.fromkeys((0, 102, 190, 463, 467), Reauthorise),
    **dict.fromkeys((131005, 131031, 131042, 131045, 133010), Reauthorise),
    **dict.fromkeys((1, 2, 4, 17, 32, 341, 368, 613), TryLater),
    **dict.fromkeys(range(80000, 80015), TryLater),
    **dict.fromkeys((80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004), TryLater),
    **dict.fromkeys((131047, 10903), WindowClosed),
}
# Others are tried again after a minute.
WAITS: Mapping[int, float] = {
    **dict.fromkeys((4, 17, 32, 613, 130429), 5 * MINUTE),
    **dict.fromkeys(range(80000, 80015), 5 * MINUTE),
    **dict.fromkeys((341, 368, 131048), HOUR),
}
RIGHTS = frozenset({3, 10, *range(200, 300)})
GONE = 100, 33


def decision(error: Mapping[str, Any], *, asking: bool = False) -> ConnectorError:
    """What an error of the Graph decides. A code that nobody knows refuses for good, in the network's own words.

    Where we only asked, a missing right is missing for good: a person must give it. Where we answered, it may be about this
    one answer, so the source goes on.
    """
    code, subcode = figure(error.get("code")), figure(error.get("error_subcode"))
    kind = EXACT.get((code, subcode)) or DECISIONS.get(code) or (Reauthorise if asking and code in RIGHTS else Refused)
    if kind is TryLater:
        return TryLater("The network asks us to wait, or has trouble of its own.", WAITS.get(code, MINUTE))
    if kind is Reauthorise:
        return Reauthorise("The network no longer accepts our access token, or it lacks a right. Connect it again.")
    if kind is WindowClosed:
        return WindowClosed(f"The network no longer takes an answer here. {words(error)}".strip())
    return Refused(f"The network refused it (code {code}). {words(error)}".strip())


def is_gone(error: Mapping[str, Any]) -> bool:
    """The object is not there, or no longer for us."""
    return (figure(error.get("code")), figure(error.get("error_subcode"))) == GONE


def words(error: Mapping[str, Any]) -> str:
    """The network's own words, those for people first."""
    details = error.get("error_data")
    said = details.get("details") if isinstance(details, dict) else None
    found = error.get("error_user_msg") or said or error.get("message") or error.get("title") or ""
    return str(found).replace("\0", "")[:300]


def figure(value: Any) -> int:
    """A code; -1 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
