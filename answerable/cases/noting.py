"""Notes: for staff only, in the timeline, never sent."""

from __future__ import annotations

from answerable.cases import filing
from answerable.cases.models import Case, Filing
from answerable.channels.contract import Audience
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Message
from answerable.conversations.recording import search_vector
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now


def note(case: Case, *, text: str, key: str, by: Actor) -> Message:
    """Leave a note. The same key twice is one note. Raises `Invalid` for an empty one."""
    user_id = by.user_id if isinstance(by, Viewer) else None
    if isinstance(by, Viewer):
        by.require(Right.READ_CASES)
    words = clean(text).strip()
    if not words:
        raise Invalid("The note is empty. Nothing was kept. Write something first.", "text")
    made, fresh = Message.objects.get_or_create(
        workspace_id=case.workspace_id,
        once=f"note:{case.pk}:{user_id if isinstance(by, Viewer) else by.part}:{key}"[:500],
        defaults={
            "direction": Message.Direction.NOTE,
            "audience": Audience.INTERNAL,
            "user_id": user_id,
            "text": words,
            "received_at": now(),
            "search": search_vector(words),
        },
    )
    if fresh:
        filing.join(case, made, why=Filing.Why.NOTE, by=by)
    return made
