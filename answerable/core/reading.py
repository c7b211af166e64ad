"""The read log: who looked at whose data, when."""

from collections.abc import Iterable

from answerable.core.access import Viewer
from answerable.core.models import Read
from answerable.core.moments import now


def log(what: str, row_id: int, *, by: Viewer) -> None:
    """Keep that the viewer looked at a person's data."""
    Read.objects.create(workspace_id=by.workspace_id, user_id=by.user_id, what=what, row_id=row_id, at=now())


def log_all(what: str, row_ids: Iterable[int], *, by: Viewer) -> None:
    """Keep that the viewer looked at several at once, a line for each."""
    kept = {"workspace_id": by.workspace_id, "user_id": by.user_id, "what": what, "at": now()}
    Read.objects.bulk_create(Read(row_id=each, **kept) for each in row_ids)
