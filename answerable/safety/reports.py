"""What a report of a suspicion holds, as values: complete, frozen, and the same whatever form it leaves in.

A report says what somebody told, and by which words. What nobody told is empty; it is never guessed. The four minimum
criteria (GVP VI.B.2; FDA's guidance asks for the same four) are in `criteria`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Sort(StrEnum):
    """What is suspected. A case may have one report of each sort, and several of one."""

    ADVERSE_EVENT = "adverse_event"
    TECHNICAL_COMPLAINT = "technical_complaint"
    SPECIAL_SITUATION = "special_situation"


class Minimum(StrEnum):
    """The four things without which a case is not valid (GVP VI.B.2)."""

    REPORTER = "reporter"
    PATIENT = "patient"
    PRODUCT = "product"
    REACTION = "reaction"


class Status(StrEnum):
    """Is it there? Unclear is an answer, and means that somebody has to ask."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCLEAR = "unclear"


class Seriousness(StrEnum):
    """Why a reaction is serious (GVP VI.A.1.6); each reaction has its own reasons, or none."""

    DEATH = "death"
    LIFE_THREATENING = "life_threatening"
    HOSPITAL = "hospital"
    DISABLING = "disabling"
    ANOMALY = "anomaly"
    OTHER = "other"


class Outcome(StrEnum):
    """How a reaction ended."""

    UNKNOWN = "unknown"
    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    SEQUELAE = "sequelae"
    FATAL = "fatal"


class Qualification(StrEnum):
    """What a reporter is. One of whom nothing is known counts as a consumer (GVP VI.B.2)."""

    PHYSICIAN = "physician"
    PHARMACIST = "pharmacist"
    PROFESSIONAL = "professional"
    LAWYER = "lawyer"
    CONSUMER = "consumer"
    UNKNOWN = ""


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = ""


class AgeGroup(StrEnum):
    FOETUS = "foetus"
    NEONATE = "neonate"
    INFANT = "infant"
    CHILD = "child"
    ADOLESCENT = "adolescent"
    ADULT = "adult"
    ELDERLY = "elderly"
    UNKNOWN = ""


class Role(StrEnum):
    """What a product has to do with it."""

    SUSPECT = "suspect"
    CONCOMITANT = "concomitant"
    INTERACTING = "interacting"
    NOT_TAKEN = "not_taken"


class Situation(StrEnum):
    """Special situations (GVP VI introduction and VI.B.6): kept and routed even where nobody was harmed."""

    PREGNANCY = "pregnancy"
    BREASTFEEDING = "breastfeeding"
    OVERDOSE = "overdose"
    ABUSE = "abuse"
    MISUSE = "misuse"
    MEDICATION_ERROR = "medication_error"
    OFF_LABEL = "off_label"
    OCCUPATIONAL = "occupational"
    NO_EFFECT = "no_effect"
    COUNTERFEIT = "counterfeit"


@dataclass(frozen=True)
class Span:
    """The words that show something: where they stand in which text of the case. `start` and `end` count characters."""

    text_id: str
    start: int
    end: int
    words: str

    def stands_in(self, text: str) -> bool:
        """Are these really the words of that place?"""
        return 0 <= self.start < self.end <= len(text) and text[self.start : self.end] == self.words


@dataclass(frozen=True)
class Criterion:
    """A person's answer for one of the four, with the words that show it."""

    status: Status
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Term:
    """A code of the workspace's own dictionary. MedDRA is licensed; without it there is no term, and the report is a draft."""

    code: str
    release: str


@dataclass(frozen=True)
class Reporter:
    """Who tells. Often not the patient."""

    qualification: Qualification = Qualification.UNKNOWN
    country: str = ""
    given_name: str = ""
    family_name: str = ""
    organisation: str = ""
    email: str = ""
    telephone: str = ""
    handle: str = ""
    refuses_contact: bool = False


@dataclass(frozen=True)
class Patient:
    """Who is affected. `several` where the words speak of “some patients”: that is no patient (GVP VI.B.2)."""

    initials: str = ""
    record_number: str = ""
    born: date | None = None
    age: str = ""
    age_unit: str = "a"
    age_group: AgeGroup = AgeGroup.UNKNOWN
    sex: Sex = Sex.UNKNOWN
    weight_kg: str = ""
    history: str = ""
    died: date | None = None
    several: bool = False


@dataclass(frozen=True)
class Reaction:
    """One thing that happened, in the words of the reporter. `seriousness` is in the order of the enumeration."""

    words: str
    language: str = ""
    translation: str = ""
    seriousness: tuple[Seriousness, ...] = ()
    outcome: Outcome = Outcome.UNKNOWN
    onset: date | None = None
    ended: date | None = None
    country: str = ""
    term: Term | None = None
    lay_term: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Device:
    """What a report about a device says besides. `problems` are codes of IMDRF annex A that the workspace loaded."""

    common_name: str = ""
    product_code: str = ""
    model: str = ""
    catalogue: str = ""
    serial: str = ""
    udi: str = ""
    maker: str = ""
    maker_country: str = ""
    expires: date | None = None
    failed: bool | None = None
    problems: tuple[str, ...] = ()
    handled_by: Qualification = Qualification.UNKNOWN
    kept_for_study: bool | None = None
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Product:
    """What is suspected, as the reporter named it."""

    name: str
    role: Role = Role.SUSPECT
    holder: str = ""
    authorisation: str = ""
    country: str = ""
    lot: str = ""
    dose: str = ""
    dose_unit: str = ""
    dose_words: str = ""
    route_words: str = ""
    form_words: str = ""
    started: date | None = None
    stopped: date | None = None
    taken_for: str = ""
    term_taken_for: Term | None = None
    device: Device | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Report:
    """One suspicion. `received_at` is the first receipt by anybody of ours and never moves later; `latest_at` is the last
    significant information. `narrative` is the account in English, `told` the same in the language of the reporter.
    """

    number: str
    sort: Sort
    received_at: datetime
    latest_at: datetime
    country: str
    narrative: str = ""
    told: str = ""
    told_language: str = ""
    reporters: tuple[Reporter, ...] = ()
    patient: Patient = Patient()
    reactions: tuple[Reaction, ...] = ()
    products: tuple[Product, ...] = ()
    situations: tuple[Situation, ...] = ()
    criteria: Mapping[Minimum, Criterion] = field(default_factory=dict)
    version: int = 1
    expedited: bool | None = None

    @property
    def is_serious(self) -> bool:
        """A report is as serious as the most serious of its reactions."""
        return any(each.seriousness for each in self.reactions)

    @property
    def is_coded(self) -> bool:
        """Does every reaction have its term? Without, the report can be handed over as a draft only."""
        return bool(self.reactions) and all(each.term for each in self.reactions)
