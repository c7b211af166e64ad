"""Reading files that another program puts into a folder: call records and recordings. Nothing is changed or deleted there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from answerable.core.moments import now
from answerable.core.wire.calls import FolderAnswer, FolderFile, ReadFile, ReadFolder
from answerable.core.wire.failures import Guarded, NoAnswer, TooLarge

TABLES = frozenset({".csv", ".json", ".txt"})
SOUNDS = frozenset({".wav", ".mp3", ".ogg"})
# What was written to a moment ago may still be growing.
SETTLED_AFTER = 5.0
MOST_FILES = 20_000
LARGEST_TABLE = 12 * 1024 * 1024


class NotOurs(Guarded):
    """The folder lies where this house does not read."""

    def __init__(self, folder: str) -> None:
        NoAnswer.__init__(
            self,
            f"The folder {folder} may not be read.",
            then="Nothing was read. If this is meant, name it, or one above it, in ANSWERABLE_FOLDERS.",
        )


def read(call: ReadFolder | ReadFile, *, max_bytes: int) -> FolderAnswer:
    return _file_of(call, max_bytes) if isinstance(call, ReadFile) else _folder_of(call)


def _folder_of(call: ReadFolder) -> FolderAnswer:
    """What is new there, oldest first. Links are not followed, hidden files and other sorts are left alone."""
    found = sorted(_files(_allowed(call.folder), call.also), key=lambda each: (each.modified_at, each.name))
    if len(found) > MOST_FILES:
        raise NoAnswer(f"The folder {call.folder} holds more than {MOST_FILES} files. Move the old ones elsewhere.")
    known = set(call.known)
    fresh = [each for each in found if each.mark not in known][: call.at_most]
    return FolderAnswer([_whole(call.folder, each) for each in fresh], [each.mark for each in found])


def _file_of(call: ReadFile, max_bytes: int) -> FolderAnswer:
    folder = _allowed(call.folder)
    found = next((each for each in _files(folder) if each.name == call.name), None)
    if found is None:
        raise NoAnswer(f"There is no file {call.name} in the folder any more.")
    if found.size > max_bytes:
        raise TooLarge(call.name, max_bytes)
    return FolderAnswer([_with(found, _bytes(folder / found.name))])


def _allowed(folder: str) -> Path:
    """The names are followed to the place that they mean before it is judged."""
    path = Path(folder).resolve()
    allowed = [Path(each).resolve() for each in settings.ANSWERABLE_FOLDERS]
    if not folder or not any(path.is_relative_to(each) for each in allowed):
        raise NotOurs(folder)
    return path


def _files(folder: Path, also: Sequence[str] = ()) -> Iterator[FolderFile]:
    settled = now().timestamp() - SETTLED_AFTER
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                ending = Path(entry.name).suffix.lower()
                if entry.name.startswith(".") or ending not in TABLES | SOUNDS | set(also):
                    continue
                told = entry.stat(follow_symlinks=False)
                if entry.is_file(follow_symlinks=False) and told.st_mtime <= settled:
                    yield _file(entry.name, told)
    except OSError as error:
        raise NoAnswer(f"The folder {folder} cannot be read ({error.strerror}).") from error


def _file(name: str, told: os.stat_result) -> FolderFile:
    mark = hashlib.sha256(f"{name}\0{told.st_size}\0{told.st_mtime_ns}".encode("utf-8", "replace")).hexdigest()[:16]
    modified_at = datetime.fromtimestamp(told.st_mtime, UTC).isoformat()
    return FolderFile(name, mark, told.st_size, modified_at)


def _whole(folder: str, file: FolderFile) -> FolderFile:
    if Path(file.name).suffix.lower() in SOUNDS:
        return file
    if file.size > LARGEST_TABLE:
        raise TooLarge(file.name, LARGEST_TABLE)
    return _with(file, _bytes(_allowed(folder) / file.name))


def _with(file: FolderFile, body: bytes) -> FolderFile:
    return FolderFile(file.name, file.mark, file.size, file.modified_at, body)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoAnswer(f"The file {path.name} cannot be read ({error.strerror}).") from error
