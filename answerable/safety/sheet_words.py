"""What the values of a report are called on paper, in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.safety.reports import (
    AgeGroup,
    Minimum,
    Outcome,
    Qualification,
    Role,
    Seriousness,
    Sex,
    Situation,
    Sort,
    Status,
)

WORDS: Mapping[StrEnum, str | Promise] = {
    Sort.ADVERSE_EVENT: _("Adverse event"),
    Sort.TECHNICAL_COMPLAINT: _("Technical complaint"),
    Sort.SPECIAL_SITUATION: _("Special situation"),
    Minimum.REPORTER: _("Reporter"),
    Minimum.PATIENT: _("Patient"),
    Minimum.PRODUCT: _("Product"),
    Minimum.REACTION: _("Reaction"),
    Status.PRESENT: _("present"),
    Status.ABSENT: _("absent"),
    Status.UNCLEAR: _("unclear"),
    Seriousness.DEATH: _("death"),
    Seriousness.LIFE_THREATENING: _("life-threatening"),
    Seriousness.HOSPITAL: _("hospital stay"),
    Seriousness.DISABLING: _("disability"),
    Seriousness.ANOMALY: _("congenital anomaly"),
    Seriousness.OTHER: _("medically important"),
    Outcome.UNKNOWN: _("unknown"),
    Outcome.RECOVERED: _("recovered"),
    Outcome.RECOVERING: _("recovering"),
    Outcome.NOT_RECOVERED: _("not recovered"),
    Outcome.SEQUELAE: _("recovered with sequelae"),
    Outcome.FATAL: _("fatal"),
    Qualification.PHYSICIAN: _("physician"),
    Qualification.PHARMACIST: _("pharmacist"),
    Qualification.PROFESSIONAL: _("other health professional"),
    Qualification.LAWYER: _("lawyer"),
    Qualification.CONSUMER: _("consumer"),
    Sex.MALE: _("male"),
    Sex.FEMALE: _("female"),
    AgeGroup.FOETUS: _("foetus"),
    AgeGroup.NEONATE: _("newborn"),
    AgeGroup.INFANT: _("infant"),
    AgeGroup.CHILD: _("child"),
    AgeGroup.ADOLESCENT: _("adolescent"),
    AgeGroup.ADULT: _("adult"),
    AgeGroup.ELDERLY: _("elderly person"),
    Role.SUSPECT: _("suspect"),
    Role.CONCOMITANT: _("taken besides"),
    Role.INTERACTING: _("interacting"),
    Role.NOT_TAKEN: _("not taken"),
    Situation.PREGNANCY: _("pregnancy"),
    Situation.BREASTFEEDING: _("breastfeeding"),
    Situation.OVERDOSE: _("overdose"),
    Situation.ABUSE: _("abuse"),
    Situation.MISUSE: _("misuse"),
    Situation.MEDICATION_ERROR: _("medication error"),
    Situation.OFF_LABEL: _("use off label"),
    Situation.OCCUPATIONAL: _("exposure at work"),
    Situation.NO_EFFECT: _("lack of effect"),
    Situation.COUNTERFEIT: _("counterfeit"),
}

UNITS: Mapping[str, str | Promise] = {
    "a": _("years"),
    "mo": _("months"),
    "wk": _("weeks"),
    "d": _("days"),
    "h": _("hours"),
}
"""Units of age, by UCUM."""


def word(value: StrEnum) -> str:
    """The word; nothing for what is not known."""
    return str(WORDS.get(value, "")) if value else ""
