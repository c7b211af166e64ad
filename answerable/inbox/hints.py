"""What may belong together with a case, what was joined with it, and the evidence in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from answerable.cases import redirects
from answerable.cases.likeness import GOOD, SENTENCES, STRONG
from answerable.cases.models import Case, Move, Suggestion
from answerable.cases.traits import Sort
from answerable.conversations.models import Contact, Identity, Link
from answerable.core import access
from answerable.core.access import Viewer
from answerable.inbox import asked

MOST = 20
MANY_WORDS = 2
EVIDENCE: Mapping[str, Callable[[], str]] = {
    Identity.Evidence.WROTE_FROM: lambda: _("Wrote to us from here."),
    Identity.Evidence.WAS_ADDRESSED: lambda: _("Was addressed in a message."),
    Identity.Evidence.AGENT_SAID: lambda: _("A colleague wrote it down."),
    Identity.Evidence.HANDED_IN: lambda: _("Was handed in with a case."),
    Identity.Evidence.VERIFIED_CODE: lambda: _("Proved it with a code."),
    Identity.Evidence.INVITATION: lambda: _("Came with an invitation of ours."),
    Identity.Evidence.SAID_SO: lambda: _("Said so in a message."),
    Identity.Evidence.ACCOUNT_MATCH: lambda: _("Matches the customer’s account."),
}


@dataclass(frozen=True)
class Hint:
    """A suggestion, the other case as it is now, how strong it is in words, and each finding in words."""

    suggestion: Suggestion
    other: Case
    strength: str
    findings: Sequence[str]


def of(case: Case, viewer: Viewer) -> list[Hint]:
    """What is suggested and not decided, in either direction, strongest first."""
    either = Q(case=case) | Q(other=case)
    found = access.rows(Suggestion, viewer).filter(either, state=Suggestion.State.OPEN).order_by("-score", "-pk")
    hints = [_hint(each, case) for each in found.select_related("case", "other")[:MOST]]
    return [each for each in hints if each.other.pk != case.pk]


def moves(case: Case, viewer: Viewer) -> list[Move]:
    """What went from here and came here, newest first; what was undone says so."""
    either = Q(from_case=case) | Q(into_case=case)
    found = access.rows(Move, viewer).filter(either).select_related("from_case", "into_case", "user", "undone_by")
    return list(found.order_by("-pk")[:MOST])


def links(contact: Contact, viewer: Viewer) -> list[Link]:
    """Who else this person may be or is, newest first; declined ones too, because their evidence is kept.

    Of two people the viewer sees both, or sees the one that they have become.
    """
    seen = access.rows(Contact, viewer)
    both = Q(kept__in=seen, joined__in=seen) | Q(kept__in=seen, state=Link.State.CONFIRMED)
    found = access.rows(Link, viewer).filter(Q(kept=contact) | Q(joined=contact)).filter(both)
    return list(found.select_related("kept", "joined", "decided_by").order_by("-pk")[:MOST])


def open_links(contact: Contact, viewer: Viewer) -> list[Link]:
    """Those of them that nobody has decided."""
    return [each for each in links(contact, viewer) if each.state == Link.State.SUGGESTED]


def link(contact: Contact, pk: int, viewer: Viewer) -> Link:
    """One of the links of a person. Raises `Invalid` for any other."""
    mine = [each.pk for each in links(contact, viewer) if each.pk == pk]
    return asked.one(Link, viewer, "link", pk__in=mine)


def evidence() -> dict[str, str]:
    """How we know that an identity is somebody's, in words."""
    return {key: words() for key, words in EVIDENCE.items()}


def strengths() -> dict[str, str]:
    """How strong the evidence of a link is, in words."""
    return {"weak": _("Weak evidence"), "good": _("Good evidence"), "strong": _("Strong evidence")}


def _hint(suggestion: Suggestion, case: Case) -> Hint:
    other = suggestion.other if suggestion.case_id == case.pk else suggestion.case
    named = "strong" if suggestion.score >= STRONG else "good" if suggestion.score >= GOOD else "weak"
    return Hint(suggestion, redirects.living(other), strengths()[named], _all_said(suggestion.evidence))


def _all_said(evidence: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each finding in a sentence; the rare words share one."""
    words = [str(each.get("words", "")) for each in evidence if each.get("sort") == Sort.WORD]
    if len(words) < MANY_WORDS:
        return [_said(each) for each in evidence]
    together = _("Both use rare words that begin with: %(words)s.") % {"words": ", ".join(words)}
    return [*(_said(each) for each in evidence if each.get("sort") != Sort.WORD), together]


def _said(finding: Mapping[str, Any]) -> str:
    """One finding as a sentence; a sort from before its sentence was written says its name."""
    sort = str(finding.get("sort"))
    words = _(SENTENCES[sort]) if sort in SENTENCES else sort.replace("_", " ").capitalize()
    return words % {"value": finding.get("words", "")}
