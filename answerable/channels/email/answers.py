"""What a mail server's answer means (RFC 5321, section 4.2; RFC 3463; RFC 4954)."""

from __future__ import annotations

import re

from answerable.channels.contract import Reauthorise, Refused, TryLater, Unreadable
from answerable.channels.email.addresses import normal
from answerable.core.wire.calls import Answer, SmtpAnswer

WRONG_LOGIN = frozenset({530, 534, 535, 538})
# Seconds. A greylisting server lets a mail in after some minutes; a full mailbox takes longer to be emptied.
WAITS = {421: 60.0, 450: 300.0, 451: 300.0, 452: 1800.0, 454: 120.0}
QUEUE_ID = re.compile(r"queued (?:as|with id) <?([\w.-]{1,100})>?", re.IGNORECASE)
ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,250}>?")


def receipt(answer: Answer) -> str:
    """The id under which the server queued the mail, or its own words when it gives none."""
    if not isinstance(answer, SmtpAnswer):
        raise Unreadable("The mail server gave an answer that is not one to a sent mail.")
    code, words = answer.code, answer.text
    if 200 <= code < 300:
        queued = QUEUE_ID.search(words)
        return queued[1] if queued else words.strip()[:200] or str(code)
    if code in WRONG_LOGIN:
        raise Reauthorise("The mail server no longer accepts the user name and password of this mailbox.")
    if 400 <= code < 500:
        raise TryLater(f"The mail server cannot take the mail now: {_shown(code, words)}", WAITS.get(code, 300.0))
    if 500 <= code < 600:
        raise Refused(_refusal(code, words))
    raise Unreadable(f"The mail server answered {code}, which means nothing to us. Whether the mail left is unknown.")


def _refusal(code: int, words: str) -> str:
    if code == 552 and "5.2.2" not in words:
        return f"The mail is too large for the mail server: {_shown(code, words)}"
    return f"The mail server refused the mail: {_shown(code, words)}"


def _shown(code: int, words: str) -> str:
    """The server's own words without addresses, since a reason is shown and logged."""
    return f"{code} {ADDRESS.sub('(address)', words)[:300]}".strip()


def left_out(answer: Answer) -> dict[str, str]:
    """Recipients that the server refused while it took the mail for others (RFC 5321, section 3.3)."""
    if not isinstance(answer, SmtpAnswer):
        return {}
    return {normal(address): f"{code} {words}".strip() for address, (code, words) in answer.refused.items()}
