"""A mailroom for the demo: a real SMTP server on loopback that puts the desk's answers into real mailboxes (Maildir).

So a newcomer sees the answer arrive, with its headers, without owning a mail server. A stand-in for the world's mail,
named as one: it relays nothing and listens on 127.0.0.1 only.
"""

from __future__ import annotations

import mailbox
import re
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings

HOST = "127.0.0.1"
PORT_FILE = "mailroom.port"
MAX_BYTES = 64 * 1024 * 1024


def open_door(port: int) -> Controller:
    """Start the mailroom and write its port down for the demo's mailbox to find."""
    controller = Controller(_Handler(), hostname=HOST, port=port, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True)
    controller.start()
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / PORT_FILE).write_text(str(port))
    return controller


def port() -> int | None:
    """The port of the mailroom, None when it was never opened here."""
    known = folder() / PORT_FILE
    return int(known.read_text()) if known.exists() else None


def folder() -> Path:
    """Where the mailboxes lie."""
    return Path(settings.ANSWERABLE_FILES) / "mailroom"


def addresses() -> list[str]:
    """Everybody who ever got mail here."""
    return sorted(path.name for path in folder().iterdir() if path.is_dir()) if folder().exists() else []


def mails(address: str) -> list[Message]:
    """The mails of one mailbox, newest first. Nothing for an address that never got any."""
    place = folder() / _name(address)
    if not place.is_dir():
        return []
    found = mailbox.Maildir(place, create=False)
    return [found[key] for key in sorted(found.keys(), reverse=True)]


class _Handler:
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        for recipient in envelope.rcpt_tos:
            mailbox.Maildir(folder() / _name(recipient), create=True).add(envelope.content)
        return "250 2.0.0 In the mailbox"


def _name(address: str) -> str:
    """An address as a folder name: no part of it can leave the folder."""
    return re.sub(r"[^a-z0-9@._+-]", "_", address.lower()).lstrip(".")[:120] or "nobody"
