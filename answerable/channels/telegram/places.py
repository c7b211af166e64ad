"""Chats and their messages in the ids that the house keeps; numbers, those of groups below zero."""

from __future__ import annotations

import re

from answerable.channels.common import places
from answerable.channels.common.places import Place

CHAT = re.compile(r"-?[0-9]{1,20}")
MESSAGE = re.compile(r"[0-9]{1,20}")


def read(external_id: str) -> Place | None:
    return places.read(external_id, CHAT, MESSAGE)
