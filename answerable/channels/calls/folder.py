"""A folder in which an exchange leaves call records (tables) and recordings (sounds): what is new there, each taken once.

A recording is known by its name: the id of the call, or the numbers and the moment, as exchanges write them
(“20260702-180912-48600100200.wav”, “external-101-600100200-20260702-180912-1782995352.17.wav”).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from answerable.channels.calls.calls import Exchange
from answerable.channels.common import objects
from answerable.channels.contract import Page, Piece, Raw, Sound, Unreadable, Unsupported
from answerable.core.text.telephone import e164
from answerable.core.wire.calls import Answer, FolderAnswer, ReadFile, ReadFolder

AT_MOST = 50
MOMENT = re.compile(r"(20\d{2})-?(\d{2})-?(\d{2})[-_T ]?(\d{2})[-:.h]?(\d{2})[-:.m]?(\d{2})(?!\d)")
CALL_ID = re.compile(r"(?<!\d)\d{9,10}\.\d{1,6}(?=\.\w+$|[-_])")
NUMBER = re.compile(r"\+?\d{5,15}")


def ask(cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> ReadFolder:
    return ReadFolder(_folder(settings), tuple(cursor.get("known") or ()), AT_MOST)


def page(answer: Answer, cursor: Mapping[str, Any]) -> Page:
    """A file that is changed or written anew is another one; what is gone from the folder is forgotten by the cursor."""
    if not isinstance(answer, FolderAnswer):
        raise Unreadable("This is no list of files.")
    items = tuple(
        Raw(each.body, {"file": each.name}, f"file:{each.mark}")
        if each.body
        else Raw(objects.canonical({"sound": each.name, "size": each.size}), {}, f"sound:{each.mark}")
        for each in answer.files
    )
    known = {*(cursor.get("known") or ()), *(each.mark for each in answer.files)}
    return Page(items, {"known": sorted(known & set(answer.present))}, more=len(answer.files) >= AT_MOST)


def fetch(reference: str, settings: Mapping[str, Any]) -> ReadFile:
    sort, _, name = reference.partition(":")
    if sort != "folder" or not name or "/" in name or "\\" in name:
        raise Unsupported("This recording lies in no folder.")
    return ReadFile(_folder(settings), name)


def fetched(answer: Answer) -> bytes:
    if not isinstance(answer, FolderAnswer) or len(answer.files) != 1:
        raise Unreadable("This is no file of the folder.")
    return answer.files[0].body


def sound(told: Mapping[str, Any], exchange: Exchange) -> Sound:
    """What the name of a recording says of its call. Raises `Unreadable` where it says nothing."""
    name = str(told.get("sound") or "")[:255].replace("\0", "")
    rest = name
    call, moment = CALL_ID.search(rest), MOMENT.search(rest)
    for found in (call, moment):
        rest = rest.replace(found.group(), " ") if found else rest
    numbers = tuple(dict.fromkeys(filter(None, (e164(each, exchange.country) for each in NUMBER.findall(rest)))))
    if not name:
        raise Unreadable("This names no recording. Its bytes are kept.")
    return Sound(
        external_id=f"sound:{name}:{told.get('size')}"[:390],
        piece=Piece(name, "", reference=f"folder:{name}"),
        call_ids=(f"call:{call.group()}",) if call else (),
        numbers=numbers,
        at=_at(moment, exchange) if moment else None,
    )


def _at(found: re.Match[str], exchange: Exchange) -> datetime | None:
    try:
        return datetime(*map(int, found.groups()), tzinfo=exchange.zone).astimezone(UTC)  # type: ignore[misc, arg-type]
    except ValueError:
        return None


def _folder(settings: Mapping[str, Any]) -> str:
    folder = str(settings.get("folder") or "").strip()
    if not folder:
        raise Unsupported("No folder is read for this source.")
    return folder
