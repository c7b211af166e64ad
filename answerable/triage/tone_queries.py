"""Questions about how messages sound: of one case, of one message, and how often people agreed with what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.listening.toning import measuring
from answerable.listening.toning.measuring import Figures
from answerable.triage.models import ToneAssessment, ToneSum, ToneVerdict

MOST_SUMS = 20


@dataclass(frozen=True)
class Sounds:
    """How a message sounds, with the verdicts that stand, by sort ("tone", "intent")."""

    assessment: ToneAssessment
    verdicts: Mapping[str, ToneVerdict] = field(default_factory=dict)


def newest(case: Case, viewer: Viewer) -> Sounds | None:
    """How the newest message of the customer sounds, once it was heard."""
    rows = access.rows(ToneAssessment, viewer).filter(message__filing__case=case, message__emptied_at=None)
    return _with_verdicts(rows.select_related("message").order_by("-message_id").first(), viewer)


def of_message(message: Message, viewer: Viewer) -> Sounds | None:
    """How one message sounds; None where nobody has heard it yet."""
    return _with_verdicts(
        access.rows(ToneAssessment, viewer).filter(message=message).select_related("message").first(), viewer
    )


def agreement(language: str, viewer: Viewer) -> Mapping[str, Figures]:
    """On the messages that people judged: what had been found before, against what they say."""
    standing = access.rows(ToneVerdict, viewer).filter(language=language, ended_at=None)
    said = list(standing.values_list("sort", "answer", "said"))
    return {
        sort: measuring.figures(sort, [(answer, found) for kind, answer, found in said if kind == sort])
        for sort in measuring.SORTS
    }


def learned(language: str, viewer: Viewer) -> list[ToneSum]:
    """What was learned of a language, the newest first, whether it was promoted or not."""
    rows = access.rows(ToneSum, viewer).filter(language=language).defer("numbers")
    return list(rows.order_by("-number")[:MOST_SUMS])


def _with_verdicts(found: ToneAssessment | None, viewer: Viewer) -> Sounds | None:
    if found is None:
        return None
    standing = access.rows(ToneVerdict, viewer).filter(message_id=found.message_id, ended_at=None)
    return Sounds(found, {each.sort: each for each in standing.select_related("user")})
