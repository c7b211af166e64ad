"""The file store: by content, once, and honest about a full disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from answerable.core import files


def test_the_same_bytes_are_one_file_and_come_back_as_they_were() -> None:
    first, second = files.keep(b"bytes"), files.keep(b"bytes")
    assert first == second
    assert files.fetch(first) == b"bytes"
    assert [path.name for path in files.place(first).parent.iterdir()] == [first]


def test_a_file_that_was_cut_short_is_written_again() -> None:
    name = files.keep(b"bytes")
    files.place(name).write_bytes(b"by")
    files.keep(b"bytes")
    assert files.fetch(name) == b"bytes"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "/" * 64, "0" * 63])
def test_no_name_from_outside_reaches_the_disk(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.fetch(name)


def test_a_disk_that_takes_no_more_is_said_in_a_sentence(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    settings.ANSWERABLE_FILES = tmp_path / "taken"
    with pytest.raises(files.StoreFull, match="Nothing was lost"):
        files.keep(b"bytes")
