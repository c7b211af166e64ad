"""Rooms and their events in the ids that the house keeps."""

from __future__ import annotations

import re

from answerable.channels.common import places
from answerable.channels.common.places import Place

ROOM = re.compile(r"![!-~]+")
EVENT = re.compile(r"\$[!-~]+")


def read(external_id: str) -> Place | None:
    return places.read(external_id, ROOM, EVENT)
