"""Nouns of triage: the rule, its versions, what it did; what detectors found in a message and what people say to that."""

from answerable.triage.models.assessing import Assessment, Learned, Reading, Verdict
from answerable.triage.models.ruling import Firing, Rule, RuleVersion
from answerable.triage.models.toning import ToneAssessment, ToneSum, ToneVerdict

__all__ = [
    "Assessment",
    "Firing",
    "Learned",
    "Reading",
    "Rule",
    "RuleVersion",
    "ToneAssessment",
    "ToneSum",
    "ToneVerdict",
    "Verdict",
]
