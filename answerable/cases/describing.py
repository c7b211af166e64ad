"""Saying what a case is about: subject and product."""

from __future__ import annotations

from answerable.cases.models import Case
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid


def describe(case: Case, *, subject: str, product: str, by: Viewer) -> Case:
    """Change subject and product. Raises `Invalid` for an empty subject."""
    by.require(Right.ANSWER)
    if not subject.strip():
        raise Invalid("A case needs a subject. The old one was kept.", "subject")
    case.subject, case.product = clean(subject).strip()[:400], clean(product).strip()[:120]
    case.save(update_fields=["subject", "product"])
    journal.write("case_described", by=by, case_id=case.pk, team_id=case.team_id, data={"product": case.product})
    return case
