"""Who has a case open now, and who writes. Kept in memory only: it is true for seconds and nobody's record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from answerable.cases.models import Case
from answerable.core.access import Viewer

FRESH = timedelta(seconds=45)


@dataclass(frozen=True)
class Seen:
    """One person at one case."""

    user_id: int
    writing: bool
    at: datetime


_seen: dict[int, dict[int, Seen]] = {}


def announce(case: Case, *, writing: bool, by: Viewer) -> None:
    """Tell every web process that this person is at the case."""
    note = {
        "workspace": case.workspace_id,
        "kind": "presence",
        "case": case.pk,
        "team": case.team_id,
        "holder": case.holder_user_id,
        "user": by.user_id,
        "writing": writing,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('answerable_live', %s)", [json.dumps(note)])


def heard(note: Mapping[str, Any], *, at: datetime) -> None:
    here = _seen.setdefault(note["case"], {})
    here[note["user"]] = Seen(note["user"], bool(note["writing"]), at)
    for user_id in [user_id for user_id, seen in here.items() if at - seen.at > FRESH]:
        del here[user_id]


def others(case_id: int, viewer: Viewer, *, at: datetime) -> list[Seen]:
    """The colleagues at the case, without the viewer."""
    here = _seen.get(case_id, {}).values()
    return [seen for seen in here if seen.user_id != viewer.user_id and at - seen.at <= FRESH]
