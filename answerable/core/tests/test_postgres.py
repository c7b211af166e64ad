"""Moments come out of the database aware and in UTC, however they are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection

SUMMER = datetime(2026, 7, 3, 21, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
ODD = ["2026-10-25 02:30:00+02", "2026-10-25 02:30:00+01", "1910-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00"]


@pytest.mark.django_db
@pytest.mark.parametrize("written", [SUMMER.isoformat(), *ODD])
def test_a_moment_is_read_as_the_same_moment_in_utc(written: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, extract(epoch FROM %s::timestamptz)", [written, written])
        read, seconds = cursor.fetchone()
    assert read.utcoffset() == timedelta()
    assert read == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        seconds=float(int(seconds)), microseconds=int(seconds % 1 * 10**6)
    )


@pytest.mark.django_db
def test_rows_that_come_in_portions_are_read_alike() -> None:
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT timestamptz '2026-11-30 09:00+00' FROM generate_series(1, 3)")
        assert cursor.fetchall() == [(datetime(2026, 11, 30, 9, tzinfo=UTC),)] * 3


@pytest.mark.django_db
def test_no_moment_is_read_by_djangos_own_loader() -> None:
    with connection.cursor() as cursor:
        loader = cursor.adapters.get_loader(1184, 0)
    assert not hasattr(loader, "timezone"), "it is the driver's"
