"""A safety system that reads files: a report is put into one folder, its acknowledgement is read from another."""

from __future__ import annotations

import re

from django.utils.translation import gettext_noop as _

from answerable.channels.contract import Setting, Unreadable
from answerable.core.wire.calls import Answer, FolderAnswer, PutFile, ReadFolder
from answerable.safety.systems import answers
from answerable.safety.systems.values import Cursor, News, Parcel, Told, Values, Way

SETTINGS = (
    Setting("folder", "Folder into which reports are put", hint=_("A path on this server, below one that ANSWERABLE_FOLDERS_OUT names. Nothing is overwritten there.")),
    Setting("answers", "Folder from which acknowledgements are read", hint=_("A path on this server, below one that ANSWERABLE_FOLDERS names. JSON, E2B(R3) acknowledgements, and lists as CSV. Nothing is deleted there.")),
)  # fmt: skip
AT_ONCE = 50


def hand_over(parcel: Parcel, values: Values) -> PutFile:
    return PutFile(str(values["folder"]), f"{re.sub(r'[^A-Za-z0-9.-]', '_', parcel.key)}.json", parcel.body)


def taken(answer: Answer, parcel: Parcel) -> Told | None:
    """A file that lies there is sent; only their own file acknowledges it."""
    _folder(answer)
    return None


def ask(cursor: Cursor, values: Values) -> ReadFolder:
    return ReadFolder(str(values["answers"]), tuple(cursor.get("known", ())), AT_ONCE, also=(".xml",))


def news(answer: Answer, cursor: Cursor, values: Values) -> News:
    """A file that cannot be read is told of and passed: it stops no other."""
    folder = _folder(answer)
    present = set(folder.present)
    read = [each.mark for each in folder.files]
    known = [mark for mark in (*cursor.get("known", ()), *read) if mark in present]
    told: list[Told] = []
    for each in folder.files:
        if not answers.is_list(each.name):
            told += answers.readable(each.name, each.body)
    lists = [each.body.decode("utf-8", "replace") for each in folder.files if answers.is_list(each.name)]
    return News(told, lists, {"known": known}, more=len(read) == AT_ONCE)


def _folder(answer: Answer) -> FolderAnswer:
    if not isinstance(answer, FolderAnswer):
        raise Unreadable("The folder gave an answer that is not one of a folder.")
    return answer


WAY = Way(
    kind="folder",
    label=_("A folder (files)"),
    hint=_(
        "Each report becomes a file of its own. It is acknowledged by a file that the safety system puts into another folder."
    ),
    settings=SETTINGS,
    hand_over=hand_over,
    taken=taken,
    ask=ask,
    news=news,
)
