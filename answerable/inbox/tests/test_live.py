"""The live stream: who hears what, and what becomes of those who listen too slowly."""

from __future__ import annotations

from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.inbox.live import GAP, ROOM, Listener
from answerable.inbox.presence import heard, others


def viewer(user_id: int = 1, workspace_id: int = 1, team_ids: frozenset[int] = frozenset({7})) -> Viewer:
    return Viewer(user_id, workspace_id, "Ada", frozenset({"agent"}), team_ids, sees_all=False)


def test_a_note_of_another_team_or_workspace_is_not_heard() -> None:
    ada = Listener(viewer())
    ada.tell({"kind": "case_opened", "workspace": 2, "team": 7, "case": 1})
    ada.tell({"kind": "case_opened", "workspace": 1, "team": 8, "case": 2})
    ada.tell({"kind": "case_opened", "workspace": 1, "team": 7, "case": 3})
    assert ada.room.get_nowait()["case"] == 3
    assert ada.room.empty()


def test_whoever_listens_too_slowly_is_told_to_look_again() -> None:
    ada = Listener(viewer())
    for case in range(ROOM + 1):
        ada.tell({"kind": "case_opened", "workspace": 1, "team": 7, "case": case})
    assert ada.room.get_nowait() is GAP
    assert ada.room.empty()


def test_colleagues_at_a_case_are_seen_for_a_while() -> None:
    at = now()
    heard({"case": 91, "user": 2, "writing": True}, at=at)
    assert [each.user_id for each in others(91, viewer(), at=at)] == [2]
    assert others(91, viewer(2), at=at) == []
