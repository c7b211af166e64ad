"""Nouns of replies: the draft, the reply in the outbox, the attempts to send it, and saved answers."""

from answerable.replies.models.sending import Attempt, ClosureRequest, Draft, DraftFile, Reply, TakingBack
from answerable.replies.models.texts import NetworkText, SavedAnswer

__all__ = [
    "Attempt",
    "ClosureRequest",
    "Draft",
    "DraftFile",
    "NetworkText",
    "Reply",
    "SavedAnswer",
    "TakingBack",
]
