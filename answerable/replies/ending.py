"""Ending a case as the screen does: the public closing line, the close, and the question to the customer, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from answerable.cases import closing
from answerable.cases.models import Asking, Case, Closure
from answerable.channels.contract import Audience
from answerable.conversations.cleaning import clean
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict
from answerable.replies import answering, approvals, approving, finishing
from answerable.replies.models import Approval, Reply


@dataclass(frozen=True)
class Ended:
    """What was done; without `asking` the customer was not asked, or could not be. With `waits` nothing was: the closing line
    waits for another person, and the case is open until then.
    """

    closure: Closure | None
    asking: Asking | None
    line: Reply | None
    waits: Approval | None = None


@transaction.atomic
def end(
    case: Case, *, disposition: str, what_solved_it: str = "", closing_line: str = "", ask: bool = True, by: Viewer
) -> Ended:
    """Close a case. With a `closing_line` the public conversation gets its last word first; all of it or nothing.

    Where a rule asks for four eyes the line is put before another person, and the case ends when they approve it.
    The customer is asked only about what we hold to be solved. Raises what closing and answering raise, and `Conflict`
    while another line waits.
    """
    by.require(Right.CLOSE)
    Case.objects.select_for_update().get(pk=case.pk)
    how: dict[str, Any] = {"what_solved_it": clean(what_solved_it).strip(), "ask": ask}
    if (waits := approvals.line_waiting(case)) is not None:
        return _same(waits, closing_line, disposition, how)
    line = _say(case, closing_line, disposition, how, by=by) if closing_line.strip() else None
    if isinstance(line, Approval):
        return Ended(None, None, None, line)
    closure, asked = finishing.finish(case, disposition=disposition, **how, by=by)
    return Ended(closure, asked, line)


def _say(case: Case, text: str, disposition: str, how: dict[str, Any], *, by: Viewer) -> Reply | Approval:
    """One line a closing and try: the key is the number of closings before, and of lines that were not approved."""
    tries = Approval.objects.filter(case=case).exclude(disposition="").count()
    key = f"closing-line:{case.pk}:{case.closures.count()}:{tries}"
    says: dict[str, Any] = {"text": text, "audience": Audience.PUBLIC, "key": key, "disposition": disposition}
    try:
        return answering.answer(case, **says, last_word=True, by=by)
    except answering.NeedsApproval:
        closing.check(disposition, how["what_solved_it"], case)
        return approving.ask(case, **says, ending=how, by=by)


def _same(waits: Approval, text: str, disposition: str, how: dict[str, Any]) -> Ended:
    """What waits, where it is asked for again word for word."""
    if (waits.text, waits.disposition, waits.ending) == (clean(text).strip(), disposition, how):
        return Ended(None, None, None, waits)
    raise Conflict(
        "A closing line of this case waits for another person’s approval. Nothing was changed. Take it back first, or wait."
    )
