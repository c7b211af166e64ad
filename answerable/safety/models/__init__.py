"""Nouns of the safety desk: reports, their versions, and decisions with a signature."""

from answerable.safety.models.reports import Decision, Report, Version

__all__ = [
    "Decision",
    "Report",
    "Version",
]
