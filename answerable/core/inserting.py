"""Many rows in one statement whose words are always the same.

The rows travel as one JSON value, and the database takes it apart by the columns of their table. Through the ORM each
value of each row is a placeholder of its own: for the hundred rows of a batch, building and reading the statement costs
more than writing them. Only for rows that many arrive of at once; fields that make their own value when they are saved
are not for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Field, ForeignKey, Model


def insert(rows: Iterable[Model], *, once: bool = False) -> None:
    """Insert new rows of one model, in this order, and give each its key.

    With `once` a row that a constraint finds there already is left out, and no keys are given. A search vector is made
    from the plain words that stand in its field (configuration `simple`).
    """
    new = list(rows)
    if not new:
        return
    model = type(new[0])
    with connection.cursor() as cursor:
        cursor.execute(_insert(model, once), [_as_json(new, _fields(model)[1])])
        for row, (key,) in zip(new, () if once else cursor.fetchall(), strict=not once):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as the ORM leaves what it wrote


def change(rows: Iterable[Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there."""
    known = list(rows)
    if known:
        model = type(known[0])
        with connection.cursor() as cursor:
            cursor.execute(_change(model, tuple(names)), [_as_json(known, _named(model, names))])


@lru_cache
def _insert(model: type[Model], once: bool) -> str:
    key, fields = _fields(model)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field) for field in fields)
    end = "ON CONFLICT DO NOTHING" if once else f'RETURNING "{key.column}"'
    return f'INSERT INTO "{_table(model)}" ({columns}) SELECT {values} FROM {_rows(fields)} {end}'  # noqa: S608 - our own names


@lru_cache
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    key, *fields = _named(model, names)
    table, same = _table(model), f'"{key.column}" = {_value(key)}'
    values = ", ".join(f'"{field.column}" = {_value(field)}' for field in fields)
    return f'UPDATE "{table}" SET {values} FROM {_rows([key, *fields])} WHERE "{table}".{same}'  # noqa: S608 - our own names


def _rows(fields: Sequence[Field[Any, Any]]) -> str:
    types = ", ".join(f'"{field.column}" {_type(field)}' for field in fields)
    return f'json_to_recordset(%s::json) AS "row" ({types})'


def _type(field: Field[Any, Any]) -> str:
    return "text" if isinstance(field, SearchVectorField) else str(field.db_type(connection))


def _value(field: Field[Any, Any]) -> str:
    value = f'"row"."{field.column}"'
    return f"to_tsvector('simple', {value})" if isinstance(field, SearchVectorField) else value


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django documents it


@lru_cache
def _fields(model: type[Model]) -> tuple[Field[Any, Any], list[Field[Any, Any]]]:
    """The key, and what is written beside it."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    (key,) = (field for field in fields if field.primary_key)
    return key, [field for field in fields if not field.primary_key]


def _named(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    key, fields = _fields(model)
    return [key, *(field for field in fields if {field.name, field.attname} & {*names})]


def _as_json(rows: Sequence[Model], fields: Sequence[Field[Any, Any]]) -> str:
    _know_keys(rows, fields)
    plain = [{field.column: getattr(row, field.attname) for field in fields} for row in rows]
    return json.dumps(plain, ensure_ascii=False, default=_plain)


def _know_keys(rows: Sequence[Model], fields: Sequence[Field[Any, Any]]) -> None:
    """A row that was tied to another one before that one had its key."""
    for field in fields:
        if isinstance(field, ForeignKey):
            for row in rows:
                if getattr(row, field.attname) is None and field.is_cached(row):
                    setattr(row, field.name, getattr(row, field.name))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that these rows may hold.")
