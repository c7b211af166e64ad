"""The archive of the originals: what was said, word for word, with its files and the SHA-256 of each, in one ZIP.

The same originals make the same bytes: names in order, one date, nothing packed. `SHA256SUMS` is what `sha256sum -c` reads.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from answerable.conversations import attaching
from answerable.conversations.models import Attachment, Message
from answerable.core.errors import NotThere
from answerable.safety.models import Version

SUMS = "SHA256SUMS"
DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Part:
    """One file of the archive."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def zipped(parts: Iterable[Part]) -> bytes:
    """The parts and the list of their sums as a ZIP."""
    ordered = sorted(parts, key=lambda each: each.name)
    sums = "".join(f"{each.digest}  {each.name}\n" for each in ordered)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as whole:
        for each in (*ordered, Part(SUMS, sums.encode())):
            info = zipfile.ZipInfo(each.name, DATE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            whole.writestr(info, each.data)
    return out.getvalue()


def parts_of(version: Version, messages: Sequence[Message]) -> Iterator[Part]:
    """The report as it was kept, and each message with its words, earlier words and files."""
    yield Part("report.json", version.document.encode())
    for message in messages:
        yield from _said(message)


def _said(message: Message) -> Iterator[Part]:
    folder = f"messages/{message.pk}"
    files = list(message.attachments.order_by("pk"))
    yield Part(f"{folder}/about.json", _about(message, files))
    yield Part(f"{folder}/text.txt", message.text.encode())
    for name, words in (("quoted.txt", message.quoted), ("designed.html", message.html)):
        if words:
            yield Part(f"{folder}/{name}", words.encode())
    for number, each in enumerate(message.revisions.order_by("written_at"), 1):
        yield Part(f"{folder}/earlier-{number}.txt", each.text.encode())
    for number, file in enumerate(files, 1):
        if (data := _bytes(file)) is not None:
            yield Part(f"{folder}/files/{number}-{attaching.safe_name(file.name)}", data)


def _bytes(file: Attachment) -> bytes | None:
    """None for a file that is not with us; what is said about the message names it all the same."""
    try:
        return attaching.bytes_of(file)
    except NotThere:
        return None


def _about(message: Message, files: Sequence[Attachment]) -> bytes:
    source = message.conversation.source if message.conversation else None
    said = {
        "message": message.pk,
        "once": message.once,
        "source": source.label if source else "",
        "channel": source.kind if source else "",
        "audience": message.audience,
        "author": message.author.value if message.author else "",
        "subject": message.subject,
        "posted_at": message.posted_at and message.posted_at.isoformat(),
        "received_at": message.received_at.isoformat(),
        "edited_at": message.edited_at and message.edited_at.isoformat(),
        "withdrawn_at": message.withdrawn_at and message.withdrawn_at.isoformat(),
        "files": [
            {"name": each.name, "media_type": each.media_type, "size": each.size, "sha256": each.file} for each in files
        ],
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()
