"""Lists of what people said elsewhere: CSV or JSON lines, with columns that somebody named in the settings.

A row is one item. Its bytes are its values by column, as they stood there; which column means what is asked when it is read, so that
a wrong mapping can be mended and the item replayed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from answerable.channels.common.moments import moment
from answerable.channels.common.objects import canonical, named_if_any
from answerable.channels.contract import Audience, Handle, LeftOut, Raw, Said, Setting, Unreadable
from answerable.core.errors import Invalid
from answerable.core.text.charsets import decode
from answerable.core.text.fold import fold

SEPARATORS = ",;\t|"
LONGEST_LINE = 1024 * 1024
ZONES = tuple(sorted(available_timezones()))
MEANS = {
    "id": "id number complaint post",
    "author": "author email from name user customer",
    "display": "display fullname",
    "text": "text message comment content description complaint review",
    "at": "at date created createdat time when posted",
    "title": "title subject headline",
    "thread": "thread conversation topic case",
    "link": "link url address",
    "product": "product",
    "language": "language lang",
    "rating": "rating stars grade score",
}
"""What a column may mean, and the headings that are taken for it where the settings name none."""


def settings_of(*, audience: str) -> tuple[Setting, ...]:
    """The settings by which rows are read, the same for every channel that takes lists."""
    columns = tuple(
        Setting(
            f"column_{name}",
            f"Column: {name}",
            required=False,
            default="",
            hint=f"Empty: {words.split()[0]} …",
            rarely=True,
        )
        for name, words in MEANS.items()
    )
    return (
        *columns,
        Setting(
            "namespace", "What the names of authors are", default="email", hint="email, phone, or the site’s name."
        ),
        Setting("audience", "Who could read it there", default=audience, choices=("public", "private")),
        Setting("time_zone", "Time zone of times that are written without one", default="UTC", choices=ZONES),
        Setting("dates", "Order in dates with strokes", default="day", choices=("day", "month")),
    )


def slices(lines: Iterable[bytes], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
    """Each row as an item, or left out. JSON lines are known by their first sign."""
    numbered = enumerate(lines, start=1)
    first = next(((number, line) for number, line in numbered if line.strip(b"\xef\xbb\xbf \t\r\n")), None)
    if first is None:
        raise Unreadable("The file is empty.")
    rows = _of_json if first[1].lstrip(b"\xef\xbb\xbf \t")[:1] == b"{" else _of_table
    return rows(chain([first], numbered), settings)


def said(raw: Raw, settings: Mapping[str, Any]) -> Said:
    """The utterance of one row. Raises `Invalid` with the column that cannot be read, `Unreadable` for what is no row."""
    values = _values(raw, settings)
    if not values["text"]:
        raise Invalid("There are no words in it: the column of the text is empty or not there.")
    who = values["author"].lower() if settings.get("namespace") == "email" else values["author"]
    once = _once(values, raw.body)
    site = str(settings.get("slug") or "list")
    return Said(
        external_id=once,
        author=Handle(
            str(settings["namespace"])[:40] if who else "unnamed", who or f"{site}:{once}", values["display"]
        ),
        audience=Audience(str(settings["audience"])),
        text=values["text"],
        posted_at=_at(values["at"], settings),
        subject=values["title"],
        thread_ids=(f"thread:{values['thread']}",) if values["thread"] else (),
        own_ids=(f"row:{once}", *([values["link"]] if values["link"] else [])),
        language=values["language"][:10],
        product=values["product"],
        notes=tuple(f"{name}: {values[key]}" for key, name in (("rating", "Rating"), ("link", "There")) if values[key]),
    )


def _of_json(numbered: Iterable[tuple[int, bytes]], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
    for number, line in numbered:
        if not line.strip():
            continue
        try:
            told = json.loads(decode(line).lstrip("\ufeff"))
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            yield _left(number, Invalid("It is no JSON object on a line of its own."))
            continue
        yield _item(number, {str(name): _word(value) for name, value in told.items()}, settings)


def _of_table(numbered: Iterable[tuple[int, bytes]], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
    heading, text = _text_of(numbered)
    reader = csv.reader(text, delimiter=max(SEPARATORS, key=heading.count), strict=True)
    names = [cell.strip() for cell in next(reader)]
    if "text" not in _meanings(names, settings).values():
        raise Unreadable("The first line names no column of the text. Name it in the settings of this source.")
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _left(number, Invalid("It cannot be parted: a quotation mark is in a wrong place, or not closed."))
            continue
        if len(cells) > len(names):
            wrong = "It has %(cells)s fields; the first line names %(names)s."
            yield _left(number, Invalid(wrong, cells=len(cells), names=len(names)))
        elif any(cell.strip() for cell in cells):
            yield _item(number, dict(zip(names, cells, strict=False)), settings)


def _text_of(numbered: Iterable[tuple[int, bytes]]) -> tuple[str, Iterator[str]]:
    """The heading, and all lines as text; a line beyond all reason is cut, so that it fits into memory."""
    lines = (decode(line[:LONGEST_LINE]).replace("\0", "") for _, line in numbered)
    heading = next(lines).lstrip("\ufeff")
    return heading, chain([heading], lines)


def _item(number: int, values: Mapping[str, str], settings: Mapping[str, Any]) -> Raw | LeftOut:
    """A row is read once before it is kept: whoever hands the file in is still there to mend it."""
    body = canonical({"row": values})
    raw = Raw(body)
    try:
        read = said(raw, settings)
    except Invalid as error:
        return _left(number, error)
    return Raw(body, {"line": str(number)}, external_id=f"row:{read.external_id}"[:500])


def _values(raw: Raw, settings: Mapping[str, Any]) -> dict[str, str]:
    try:
        row = {name: named_if_any(each) for name, each in json.loads(raw.body)["row"].items()}
        means = _meanings(list(row), settings)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("This is no row of a list of ours. Its bytes are kept.") from error
    found = dict.fromkeys(MEANS, "")
    for column, name in means.items():
        found[name] = row[column].strip()
    return found


def _meanings(columns: list[str], settings: Mapping[str, Any]) -> Mapping[str, str]:
    """Which column means what: as the settings say, else by its heading. The first that fits counts."""
    return _meant(tuple(columns), tuple(str(settings.get(f"column_{name}") or "") for name in MEANS))


@lru_cache(64)
def _meant(columns: tuple[str, ...], named: tuple[str, ...]) -> Mapping[str, str]:
    """Nearly all rows of a file have the same columns, and to compare headings takes longer than all the rest."""
    found: dict[str, str] = {}
    for (name, headings), given in zip(MEANS.items(), named, strict=True):
        wanted = fold(given).strip()
        fits = [wanted] if wanted else headings.split()
        column = next((each for want in fits for each in columns if _same(each, want) and each not in found), None)
        if column is not None:
            found[column] = name
    return found


def _same(column: str, wanted: str) -> bool:
    folded = fold(column).strip()
    return folded == wanted or "".join(letter for letter in folded if letter.isalnum()) == wanted


def _once(values: Mapping[str, str], body: bytes) -> str:
    """The id that the list gives, else all of its values: the same row again is the same."""
    return values["id"][:300] or sha256(body).hexdigest()


def _at(text: str, settings: Mapping[str, Any]) -> Any:
    if not text:
        return None
    try:
        zone = ZoneInfo(str(settings["time_zone"]))
        return moment(_with_time(text), zone=zone, month_first=settings.get("dates") == "month")
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid("“%(words)s” is no date that can be read.", words=text[:40]) from error


def _with_time(text: str) -> str:
    """A day alone is taken for its beginning."""
    return text if ":" in text or (text.replace(".", "").isdecimal() and len(text) > 8) else f"{text} 00:00"


def _word(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _left(number: int, error: Invalid) -> LeftOut:
    return LeftOut(f"line:{number}", number, error.template, understood=False, facts=error.facts)
