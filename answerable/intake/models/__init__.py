"""Nouns of intake: envelopes and what became of them, and what was set aside although words of ours found it."""

from answerable.intake.models.drawing import AsideLot
from answerable.intake.models.envelopes import (
    Backfill,
    Envelope,
    Fragment,
    Import,
    PassedBy,
    ProviderCount,
    Sighting,
    Upload,
)
from answerable.intake.models.weighing import Drawn, Lesson, Opinion, Sample, Weighed

__all__ = [
    "AsideLot",
    "Backfill",
    "Drawn",
    "Envelope",
    "Fragment",
    "Import",
    "Lesson",
    "Opinion",
    "PassedBy",
    "ProviderCount",
    "Sample",
    "Sighting",
    "Upload",
    "Weighed",
]
