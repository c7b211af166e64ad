"""The only door to a person's rows.

A page, an API call, a live event and an export all ask here, so that what a viewer may not see is not in the
list, not in the count, not in the search. Models say whom they reach (`reach(viewer)`); nobody else filters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Q

from answerable.core.errors import NotAllowed, NotThere


class Right(StrEnum):
    """A thing that can be done; roles are bundles of these."""

    READ_CASES = "read_cases"
    ANSWER = "answer"
    CLOSE = "close"
    APPROVE_REMEDIES = "approve_remedies"
    ASSIGN_OTHERS = "assign_others"
    SEE_HEALTH = "see_health"
    REPLAY = "replay"
    MANAGE_SOURCES = "manage_sources"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_RULES = "manage_rules"
    MANAGE_CLOCKS = "manage_clocks"
    SEE_JOURNAL = "see_journal"
    HAND_IN = "hand_in"
    HEAR_RECORDINGS = "hear_recordings"
    REVIEW = "review"
    SEE_REPORTS = "see_reports"
    SIGN_REPORTS = "sign_reports"
    REFER_REPORTS = "refer_reports"
    WRITE_WORDINGS = "write_wordings"
    APPROVE_WORDINGS = "approve_wordings"


_EVERYBODY = frozenset({Right.READ_CASES, Right.SEE_HEALTH})
_ANSWERERS = _EVERYBODY | {Right.ANSWER, Right.CLOSE, Right.HAND_IN, Right.SEE_REPORTS}
_QUALIFIED = _ANSWERERS | {
    Right.HEAR_RECORDINGS,
    Right.REVIEW,
    Right.SIGN_REPORTS,
    Right.WRITE_WORDINGS,
    Right.APPROVE_WORDINGS,
}
RIGHTS: Mapping[str, frozenset[Right]] = {
    "agent": _ANSWERERS,
    "specialist": _ANSWERERS,
    "reviewer": _QUALIFIED,
    "safety_officer": _QUALIFIED | {Right.SEE_JOURNAL, Right.REFER_REPORTS},
    "lead": _ANSWERERS
    | {
        Right.HEAR_RECORDINGS,
        Right.ASSIGN_OTHERS,
        Right.APPROVE_REMEDIES,
        Right.REPLAY,
        Right.SEE_JOURNAL,
        Right.MANAGE_RULES,
        Right.WRITE_WORDINGS,
        Right.APPROVE_WORDINGS,
    },
    "coach": _EVERYBODY | {Right.HEAR_RECORDINGS},
    "representative": _EVERYBODY,
    "privacy_officer": _EVERYBODY | {Right.SEE_JOURNAL, Right.SEE_REPORTS},
    "admin": _ANSWERERS
    | {Right.HEAR_RECORDINGS, Right.ASSIGN_OTHERS, Right.APPROVE_REMEDIES, Right.REPLAY, Right.SEE_JOURNAL}
    | {Right.MANAGE_SOURCES, Right.MANAGE_PEOPLE, Right.MANAGE_RULES, Right.MANAGE_CLOCKS, Right.WRITE_WORDINGS},
}


@dataclass(frozen=True)
class Viewer:
    """A member of one workspace, as one request sees it. `scopes` is None on screens and a token's scopes on the API.

    `case_ids` are single cases opened to this person beyond the own teams. `token` is the name of the token, where one
    acts for them.
    """

    user_id: int
    workspace_id: int
    name: str
    roles: frozenset[str]
    team_ids: frozenset[int]
    sees_all: bool
    case_ids: frozenset[int] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"
    scopes: frozenset[str] | None = field(default=None)
    token: str = ""

    def may(self, right: Right) -> bool:
        """Does a role give the right, and does the token, if any, let it through?"""
        if self.scopes is not None and right not in self.scopes:
            return False
        return any(right in RIGHTS.get(role, ()) for role in self.roles)

    def require(self, right: Right) -> None:
        """Return, or raise `NotAllowed` with a sentence that names the right."""
        if not self.may(right):
            raise NotAllowed(
                "Your role does not include “%(right)s”. Nothing was changed. Ask an admin.",
                right=right.replace("_", " "),
            )


@dataclass(frozen=True)
class House:
    """A part of the house acting by rule, where no person does. `part` is written to the journal."""

    workspace_id: int
    part: str


Actor = Viewer | House


class Reachable(Protocol):
    """A model that says which of its rows a viewer may see."""

    @classmethod
    def reach(cls, viewer: Viewer) -> Q: ...


M = TypeVar("M", bound=models.Model)


def rows(model: type[M], viewer: Viewer) -> models.QuerySet[M]:
    """The rows of `model` that the viewer may see. The only way from a request to rows about people."""
    reach: Q = model.reach(viewer)  # type: ignore[attr-defined]
    return model._default_manager.filter(reach)  # noqa: SLF001 - Django's name for the manager of any model


def one(model: type[M], viewer: Viewer, **key: Any) -> M:
    """The one visible row with this key. Raises `NotThere` for a row that is absent and for one that is not theirs."""
    found = rows(model, viewer).filter(**key).first()
    if found is None:
        raise NotThere("There is nothing here for you. It may have been moved, or it belongs to somebody else.")
    return found


def may_hear(viewer: Viewer, note: Mapping[str, Any]) -> bool:
    """May this viewer receive a live note (ids only: workspace, team, user)? The same rule as `Case.reach`.

    A note may name to whom it goes: whom a case was opened to hears of it at once.
    """
    if note.get("workspace") != viewer.workspace_id:
        return False
    if is_to(viewer, note):
        return True
    if viewer.sees_all or note.get("team") in viewer.team_ids or note.get("holder") == viewer.user_id:
        return True
    return note.get("case") in viewer.case_ids


def is_to(viewer: Viewer, note: Mapping[str, Any]) -> bool:
    """Is the note meant for this viewer, or for a team of theirs?"""
    sort, _, key = str(note.get("to") or "").partition(":")
    if sort == "user":
        return key == str(viewer.user_id)
    return sort == "team" and key in {str(team_id) for team_id in viewer.team_ids}
