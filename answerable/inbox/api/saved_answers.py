"""Saved answers: texts that are written often, kept for a team or for everybody, and filled for a case."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Team
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Searched, Words, answers
from answerable.replies import saving_answers
from answerable.replies.models import SavedAnswer

router = Router(tags=["saved answers"])


class Says(Schema):
    """`{name}`, `{number}` and `{agent}` are filled when it is put into an answer."""

    title: Words
    text: Words
    language: Words


class SavedAnswerIn(Says):
    """Without a team it is everybody's, which needs the right to keep rules."""

    team: Id | None = None


class SavedAnswerOut(Says):
    id: int
    team: int | None


class OfferedOut(SavedAnswerOut):
    """`filled` is the text with its places filled for the case."""

    filled: str


@router.get("/saved-answers", auth=Bearer(Right.ANSWER), response=answers(list[SavedAnswerOut]))
def index(request: Asked) -> list[SavedAnswerOut]:
    kept = access.rows(SavedAnswer, request.auth).filter(ended_at=None).order_by("title", "pk")
    return [SavedAnswerOut(**_facts(each)) for each in kept]


@router.post("/saved-answers", auth=Bearer(Right.ANSWER), response=answers(SavedAnswerOut, 201))
def save(request: Asked, given: SavedAnswerIn) -> Status[SavedAnswerOut]:
    team = access.one(Team, request.auth, pk=given.team) if given.team else None
    made = saving_answers.save(**given.dict(exclude={"team"}), team=team, by=request.auth)
    return Status(201, SavedAnswerOut(**_facts(made)))


@router.put("/saved-answers/{pk}", auth=Bearer(Right.ANSWER), response=answers(SavedAnswerOut))
def change(request: Asked, pk: Id, given: Says) -> SavedAnswerOut:
    """Another title, text or language. The team stays."""
    changed = saving_answers.change(_find(request.auth, pk), **given.dict(), by=request.auth)
    return SavedAnswerOut(**_facts(changed))


@router.delete("/saved-answers/{pk}", auth=Bearer(Right.ANSWER), response=answers(None, 204))
def end(request: Asked, pk: Id) -> Status[None]:
    saving_answers.end(_find(request.auth, pk), by=request.auth)
    return Status(204, None)


@router.get("/cases/{pk}/saved-answers", auth=Bearer(Right.ANSWER), response=answers(list[OfferedOut]))
def offered(request: Asked, pk: Id, words: Searched = "") -> list[OfferedOut]:
    """What fits a case, in its language first."""
    case, viewer = find(request.auth, pk), request.auth
    found = saving_answers.offered(case, words=words, by=viewer)
    return [OfferedOut(**_facts(each), filled=saving_answers.fill(each, case, by=viewer)) for each in found]


def _find(viewer: Viewer, pk: int) -> SavedAnswer:
    return access.one(SavedAnswer, viewer, pk=pk, ended_at=None)


def _facts(made: SavedAnswer) -> dict[str, Any]:
    return {
        "id": made.pk,
        "team": made.team_id,
        "title": made.title,
        "text": made.text,
        "language": made.language,
    }
