"""A form with files as a request carries it (RFC 7578), the same for the same fields."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.IGNORECASE)
UNKNOWN = "application/octet-stream"
# How browsers write what would end a header (HTML Standard, “multipart form data”).
QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A", "\0": ""})


@dataclass(frozen=True)
class File:
    """`into` is the field of the form."""

    into: str
    name: str
    media_type: str
    body: bytes = field(repr=False)


def media_type(declared: str) -> str:
    """A declared type that can stand in a header; what cannot is a file of unknown sort."""
    return declared if MEDIA_TYPE.fullmatch(declared) else UNKNOWN


def multipart(fields: Mapping[str, str], files: Sequence[File]) -> tuple[str, bytes]:
    """The content type and the body."""
    parts = list(_parts(fields, files))
    boundary = hashlib.sha256(b"\0".join(parts)).hexdigest()
    mark = f"--{boundary}\r\n".encode()
    body = b"".join(mark + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", body


def _parts(fields: Mapping[str, str], files: Sequence[File]) -> Iterator[bytes]:
    for name, value in fields.items():
        yield _head(f'name="{name.translate(QUOTED)}"') + b"\r\n" + value.encode("utf-8", "replace")
    for file in files:
        named = f'name="{file.into.translate(QUOTED)}"; filename="{file.name.translate(QUOTED)}"'
        yield _head(named, f"Content-Type: {media_type(file.media_type)}\r\n") + b"\r\n" + file.body


def _head(named: str, more: str = "") -> bytes:
    return f"Content-Disposition: form-data; {named}\r\n{more}".encode("utf-8", "replace")
