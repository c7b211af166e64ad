"""Nouns of triage: the rule, its versions, what it did; what detectors found in a message and what people say to that; groups."""

from answerable.triage.models.assessing import Assessment, Learned, Reading, Verdict
from answerable.triage.models.groups import Group, GroupMessage
from answerable.triage.models.reviewing import Drift, DriftNotice, Lot, Measured, ToRead
from answerable.triage.models.ruling import Firing, Rule, RuleVersion
from answerable.triage.models.toning import ToneAssessment, ToneSum, ToneVerdict

__all__ = [
    "Assessment",
    "Drift",
    "DriftNotice",
    "Firing",
    "Group",
    "GroupMessage",
    "Learned",
    "Lot",
    "Measured",
    "Reading",
    "Rule",
    "RuleVersion",
    "ToRead",
    "ToneAssessment",
    "ToneSum",
    "ToneVerdict",
    "Verdict",
]
