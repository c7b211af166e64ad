"""After the database was away."""

from __future__ import annotations

import time

from django.db import connection, connections

from answerable.core import outages


def test_one_dead_connection_found_is_all_of_them_thrown_away(committed: None) -> None:
    pool = connection.pool  # type: ignore[attr-defined]
    kept = [pool.getconn() for _ in range(6)]
    numbers = [each.info.backend_pid for each in kept]
    for each in kept:
        pool.putconn(each)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid WHERE pid <> pg_backend_pid()", [numbers]
        )
    outages.noticed()
    connections.close_all()
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert time.monotonic() - began < 2
