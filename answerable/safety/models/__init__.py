"""Nouns of the safety desk: reports, versions and signed decisions, their way to a safety system, dictionaries, batches."""

from answerable.safety.models.batches import Acknowledgement, Authority, Batch, BatchReport
from answerable.safety.models.dictionaries import Coding, Dictionary, DictionaryTerm
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
    "Acknowledgement",
    "Authority",
    "Batch",
    "BatchReport",
    "Coding",
    "Decision",
    "Dictionary",
    "DictionaryTerm",
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
