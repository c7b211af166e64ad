"""The close and the question to the customer, together: at once, or when the closing line was approved."""

from __future__ import annotations

from answerable.cases import asking as asked
from answerable.cases import closing
from answerable.cases.models import Asking, Case, Closure
from answerable.core.access import Viewer
from answerable.replies import asking


def finish(
    case: Case, *, disposition: str, what_solved_it: str, ask: bool, by: Viewer
) -> tuple[Closure, Asking | None]:
    """Close it. The customer is asked only about what we hold to be solved. Raises what closing and asking raise."""
    closure = closing.close(case, disposition=disposition, what_solved_it=what_solved_it, by=by)
    may_ask = ask and disposition in asked.MAY_BE_SOLVED
    return closure, asking.ask(closure, by=by) if may_ask else None
