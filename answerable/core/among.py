"""`field__among=values`: what `in` asks, with all values as one array.

With `in` each value is a placeholder of its own: for the hundred rows of a batch, building and reading the statement
costs more than answering it, and no two statements have the same words. The values are plain numbers or texts.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup):
    """As with `in`, nothing is asked where there are no values."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        values = list(self.rhs)
        if not values:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*params, values)
