"""The own draft in a case."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Router, Schema, Status

from answerable.core import access
from answerable.core.access import Right
from answerable.core.errors import Invalid, NotThere
from answerable.inbox.api.cases import Id, find
from answerable.inbox.api.door import Asked, Bearer, Words, answers
from answerable.replies import drafting
from answerable.replies.models import Draft, DraftFile, WordingVersion

router = Router(tags=["drafts"])
LARGEST_BASE64 = drafting.MAX_FILE * 3 // 2


class DraftIn(Schema):
    text: Words
    audience: Literal["public", "private", "internal"] = "private"
    to: list[Words] = Field([], max_length=20)
    cc: list[Words] = Field([], max_length=20)
    not_deflection: Words = Field("", max_length=drafting.LONGEST_REASON)
    wording: Id | None = Field(None, description="The version of a wording with which it begins.")


class FileIn(Schema):
    """A file that will go out with the draft."""

    name: Words = Field(max_length=255)
    base64: Annotated[str, Field(max_length=LARGEST_BASE64)]
    alt: Words = Field("", max_length=drafting.LONGEST_ALT, description="What a picture shows, in words.")


class AltIn(Schema):
    alt: Words = Field(max_length=drafting.LONGEST_ALT)


class FileOut(Schema):
    id: int
    name: str
    media_type: str
    size: int
    alt: str


class DraftOut(Schema):
    text: str
    audience: str
    to: list[str]
    cc: list[str]
    not_deflection: str
    saved_at: datetime
    files: list[FileOut]


@router.get("/cases/{pk}/draft", auth=Bearer(Right.READ_CASES), response=answers(DraftOut))
def read(request: Asked, pk: Id) -> DraftOut:
    return _told(_own(request, pk))


@router.put("/cases/{pk}/draft", auth=Bearer(Right.ANSWER), response=answers(DraftOut))
def save(request: Asked, pk: Id, given: DraftIn) -> DraftOut:
    """Keep a draft; the one before is replaced."""
    case = find(request.auth, pk)
    version = access.one(WordingVersion, request.auth, pk=given.wording) if given.wording else None
    return _told(drafting.save(case, **given.dict(exclude={"wording"}), wording=version, by=request.auth))


@router.delete("/cases/{pk}/draft", auth=Bearer(Right.ANSWER), response=answers(None, 204))
def discard(request: Asked, pk: Id) -> Status[None]:
    drafting.discard(find(request.auth, pk), by=request.auth)
    return Status(204, None)


@router.post("/cases/{pk}/draft/files", auth=Bearer(Right.ANSWER), response=answers(FileOut, 201))
def add_file(request: Asked, pk: Id, given: FileIn) -> Status[FileOut]:
    """Put a file to the own draft."""
    draft = _own(request, pk)
    try:
        body = base64.b64decode(given.base64, validate=True)
    except ValueError:
        raise Invalid("The file is not in base64. It was not added; the text is kept.", "base64") from None
    return Status(201, _file(drafting.add_file(draft, name=given.name, body=body, alt=given.alt, by=request.auth)))


@router.put("/draft-files/{pk}", auth=Bearer(Right.ANSWER), response=answers(FileOut))
def describe_file(request: Asked, pk: Id, given: AltIn) -> FileOut:
    """Say in words what a picture of the own draft shows."""
    file = access.one(DraftFile, request.auth, pk=pk)
    drafting.describe_file(file, alt=given.alt, by=request.auth)
    return _file(file)


@router.delete("/draft-files/{pk}", auth=Bearer(Right.ANSWER), response=answers(None, 204))
def drop_file(request: Asked, pk: Id) -> Status[None]:
    """Take a file away from the own draft."""
    drafting.drop_file(access.one(DraftFile, request.auth, pk=pk), by=request.auth)
    return Status(204, None)


def _own(request: Asked, pk: int) -> Draft:
    draft = drafting.of(find(request.auth, pk), by=request.auth)
    if draft is None:
        raise NotThere("You have no draft in this case.")
    return draft


def _file(each: DraftFile) -> FileOut:
    return FileOut(id=each.pk, name=each.name, media_type=each.media_type, size=each.size, alt=each.alt)


def _told(draft: Draft) -> DraftOut:
    return DraftOut(
        text=draft.text,
        audience=draft.audience,
        to=draft.to,
        cc=draft.cc,
        not_deflection=draft.not_deflection,
        saved_at=draft.saved_at,
        files=[_file(each) for each in draft.files.order_by("pk")],
    )
