"""Nouns of cases, one file for each thing that can be asked about a case."""

from answerable.cases.models.case import Case, through_case
from answerable.cases.models.custody import Follower, Notice, Push, Snooze, Transfer
from answerable.cases.models.describing import Bulk, BulkItem, Party, ProductField, SavedView
from answerable.cases.models.filing import Filing, Invitation, Move, MovedMessage, Suggestion, Trace
from answerable.cases.models.outcome import (
    Asking,
    Closure,
    Deflection,
    Disposition,
    Promise,
    Remedy,
    RemedyKind,
    RemedyPolicy,
)

__all__ = [
    "Asking",
    "Bulk",
    "BulkItem",
    "Case",
    "Closure",
    "Deflection",
    "Disposition",
    "Filing",
    "Follower",
    "Invitation",
    "Move",
    "MovedMessage",
    "Notice",
    "Party",
    "ProductField",
    "Promise",
    "Push",
    "Remedy",
    "RemedyKind",
    "RemedyPolicy",
    "SavedView",
    "Snooze",
    "Suggestion",
    "Trace",
    "Transfer",
    "through_case",
]
