"""What the detectors found in the messages of a case, for people: the words that show it, how it adds up, the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.triage import assessing, judging, queries
from answerable.triage.models import Assessment, Verdict
from answerable.triage.queries import Assessed

MOST = 8
AROUND = 60
LONGEST = 400
DETECTORS: Mapping[str, Callable[[], str]] = {
    "adverse_event": lambda: _("Adverse event"),
    "technical_complaint": lambda: _("Product technical complaint"),
    "special_situation": lambda: _("Special situation"),
    "seriousness": lambda: _("Grave words"),
    "pregnancy": lambda: _("Pregnancy or breastfeeding"),
    "minor": lambda: _("A child or minor"),
    "threat_to_life": lambda: _("Danger to life"),
    "off_label": lambda: _("Question about another use"),
    "personal_data": lambda: _("Personal data"),
    "privacy_complaint": lambda: _("Complaint about privacy"),
    "legal_threat": lambda: _("Legal steps"),
    "press": lambda: _("Press"),
}
SORTS: Mapping[str, Callable[[], str]] = {
    "reaction": lambda: _("a reaction"),
    "symptom": lambda: _("a symptom"),
    "unwell": lambda: _("somebody unwell"),
    "serious": lambda: _("something grave"),
    "cause": lambda: _("what came before"),
    "product": lambda: _("a product of ours"),
    "no_effect": lambda: _("no effect"),
    "commerce": lambda: _("buying and selling"),
    "fine": lambda: _("all is well"),
    "defect": lambda: _("a defect"),
    "defect_special": lambda: _("a counterfeit"),
    "batch": lambda: _("a lot or series"),
    "special": lambda: _("a special use"),
    "pregnancy": lambda: _("a pregnancy"),
    "minor": lambda: _("a child"),
    "threat": lambda: _("danger"),
    "off_label": lambda: _("another use"),
    "personal": lambda: _("somebody’s data"),
    "number": lambda: _("a number"),
    "address": lambda: _("an address"),
    "privacy": lambda: _("privacy"),
    "legal": lambda: _("the law"),
    "press": lambda: _("the press"),
    "word": lambda: _("a learnt word"),
}
STATUSES: Mapping[str, Callable[[], str]] = {
    "negated": lambda: _("said not to be"),
    "feared": lambda: _("feared or asked"),
    "others": lambda: _("about others"),
}
UNREAD: Mapping[str, Callable[[], str]] = {
    "it is too long to be read to its end": lambda: _("It is too long for the detectors to read to its end."),
    "its language is not known": lambda: _("The detectors do not know its language."),
    assessing.BROKEN: lambda: _("The detectors broke on it."),
}
LOOKS: Mapping[str, tuple[str, str]] = {
    Assessment.Tier.URGENT: ("late", "alert"),
    Assessment.Tier.REVIEW: ("soon", "eye"),
    Assessment.Tier.BATCH: ("", "review"),
    Assessment.Tier.AUDIT: ("", "check"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of the message. `status` is None for what stands between the marked words."""

    text: str
    status: str | None = None

    @property
    def note(self) -> str:
        return STATUSES.get(self.status or "", str)()


@dataclass(frozen=True)
class Answer:
    """What one detector says, what people say to that, and the sum of its score."""

    detector: str
    name: str
    over: bool
    pieces: list[Piece]
    sum: list[tuple[str, float]]
    score: float
    verdict: Verdict | None


@dataclass(frozen=True)
class Found:
    """One message. `gone`: its words were changed or removed since, so nothing can be marked in them."""

    message: Message
    tier: str
    look: tuple[str, str]
    unread: str
    answers: list[Answer]
    gone: bool
    others: list[tuple[str, str]]


def of_case(case: Case, viewer: Viewer) -> list[Found]:
    """What was found in the messages of a case, the newest first."""
    return [of(each) for each in queries.of_case(case, viewer, most=MOST)]


def of(assessed: Assessed) -> Found:
    """One message for people."""
    made = assessed.assessment
    words = assessing.words_of(made.message)
    gone = not assessing.is_of(made, words)
    shown = [name for name in DETECTORS if _is_shown(name, assessed)]
    return Found(
        message=made.message,
        tier=str(Assessment.Tier(made.tier).label),
        look=LOOKS[made.tier],
        unread=_unread(made.unread),
        answers=[_answer(name, assessed, "" if gone else words) for name in shown],
        gone=gone,
        others=[(name, label()) for name, label in DETECTORS.items() if name not in shown],
    )


def answers(assessed: Assessed, detectors: Iterable[str]) -> list[Answer]:
    """What these detectors say of one message, whether they call or not."""
    words = assessing.words_of(assessed.assessment.message)
    gone = not assessing.is_of(assessed.assessment, words)
    return [_answer(name, assessed, "" if gone else words) for name in detectors if name in DETECTORS]


def reasons() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Why a person says yes, and why no, in words."""
    told = [(value, str(label)) for value, label in Verdict.Reason.choices]
    return [each for each in told if each[0] in judging.FOR_YES], [
        each for each in told if each[0] not in judging.FOR_YES
    ]


def _is_shown(name: str, assessed: Assessed) -> bool:
    made = assessed.assessment
    return name in made.over or name in assessed.verdicts or (not made.over and name == made.why)


def _unread(unread: str) -> str:
    return next((words() for begin, words in UNREAD.items() if unread.startswith(begin)), unread)


def _answer(name: str, assessed: Assessed, words: str) -> Answer:
    made = assessed.assessment
    told = made.parts.get(name, {"bias": made.scores.get(name, 0.0), "parts": []})
    parts = [(_sort(each["sort"]), each["weight"]) for each in told["parts"]]
    return Answer(
        detector=name,
        name=DETECTORS[name](),
        over=name in made.over,
        pieces=list(_pieces(words, told["parts"])) if words else [],
        sum=[(_("to begin with"), told["bias"]), *parts],
        score=made.scores.get(name, 0.0),
        verdict=assessed.verdicts.get(name),
    )


def _sort(name: str) -> str:
    return SORTS[name]() if name in SORTS else name


def _pieces(words: str, parts: Iterable[Mapping[str, Any]]) -> Iterator[Piece]:
    """The marked words with a little around them; what overlaps is marked once."""
    places = sorted((each["start"], each["end"], each["status"]) for part in parts for each in part["places"])
    if not places:
        return
    at = begin = max(0, places[0][0] - AROUND)
    if begin:
        yield Piece("… ")
    for start, end, status in places:
        if start >= at and end <= begin + LONGEST:
            yield Piece(words[at:start])
            yield Piece(words[start:end], status)
            at = end
    rest = words[at : max(at, min(at + AROUND, begin + LONGEST))]
    if at + len(rest) < len(words):
        rest = rest.rpartition(" ")[0]
    yield Piece(f"{rest} …" if at + len(rest) < len(words) else rest)
