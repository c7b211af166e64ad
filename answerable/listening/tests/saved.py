"""Builders for tests of saved queries."""

from __future__ import annotations

from typing import Any

from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.listening import saving
from answerable.listening.models import Query, QueryVersion
from answerable.testing.cast import Cast


def save(cast: Cast, text: str, name: str = "Brand", *, by: Viewer | None = None) -> Query:
    return saving.save(name=name, text=text, **whose(cast), by=by or cast.ben)


def change(cast: Cast, query: Query, text: str, *, expected: int = 1, **other: Any) -> Query:
    facts = {"name": query.name, **whose(cast), **other}
    return saving.change(query, expected=expected, text=text, **facts, by=cast.ben)


def whose(cast: Cast) -> dict[str, Any]:
    return {"team": cast.front_line, "holder": User.objects.get(pk=cast.ben.user_id)}


def version(query: Query, number: int = 1) -> int:
    return QueryVersion.objects.get(query=query, number=number).pk
