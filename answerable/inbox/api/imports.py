"""Files of what many people said elsewhere: looked at, taken in, and how far each has come."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from answerable.channels.models import Source
from answerable.core import access
from answerable.core.access import Right
from answerable.core.errors import Invalid
from answerable.inbox.api.cases import Id
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.intake import bringing_in
from answerable.intake.models import Import

router = Router(tags=["imports"])
LARGEST_BASE64 = 11 * 1024 * 1024


class ImportedFile(Schema):
    """The bytes of a CSV, JSON lines or mbox file, as the source takes it. `begin` takes it in at once."""

    name: Words = Field(min_length=1, max_length=255)
    base64: Annotated[str, Field(max_length=LARGEST_BASE64)]
    begin: bool = False


class LeftRow(Schema):
    """A row that cannot be read: its line and why."""

    number: int
    sentence: str


class ImportOut(Schema):
    """`would_bring` rows can be filed; `rows` were passed so far, and `fresh` of them are new. The state is seen, running, done."""

    id: int
    source: int
    name: str
    state: str
    would_bring: int
    rows: int
    fresh: int
    left_count: int
    left: list[LeftRow]
    at: datetime
    ended_at: datetime | None


@router.post("/sources/{pk}/imports", auth=Bearer(Right.HAND_IN), response=answers(ImportOut, 201))
def look(request: Asked, pk: Id, given: ImportedFile) -> Status[ImportOut]:
    """Look at a file. The same file again is the same import, and brings nothing twice."""
    source = access.one(Source, request.auth, pk=pk)
    try:
        body = base64.b64decode(given.base64, validate=True)
    except ValueError:
        raise Invalid("The file is not in base64. Nothing was kept.", "base64") from None
    found = bringing_in.look_at(source, name=given.name, pieces=[body], by=request.auth)
    return Status(201, _told(bringing_in.begin(found, by=request.auth) if given.begin else found))


@router.get("/imports/{pk}", auth=Bearer(Right.HAND_IN), response=answers(ImportOut))
def read(request: Asked, pk: Id) -> ImportOut:
    return _told(access.one(Import, request.auth, pk=pk))


@router.post("/imports/{pk}/beginning", auth=Bearer(Right.HAND_IN), response=answers(ImportOut, 202))
def begin(request: Asked, pk: Id) -> Status[ImportOut]:
    """Take in a file that was looked at; again changes nothing."""
    return Status(202, _told(bringing_in.begin(access.one(Import, request.auth, pk=pk), by=request.auth)))


def _told(found: Import) -> ImportOut:
    left = [LeftRow(number=each["number"], sentence=_sentence(each)) for each in found.left]
    shown = ("id", "name", "state", "would_bring", "rows", "fresh", "left_count", "at", "ended_at")
    return ImportOut(source=found.source_id, left=left, **{name: getattr(found, name) for name in shown})


def _sentence(left: dict[str, Any]) -> str:
    return str(left["template"]) % left["facts"] if left["facts"] else str(left["template"])
