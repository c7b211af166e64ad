"""What the form of a report asks: each field of each part, what it is called, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    Status,
)

Words = str | Promise


class Sort(StrEnum):
    """How a field is filled in: a line, a long text, a day, a moment, one of a list, several of a list, or yes and no."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    ONE = "one"
    MANY = "many"
    YES = "yes"
    YES_NO = "yes_no"
    WORDS = "words"


@dataclass(frozen=True)
class Shape:
    """One field. `kind` is the enumeration of which one or several are chosen."""

    name: str
    label: Words
    sort: Sort = Sort.LINE
    kind: type[StrEnum] | None = None


def _one(name: str, label: Words, kind: type[StrEnum]) -> Shape:
    return Shape(name, label, Sort.ONE, kind)


CHOICES: Mapping[type[StrEnum], Mapping[str, Words]] = {
    Status: {"present": _("Present"), "absent": _("Absent"), "unclear": _("Unclear")},
    Seriousness: {
        "death": _("Death"),
        "life_threatening": _("Danger to life"),
        "hospital": _("Hospital stay, or a longer one"),
        "disabling": _("Lasting disability"),
        "anomaly": _("Anomaly at birth"),
        "other": _("Otherwise medically important"),
    },
    Outcome: {
        "unknown": _("Not known"),
        "recovered": _("Recovered"),
        "recovering": _("Recovering"),
        "not_recovered": _("Not recovered"),
        "sequelae": _("Recovered with lasting harm"),
        "fatal": _("Fatal"),
    },
    Qualification: {
        "": _("Not known"),
        "physician": _("Physician"),
        "pharmacist": _("Pharmacist"),
        "professional": _("Other health professional"),
        "lawyer": _("Lawyer"),
        "consumer": _("Consumer"),
    },
    Sex: {"": _("Not known"), "male": _("Male"), "female": _("Female")},
    AgeGroup: {
        "": _("Not known"),
        "foetus": _("Foetus"),
        "neonate": _("Newborn"),
        "infant": _("Infant"),
        "child": _("Child"),
        "adolescent": _("Adolescent"),
        "adult": _("Adult"),
        "elderly": _("Elderly"),
    },
    Role: {
        "suspect": _("Suspected"),
        "concomitant": _("Taken besides"),
        "interacting": _("Interacting"),
        "not_taken": _("Not taken"),
    },
    Situation: {
        "pregnancy": _("Pregnancy"),
        "breastfeeding": _("Breastfeeding"),
        "overdose": _("Overdose"),
        "abuse": _("Abuse"),
        "misuse": _("Misuse"),
        "medication_error": _("Medication error"),
        "off_label": _("Use outside of the leaflet"),
        "occupational": _("Exposure at work"),
        "no_effect": _("No effect"),
        "counterfeit": _("Counterfeit"),
    },
    Minimum: {
        "reporter": _("Reporter"),
        "patient": _("Patient"),
        "product": _("Product"),
        "reaction": _("Reaction"),
    },
}
YES_NO: Mapping[str, Words] = {"": _("Not known"), "yes": _("Yes"), "no": _("No")}

EVENT = (
    Shape("received_at", _("Day zero: first receipt"), Sort.MOMENT),
    Shape("latest_at", _("Last significant information"), Sort.MOMENT),
    Shape("country", _("Country of the event, two letters")),
    Shape("expedited", _("To be sent at once"), Sort.YES_NO),
    Shape("told_language", _("Language of the reporter, three letters")),
    Shape("told", _("The account in the reporter's words"), Sort.TEXT),
    Shape("narrative", _("The account in English"), Sort.TEXT),
    Shape("situations", _("Special situations"), Sort.MANY, Situation),
)
REPORTER = (
    _one("qualification", _("Qualification"), Qualification),
    Shape("country", _("Country, two letters")),
    Shape("given_name", _("Given name")),
    Shape("family_name", _("Family name")),
    Shape("organisation", _("Organisation")),
    Shape("email", _("E-mail")),
    Shape("telephone", _("Telephone")),
    Shape("handle", _("Handle on the network")),
    Shape("refuses_contact", _("Does not want to be asked more"), Sort.YES),
)
PATIENT = (
    Shape("initials", _("Initials")),
    Shape("record_number", _("Record number")),
    Shape("born", _("Born"), Sort.DAY),
    Shape("age", _("Age")),
    Shape("age_unit", _("Unit of the age (a: years)")),
    _one("age_group", _("Age group"), AgeGroup),
    _one("sex", _("Sex"), Sex),
    Shape("weight_kg", _("Weight in kg")),
    Shape("died", _("Died"), Sort.DAY),
    Shape("several", _("Several people, so no single patient"), Sort.YES),
    Shape("history", _("Medical history"), Sort.TEXT),
)
REACTION = (
    Shape("words", _("What happened, in the reporter's words")),
    Shape("translation", _("In English")),
    Shape("language", _("Language of the words, three letters")),
    Shape("seriousness", _("Serious because of"), Sort.MANY, Seriousness),
    _one("outcome", _("Outcome"), Outcome),
    Shape("onset", _("Began"), Sort.DAY),
    Shape("ended", _("Ended"), Sort.DAY),
    Shape("country", _("Country, two letters")),
    Shape("lay_term", _("Term of our own word list")),
)
PRODUCT = (
    Shape("name", _("Name, as it was told")),
    _one("role", _("Role"), Role),
    Shape("lot", _("Lot")),
    Shape("dose", _("Dose")),
    Shape("dose_unit", _("Unit of the dose")),
    Shape("dose_words", _("Dose in words")),
    Shape("route_words", _("How it was taken")),
    Shape("form_words", _("Form")),
    Shape("started", _("Taken since"), Sort.DAY),
    Shape("stopped", _("Stopped"), Sort.DAY),
    Shape("taken_for", _("Taken for")),
    Shape("holder", _("Holder of the authorisation")),
    Shape("authorisation", _("Number of the authorisation")),
    Shape("country", _("Country, two letters")),
)
DEVICE = (
    Shape("common_name", _("Sort of device")),
    Shape("product_code", _("Product code")),
    Shape("model", _("Model")),
    Shape("catalogue", _("Catalogue number")),
    Shape("serial", _("Serial number")),
    Shape("udi", _("UDI")),
    Shape("maker", _("Maker")),
    Shape("maker_country", _("Country of the maker, two letters")),
    Shape("expires", _("Expires"), Sort.DAY),
    Shape("failed", _("It failed"), Sort.YES_NO),
    Shape("problems", _("Codes of the problem, with commas between"), Sort.WORDS),
    _one("handled_by", _("Handled by"), Qualification),
    Shape("kept_for_study", _("Kept for study"), Sort.YES_NO),
    Shape("remedies", _("Remedies, with commas between"), Sort.WORDS),
)
LISTS: Mapping[str, tuple[Words, Sequence[Shape]]] = {
    "reporters": (_("Reporter"), REPORTER),
    "reactions": (_("Reaction"), REACTION),
    "products": (_("Product"), PRODUCT),
}
MARKED = ("reactions", "products")
"""The lists whose entries name the words that show them."""
CODED = {
    "number",
    "sort",
    "version",
    "term",
    "term_taken_for",
    "spans",
    "device",
    "reporters",
    "patient",
    "reactions",
} | {
    "products",
    "criteria",
}
"""What has no field of its own: parts that have a form of theirs, and codes that are chosen from a dictionary."""


def options(shape: Shape) -> Sequence[tuple[str, Words]]:
    if shape.sort is Sort.YES_NO:
        return list(YES_NO.items())
    return list(CHOICES[shape.kind].items()) if shape.kind else []
