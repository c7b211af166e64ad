"""Deciding on a suggestion that two cases belong together. To confirm it is to merge them (`joining`)."""

from __future__ import annotations

from django.db import transaction

from answerable.cases.models import Suggestion
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now


@transaction.atomic
def decline(suggestion: Suggestion, *, reason: str, by: Viewer) -> Suggestion:
    """They stay two cases. The evidence is kept, and the two are not suggested again. `Conflict` when decided before."""
    by.require(Right.ANSWER)
    facts = {"state": Suggestion.State.DECLINED, "decided_at": now(), "decided_by_id": by.user_id}
    words = clean(reason).strip()
    if not Suggestion.objects.filter(pk=suggestion.pk, state=Suggestion.State.OPEN).update(reason=words, **facts):
        raise Conflict("Somebody decided this already. Nothing was changed. Load the page again.")
    suggestion.refresh_from_db()
    case = suggestion.case
    data = {"suggestion": suggestion.pk, "other": suggestion.other_id}
    journal.write("suggestion_declined", by=by, case_id=case.pk, team_id=case.team_id, data=data)
    return suggestion
