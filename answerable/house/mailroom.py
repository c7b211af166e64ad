"""The demo's mail: opens the mailroom and tells the demo's mailbox where it is."""

from __future__ import annotations

import logging

from aiosmtpd.controller import Controller
from django.conf import settings

from answerable.channels.models import Source
from answerable.channels.sandbox import mailroom
from answerable.house.database.ports import free_port
from answerable.house.seeding import ADDRESS, UNSET

FIRST_CHOICE = 2526

log = logging.getLogger(__name__)


def open_in_demo() -> Controller | None:
    """In the demo only: a real SMTP server on loopback for what the desk sends. Another port is chosen when the last one is taken.

    A mailbox that an admin gave another server keeps it.
    """
    if not settings.ANSWERABLE_DEMO:
        return None
    ours = {UNSET, mailroom.port()}
    # Its first choice is the one that the listener takes when the listener's own is taken.
    door = mailroom.open_door(free_port(mailroom.port() or FIRST_CHOICE, spare={settings.ANSWERABLE_SMTP_PORT}))
    box = Source.objects.filter(workspace__slug="demo", kind="email", address=ADDRESS).first()
    if box is not None and box.settings.get("smtp_host") == mailroom.HOST and box.settings.get("smtp_port") in ours:
        box.settings["smtp_port"] = mailroom.port()
        box.save(update_fields=["settings"])
    log.info("The mailroom of the demo takes mail on port %s.", mailroom.port())
    return door
