"""What a case page says of suggestions and invitations: other cases with the evidence in words, and ways into private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from answerable.cases.likeness import GOOD, SENTENCES, STRONG
from answerable.cases.models import Case, Invitation, Suggestion
from answerable.core import access
from answerable.core.access import Viewer

MOST_SENTENCES = 4


@dataclass(frozen=True)
class Hint:
    """Another case that may be the same, and why; `strength` is a word for the reader."""

    suggestion: Suggestion
    case: Case
    reasons: Sequence[str]
    strength: str


def hints(case: Case, viewer: Viewer) -> list[Hint]:
    """Open suggestions in both directions, likeliest first. Both cases must be the viewer's."""
    either = Q(case=case) | Q(other=case)
    found = access.rows(Suggestion, viewer).filter(either, state=Suggestion.State.OPEN).select_related("case", "other")
    return [_hint(each, case) for each in found.order_by("-score", "pk").distinct()]


def invitations(case: Case, viewer: Viewer) -> list[Invitation]:
    """The invitations of a case, newest first."""
    return list(access.rows(Invitation, viewer).filter(case=case).select_related("claimed_by").order_by("-pk"))


def _hint(suggestion: Suggestion, case: Case) -> Hint:
    other = suggestion.other if suggestion.case_id == case.pk else suggestion.case
    known = [each for each in suggestion.evidence if each.get("sort") in SENTENCES]
    said = [_(SENTENCES[each["sort"]]) % {"value": each.get("words", "")} for each in known[:MOST_SENTENCES]]
    return Hint(suggestion, other, said, _strength(suggestion.score))


def _strength(score: float) -> str:
    if score >= STRONG:
        return _("Strong evidence")
    return _("Good evidence") if score >= GOOD else _("Weak evidence")
