"""What to ask the reporter next, how often, and when to stop.

What makes a case valid comes first, then what its assessment needs, the serious ones before the others. Nobody is asked what was
told already. It ends when all is known, when the reporter refuses contact, or after so many questions without an answer;
the report stays on record as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext_noop

from answerable.safety.criteria import TO_ASK, validity
from answerable.safety.reports import AgeGroup, Outcome, Product, Reaction, Report, Role, Sex


class Next(StrEnum):
    """What is to be done now."""

    ASK = "ask"
    WAIT = "wait"
    NOTHING_LEFT = "nothing left"
    REFUSED = "refused"
    GIVEN_UP = "given up"


@dataclass(frozen=True)
class Ask:
    """One thing to ask: its key (`questions.toml`), and about what. `sentence` says it to one of us."""

    key: str
    about: str = ""

    @property
    def sentence(self) -> str:
        return TO_DO[self.key] % {"about": self.about}


TO_DO: Mapping[str, str] = {
    **{str(each): sentence for each, sentence in TO_ASK.items()},
    "onset": gettext_noop("Ask when it began: %(about)s"),
    "outcome": gettext_noop("Ask how the person is now: %(about)s"),
    "age": gettext_noop("Ask how old the patient is."),
    "sex": gettext_noop("Ask for the sex of the patient."),
    "lot": gettext_noop("Ask for the lot of %(about)s."),
    "since": gettext_noop("Ask since when %(about)s was taken."),
    "dose": gettext_noop("Ask how much of %(about)s was taken."),
    "serial": gettext_noop("Ask for the serial number or the code on the package of %(about)s."),
    "kept": gettext_noop("Ask whether %(about)s is still there, and that it is not thrown away."),
}
LANGUAGES = ("en", "pt", "pl")


@dataclass(frozen=True)
class Attempt:
    """One time that we asked, and whether an answer came."""

    at: datetime
    answered: bool = False


@dataclass(frozen=True)
class Plan:
    """How often to ask in vain, and how long to wait for an answer: a workspace's own rule, no regulator's number."""

    most: int = 3
    wait: timedelta = timedelta(days=3)
    wait_when_serious: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """What is next: questions to ask now, or until when to wait, or why it ends."""

    next: Next
    questions: tuple[str, ...] = ()
    until: datetime | None = None


def step(report: Report, attempts: Sequence[Attempt], *, at: datetime, plan: Plan | None = None) -> Step:
    """The next step for a report, after the attempts so far in the order of time."""
    plan = plan or Plan()
    asked = tuple(questions(report))
    if not asked:
        return Step(Next.NOTHING_LEFT)
    if report.reporters and all(each.refuses_contact for each in report.reporters):
        return Step(Next.REFUSED)
    if attempts and not attempts[-1].answered:
        until = attempts[-1].at + (plan.wait_when_serious if report.is_serious else plan.wait)
        if at < until:
            return Step(Next.WAIT, until=until)
        if _in_vain(attempts) >= plan.most:
            return Step(Next.GIVEN_UP)
    return Step(Next.ASK, asked)


def questions(report: Report) -> Iterator[str]:
    """Everything that is not known yet as what one of us does, the most needed first."""
    return (each.sentence for each in asks(report))


def asks(report: Report) -> Iterator[Ask]:
    """Everything that is not known yet, the most needed first."""
    yield from (Ask(str(each)) for each in validity(report).missing)
    for reaction in report.reactions:
        yield from _of_reaction(reaction)
    patient = report.patient
    if report.reactions and not (patient.age or patient.born or patient.age_group is not AgeGroup.UNKNOWN):
        yield Ask("age")
    if report.reactions and patient.sex is Sex.UNKNOWN:
        yield Ask("sex")
    for product in report.products:
        if product.role is not Role.CONCOMITANT:
            yield from _of_product(product)


def letter(asked: Iterable[Ask], language: str) -> str:
    """The questions as a text for a private answer, in the language of the reporter; in English where we have none."""
    code = language if language in LANGUAGES else "en"
    return "\n".join(f"- {sentences()[each.key][code].format(about=each.about)}" for each in asked)


@cache
def sentences() -> Mapping[str, Mapping[str, str]]:
    """What is asked of a reporter, by key and language, read once."""
    return tomllib.loads(files("answerable.safety").joinpath("questions.toml").read_text("utf-8"))


def _of_reaction(reaction: Reaction) -> Iterator[Ask]:
    if reaction.onset is None:
        yield Ask("onset", reaction.words)
    if reaction.outcome is Outcome.UNKNOWN:
        yield Ask("outcome", reaction.words)


def _of_product(product: Product) -> Iterator[Ask]:
    if not product.lot:
        yield Ask("lot", product.name)
    if product.device is None:
        if product.started is None:
            yield Ask("since", product.name)
        if not (product.dose or product.dose_words):
            yield Ask("dose", product.name)
        return
    if not (product.device.serial or product.device.udi):
        yield Ask("serial", product.name)
    if product.device.kept_for_study is None:
        yield Ask("kept", product.name)


def _in_vain(attempts: Sequence[Attempt]) -> int:
    """How often in a row nobody answered."""
    answered = [number for number, each in enumerate(attempts, 1) if each.answered]
    return len(attempts) - (answered[-1] if answered else 0)
