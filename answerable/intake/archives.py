"""Files of what was said in the past, row by row: JSON lines, packed by gzip or not, and Parquet.

A row is a line of JSON in either case, the same bytes on every reading, so that it is known again. Never more than a few
thousand of them are in memory.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

from answerable.core.errors import Invalid

PACKED, PARQUET = b"\x1f\x8b", b"PAR1"
AT_ONCE = 2_000
UNREADABLE = "“%(name)s” cannot be read to its end: it is broken, or no file of this sort. What came before is kept."


def digest(path: Path) -> str:
    """By which a file is known again, wherever it lies and whatever it is called."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def rows(path: Path, *, behind: int = 0) -> Iterator[bytes]:
    """The rows of a file, without the first `behind`. Raises `Invalid` where they stop being readable."""
    with path.open("rb") as file:
        begins = file.read(4)
    if begins.startswith(PACKED):
        return islice(_packed(path), behind, None)
    return islice(_parquet(path) if begins == PARQUET else _plain(path), behind, None)


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        yield from lines


def _packed(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as lines:
            yield from lines
    except (EOFError, gzip.BadGzipFile) as error:
        raise Invalid(UNREADABLE, name=path.name) from error


def _parquet(path: Path) -> Iterator[bytes]:
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415 - it is an extra, and takes a while to load
    except ImportError as error:
        raise Invalid(
            "Parquet is read with pyarrow, which is not installed. Nothing was changed. Install answerable[parquet], or bring JSON lines."
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(AT_ONCE):
                yield from (json.dumps(row, ensure_ascii=False, default=_told).encode() for row in batch.to_pylist())
    except (ArrowException, OSError) as error:
        raise Invalid(UNREADABLE, name=path.name) from error


def _told(value: Any) -> str:
    """What JSON has no word for: moments, and numbers of exactly so many digits."""
    return value.isoformat() if isinstance(value, date) else str(value)
