"""The database engine of the house: Django's own, but for how a moment is read."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap

TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid


class DatabaseWrapper(base.DatabaseWrapper):
    """Moments are read by the driver's own loader, in the time zone of the connection, which Django sets to UTC.

    Django puts a loader in Python over it to be able to read other zones; there are none here (`settings.USE_TZ`).
    """

    def get_connection_params(self) -> dict[str, Any]:
        found = super().get_connection_params()
        quick = psycopg.adapters.get_loader(TIMESTAMPTZ, psycopg.pq.Format.TEXT)
        if self.timezone is UTC and quick is not None:
            found["context"] = AdaptersMap(found["context"])
            found["context"].register_loader(TIMESTAMPTZ, quick)
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        """Django would ask the loader of each cursor for its zone, and the driver's has none to show."""
        if self.timezone is not UTC:
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        return self.connection.cursor(name, scrollable=False, withhold=self.connection.autocommit)
