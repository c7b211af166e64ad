"""Nouns of the safety desk: reports, their versions, decisions with a signature, and their way to a safety system."""

from answerable.safety.models.referrals import (
    Discrepancy,
    PretendRecord,
    Reconciliation,
    Referral,
    ReferralAttempt,
    SafetyNotice,
    SafetySystem,
    SystemAnswer,
)
from answerable.safety.models.reports import Decision, Report, Version

__all__ = [
    "Decision",
    "Discrepancy",
    "PretendRecord",
    "Reconciliation",
    "Referral",
    "ReferralAttempt",
    "Report",
    "SafetyNotice",
    "SafetySystem",
    "SystemAnswer",
    "Version",
]
