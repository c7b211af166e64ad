"""Who this token is, and which lists of cases it has."""

from __future__ import annotations

from ninja import Router, Schema

from answerable.cases import queries
from answerable.core.access import Right
from answerable.inbox import lists
from answerable.inbox.api.door import Asked, Bearer, answers

router = Router(tags=["viewer"])


class ViewerOut(Schema):
    """`rights` are those that both a role and the token give."""

    id: int
    name: str
    workspace: int
    roles: list[str]
    rights: list[str]


class ViewOut(Schema):
    """A named list of cases; `count` stops at a thousand."""

    key: str
    label: str
    count: int | None


@router.get("/viewer", auth=Bearer(Right.READ_CASES), response=answers(ViewerOut))
def viewer(request: Asked) -> ViewerOut:
    who = request.auth
    rights = [right.value for right in Right if who.may(right)]
    return ViewerOut(id=who.user_id, name=who.name, workspace=who.workspace_id, roles=sorted(who.roles), rights=rights)


@router.get("/views", auth=Bearer(Right.READ_CASES), response=answers(list[ViewOut]))
def views(request: Asked) -> list[ViewOut]:
    """The lists of the house, then the saved ones."""
    known = [*queries.views(request.auth), *lists.saved_views(request.auth)]
    return [ViewOut(key=each.key, label=str(each.label), count=each.count) for each in known]
