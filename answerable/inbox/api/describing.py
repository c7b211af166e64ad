"""Tags and fields of a case."""

from __future__ import annotations

from typing import Annotated

from ninja import Field, Router, Schema

from answerable.cases import describing
from answerable.cases.models import Case
from answerable.core.access import Right
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Words, answers

router = Router(tags=["cases"])


class Tags(Schema):
    """All tags of the case, folded: one word is one tag, however it is spelled."""

    tags: Annotated[list[Words], Field(max_length=describing.MOST_TAGS)]


class FieldOut(Schema):
    """One field that this case has; `value` is null while it is empty."""

    key: str
    label: str
    sort: str
    choices: list[str]
    value: str | float | bool | None


class FieldsIn(Schema):
    """Values as people write them, by key; an empty one is taken away, one that is not named stays."""

    values: Annotated[dict[Words, Words], Field(max_length=100)]


@router.put("/cases/{pk}/tags", auth=Bearer(Right.ANSWER), response=answers(Tags))
def set_tags(request: Asked, pk: Id, given: Tags) -> Tags:
    case = find(request.auth, pk)
    wanted = {describing.tag_of(each) for each in given.tags}
    if gone := [each for each in case.tags if each not in wanted]:
        describing.untag(case, gone, by=request.auth)
    if given.tags:
        describing.tag(case, given.tags, by=request.auth)
    return Tags(tags=case.tags)


@router.get("/cases/{pk}/fields", auth=Bearer(Right.READ_CASES), response=answers(list[FieldOut]))
def fields(request: Asked, pk: Id) -> list[FieldOut]:
    return _told(find(request.auth, pk))


@router.put("/cases/{pk}/fields", auth=Bearer(Right.ANSWER), response=answers(list[FieldOut]))
def set_fields(request: Asked, pk: Id, given: FieldsIn) -> list[FieldOut]:
    case = find(request.auth, pk)
    describing.set_fields(case, given.values, by=request.auth)
    return _told(case)


def _told(case: Case) -> list[FieldOut]:
    return [
        FieldOut(key=each.key, label=each.label, sort=each.sort, choices=each.choices, value=case.fields.get(each.key))
        for each in describing.fields_of(case)
    ]
