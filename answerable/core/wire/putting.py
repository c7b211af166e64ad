"""Putting a file into a folder that another program reads: it is there whole or not at all, and never in place of another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from answerable.core.wire.calls import FolderAnswer, FolderFile, PutFile
from answerable.core.wire.failures import Guarded, NoAnswer


class NotOutThere(Guarded):
    """The folder lies where this house does not write."""

    def __init__(self, folder: str) -> None:
        NoAnswer.__init__(
            self,
            f"Nothing may be put into the folder {folder}.",
            then="Nothing was put there. If this is meant, name it, or one above it, in ANSWERABLE_FOLDERS_OUT.",
        )


def put(call: PutFile, *, before_handover: Callable[[], None] | None = None) -> FolderAnswer:
    """Written beside under a hidden name, brought to disk, then given its name in one step.

    Raises `NoAnswer(sent=False)` while it has no name yet, and for another file of that name.
    """
    folder = _allowed(call.folder)
    try:
        hidden = _written(folder, call.body)
        try:
            if before_handover is not None:
                before_handover()
            _name(hidden, folder / call.name, call)
        finally:
            hidden.unlink(missing_ok=True)
        _to_disk(folder)
    except OSError as error:
        raise NoAnswer(f"The folder {call.folder} cannot be written to ({error.strerror}).") from error
    told = (folder / call.name).stat()
    modified_at = datetime.fromtimestamp(told.st_mtime, UTC).isoformat()
    return FolderAnswer([FolderFile(call.name, "", told.st_size, modified_at)])


def _allowed(folder: str) -> Path:
    path = Path(folder).resolve()
    allowed = [Path(each).resolve() for each in settings.ANSWERABLE_FOLDERS_OUT]
    if not folder or not any(path.is_relative_to(each) for each in allowed):
        raise NotOutThere(folder)
    return path


def _written(folder: Path, body: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _name(hidden: Path, wanted: Path, call: PutFile) -> None:
    """A second name for the same bytes: unlike a renaming, this refuses to take the place of another file."""
    try:
        os.link(hidden, wanted)
    except FileExistsError as error:
        if wanted.read_bytes() != call.body:
            raise NoAnswer(f"Another file {call.name} lies in the folder already.") from error


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
