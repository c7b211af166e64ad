"""Seeing what a customer said: the moment at which the first of us opened it, kept once and never again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from answerable.conversations.models import Message
from answerable.core import journal
from answerable.core.access import Viewer
from answerable.core.moments import now


def first_seen(messages: Collection[int], *, by: Viewer) -> int:
    """A person opened these messages; those that nobody had opened say so from now on. Returns how many did.

    Whoever looks at the same moment is passed by: one of the two is the first. Callers name only messages that are not
    seen yet, so that looking again costs nothing.
    """
    unseen = Message.objects.filter(
        workspace_id=by.workspace_id, pk__in=messages, direction=Message.Direction.IN, first_seen_at=None
    )
    locked = unseen.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    found = list(locked.values_list("pk", "filing__case_id", "filing__case__team_id"))
    at, of_case = now(), defaultdict[tuple[int, int], list[int]](list)
    for message, case_id, team_id in found:
        of_case[case_id, team_id].append(message)
    Message.objects.filter(pk__in=[message for message, _, _ in found]).update(first_seen_at=at)
    for (case_id, team_id), seen in of_case.items():
        journal.write("messages_first_seen", by=by, case_id=case_id, team_id=team_id, data={"messages": seen}, at=at)
    return len(found)
