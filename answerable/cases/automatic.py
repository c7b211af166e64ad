"""Whose word is it: a person's own, or a machine's?"""

from __future__ import annotations

from answerable.channels.contract import Mark
from answerable.conversations.models import Message

AUTOMATIC = frozenset({Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE, Mark.BOUNCE, Mark.OWN_LOOP})
NO_ANSWER = AUTOMATIC | {Mark.INVITATION}
"""Marks of what is no answer of a person of ours."""
UNSAID = frozenset({"failed", "by_hand", "taken_back"})
"""States of a reply (a room above) whose words nobody has read: it did not arrive, nobody has posted it, nobody will."""


def is_automatic(message: Message) -> bool:
    """Did a machine write it? Then it is kept and shown, and moves nothing."""
    return bool(AUTOMATIC & set(message.marks))


def speaks_for_itself(message: Message) -> bool:
    """A person's own word, not a machine's."""
    return message.direction == Message.Direction.IN and not is_automatic(message)
