"""Mail folders in one file (RFC 4155, and the “mboxrd” way of quoting): cut where a line begins with “From ”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from answerable.channels.contract import LeftOut, Raw, Unreadable

BEGINS = b"From "
QUOTED = re.compile(rb">+From ")
LARGEST = 64 * 1024 * 1024


def mails(lines: Iterable[bytes]) -> Iterator[Raw | LeftOut]:
    """Each mail as it was, without the line before it and with one sign less of quoting. Raises `Unreadable`."""
    number, begun, kept, size = 0, 0, list[bytes](), 0
    for number, line in enumerate(lines, start=1):
        if line.startswith(BEGINS):
            if kept:
                yield _mail(begun, kept, size)
            begun, kept, size = number, [], 0
        elif begun:
            size += len(line)
            if size <= LARGEST:
                kept.append(line[1:] if QUOTED.match(line) else line)
        elif line.strip():
            raise Unreadable("The file is no mail folder: its first line does not begin with “From ”.")
    if not begun:
        raise Unreadable("There is no mail in the file.")
    yield _mail(begun, kept, size)


def _mail(begun: int, lines: list[bytes], size: int) -> Raw | LeftOut:
    if size > LARGEST:
        return LeftOut(f"line:{begun}", begun, "This mail is larger than 64 MB.", understood=False)
    body = b"".join(lines)
    if not body.strip():
        return LeftOut(f"line:{begun}", begun, "There is nothing between two beginnings.", understood=False)
    return Raw(body[:-1] if body.endswith(b"\n\n") else body)
