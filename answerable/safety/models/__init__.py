"""Nouns of the safety desk: reports, what came after, products, the way to a safety system, dictionaries, batches."""

from answerable.safety.models.batches import Acknowledgement, Authority, Batch, BatchReport
from answerable.safety.models.desks import Desk, RegulatedProduct
from answerable.safety.models.dictionaries import Coding, Dictionary, DictionaryTerm
from answerable.safety.models.following import FollowUp, Inquiry, Link, OpinionAsked
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
    "Desk",
    "Dictionary",
    "DictionaryTerm",
    "Discrepancy",
    "FollowUp",
    "Inquiry",
    "Link",
    "OpinionAsked",
    "PretendRecord",
    "Reconciliation",
    "Referral",
    "ReferralAttempt",
    "RegulatedProduct",
    "Report",
    "SafetyNotice",
    "SafetySystem",
    "SystemAnswer",
    "Version",
]
