"""Files of the house, kept by their content: attachments and raw envelopes too large for a row.

The name is the SHA-256 of the content, so that a file written twice is one file and no name from outside ever
reaches the disk. A file is on the disk (fsync, rename, fsync of the folder) before the row that names it commits.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from answerable.core.errors import HouseError, Invalid
from answerable.core.moments import now

FULL = "The file store does not take more files. Nothing was lost: what waits stays where it is. Free some space."


class TooLarge(Invalid):
    """The file is larger than what is taken here."""


class StoreFull(HouseError):
    """The disk takes no more. What was not stored is still with its sender or in its envelope."""


def keep(body: bytes) -> str:
    """Store the bytes and return their name. Raises `StoreFull` when the disk refuses them."""
    name = hashlib.sha256(body).hexdigest()
    path = place(name)
    if path.exists() and path.stat().st_size == len(body):
        path.touch()
        return name
    try:
        _write(path, body)
    except OSError as error:
        raise StoreFull(FULL) from error
    return name


def keep_from(pieces: Iterable[bytes], *, at_most: int) -> tuple[str, int]:
    """Store a file that is too large for the memory; returns its name and size. Raises `StoreFull` and `TooLarge`."""
    hasher, size = hashlib.sha256(), 0
    root = Path(settings.ANSWERABLE_FILES)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=root, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > at_most:
                    raise TooLarge("The file is larger than %(most)s MB. Nothing was kept.", most=at_most // 1024**2)
                hasher.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        path = place(hasher.hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as error:
        raise StoreFull(FULL) from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    return hasher.hexdigest(), size


def fetch(name: str) -> bytes:
    """The bytes with this name. Raises FileNotFoundError when the file is gone."""
    return place(name).read_bytes()


def remove(name: str, *, older_than: timedelta) -> bool:
    """Remove a file that nobody stored for so long; whoever calls knows that no row names it. False where it stays."""
    path = place(name)
    if not path.exists() or now() - datetime.fromtimestamp(path.stat().st_mtime, UTC) < older_than:
        return False
    path.unlink(missing_ok=True)
    return True


def place(name: str) -> Path:
    """Where a file lies; two levels, so that no folder grows large."""
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise FileNotFoundError(name)
    return Path(settings.ANSWERABLE_FILES) / name[:2] / name[2:4] / name


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
