"""A film in a mail: taken whole, or refused in words, and never more memory than the limit says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peers.programs import eventually
from tests.trouble.desk import Desk, letter

pytestmark = pytest.mark.peers

MB = 1024 * 1024
FILM = 43 * MB  # 60 MB as base64
# While it comes in, a body lies there as its many lines, each with what Python needs for an object, and joined.
COPIES = 5


def test_a_film_of_sixty_megabytes_is_kept_with_its_case(desk: Desk) -> None:
    pid = desk.house.pid("listener")
    assert pid is not None
    before = peak(pid)
    mail = letter("film", attachment=FILM)
    size = len(mail.as_bytes())
    assert size > 58 * MB

    assert desk.bring(mail) == (250, "")

    eventually(lambda: "waiting" not in states(desk), within=120)
    assert states(desk) == ["filed"]
    assert kept(desk) == [FILM]
    print(f"listener: {before / MB:.0f} MB before, at most {peak(pid) / MB:.0f} MB with a mail of {size / MB:.0f} MB")
    assert peak(pid) - before < COPIES * size
    assert desk.house.pid("listener") == pid


def test_a_mail_above_the_limit_is_refused_in_words(desk: Desk) -> None:
    code, words = desk.bring(letter("too large", attachment=50 * MB))

    assert (code, words) == (552, "5.3.4 The mail is larger than this server takes.")


def states(desk: Desk) -> list[str]:
    return [state for (state,) in desk.rows("SELECT state FROM intake_envelope WHERE size > %s", FILM)]


def kept(desk: Desk) -> list[int]:
    """The sizes of the files in its case."""
    files = "SELECT a.size FROM conversations_attachment a JOIN conversations_message m ON m.id = a.message_id"
    return [size for (size,) in desk.rows(f"{files} WHERE m.subject = 'film'")]


def peak(pid: int) -> int:
    """The most memory that the process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
