"""Ending a case as the screen does: the public closing line, the close, and the question to the customer, together."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from answerable.cases import asking as asked
from answerable.cases import closing
from answerable.cases.models import Asking, Case, Closure
from answerable.channels.contract import Audience
from answerable.core.access import Viewer
from answerable.replies import answering, asking
from answerable.replies.models import Reply


@dataclass(frozen=True)
class Ended:
    """What was done; without `asking` the customer was not asked, or could not be."""

    closure: Closure
    asking: Asking | None
    line: Reply | None


@transaction.atomic
def end(
    case: Case, *, disposition: str, what_solved_it: str = "", closing_line: str = "", ask: bool = True, by: Viewer
) -> Ended:
    """Close a case. With a `closing_line` the public conversation gets its last word first; all of it or nothing.

    The customer is asked only about what we hold to be solved. Raises what closing and answering raise.
    """
    line = _say(case, closing_line, by=by) if closing_line.strip() else None
    closure = closing.close(case, disposition=disposition, what_solved_it=what_solved_it, by=by)
    may_ask = ask and disposition in asked.MAY_BE_SOLVED
    return Ended(closure, asking.ask(closure, by=by) if may_ask else None, line)


def _say(case: Case, text: str, *, by: Viewer) -> Reply:
    """One line a closing: the key is the number of closings before."""
    key = f"closing-line:{case.pk}:{case.closures.count()}"
    return answering.answer(case, text=text, audience=Audience.PUBLIC, key=key, by=by, last_word=True)
