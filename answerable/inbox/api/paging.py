"""Pages by cursor: a page names where the next one starts, so that what arrives meanwhile neither hides nor repeats a row."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Query, Schema

from answerable.core.errors import Invalid

M = TypeVar("M", bound=Model)
T = TypeVar("T")

Cursor = Annotated[str, Query(max_length=100, description="The `next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


class Page(Schema, Generic[T]):
    """`next` is null on the last page."""

    items: list[T]
    next: str | None = Field(description="The cursor of the next page.")


def newest_first(rows: QuerySet[M], cursor: str, limit: int) -> tuple[list[M], str | None]:
    """One page of rows by falling id, and the cursor of the next."""
    before = number(cursor)
    older = rows.filter(pk__lt=before) if before is not None else rows
    found = list(older.order_by("-pk")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None


def number(cursor: str) -> int | None:
    """The id in a cursor, None for the first page. Raises `Invalid` for a cursor that is none of ours."""
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20):
        raise bad_cursor()
    return int(cursor)


def bad_cursor() -> Invalid:
    return Invalid("This cursor is none of ours. Take the “next” of the page before, or none to start anew.", "cursor")
