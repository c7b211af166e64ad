"""Nouns of replies: the draft, the reply in the outbox, the attempts to send it, saved answers and wordings."""

from answerable.replies.models.approvals import Approval, ApprovalRule
from answerable.replies.models.groups import CheckedLine, GroupAnswer
from answerable.replies.models.sending import Attempt, ClosureRequest, Draft, DraftFile, Reply, TakingBack
from answerable.replies.models.texts import NetworkText, SavedAnswer
from answerable.replies.models.wordings import Wording, WordingNotice, WordingVersion

__all__ = [
    "Approval",
    "ApprovalRule",
    "Attempt",
    "CheckedLine",
    "ClosureRequest",
    "Draft",
    "DraftFile",
    "GroupAnswer",
    "NetworkText",
    "Reply",
    "SavedAnswer",
    "TakingBack",
    "Wording",
    "WordingNotice",
    "WordingVersion",
]
