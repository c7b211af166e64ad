"""A report as the flat sheet of a form: each field a name and a text, written from values and read back into them.

The sheet is the same whether it was loaded or sent, so that what somebody typed comes back as it was typed. Where two
people changed a report at once, three sheets (before, theirs, mine) are laid over each other, field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from answerable.conversations.cleaning import clean
from answerable.core.errors import Invalid
from answerable.inbox import asked
from answerable.inbox.report_shapes import DEVICE, EVENT, LISTS, MARKED, PATIENT, Shape, Sort
from answerable.safety.reports import (
    Criterion,
    Device,
    Minimum,
    Product,
    Reaction,
    Reporter,
    Span,
    Status,
)
from answerable.safety.reports import Report as Values

Sheet = Mapping[str, str]
MAKES: Mapping[str, Callable[..., Any]] = {"reporters": Reporter, "reactions": Reaction, "products": Product}
EMPTY: Mapping[str, Any] = {"reporters": Reporter(), "reactions": Reaction(""), "products": Product("")}
BOXES = {Sort.YES, Sort.MANY}
MINUTES = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Reading:
    """What is needed to read a sheet: what the report said before, the texts of the case by id, the zone of the moments."""

    before: Values
    texts: Mapping[str, str]
    zone: str


def written(values: Values, zone: str) -> dict[str, str]:
    """The sheet of a report."""
    sheet = _part("", EVENT, values, zone) | _part("patient.", PATIENT, values.patient, zone)
    for minimum in Minimum:
        criterion = values.criteria.get(minimum)
        sheet[f"criteria.{minimum}"] = str(criterion.status) if criterion else ""
        sheet |= _marks(f"criteria.{minimum}.", criterion.spans if criterion else ())
    for name in LISTS:
        for place, entry in enumerate(getattr(values, name)):
            sheet |= _entry(name, place, entry, zone)
    return sheet


def blank(name: str, place: int, zone: str) -> dict[str, str]:
    """The sheet of one more entry of a list, in which nothing is said yet."""
    return _entry(name, place, EMPTY[name], zone)


def sent(given: QueryDict) -> dict[str, str]:
    """The sheet as a browser sent it; of what is chosen several times, all, with spaces between. Lines end as they did before
    a browser made two signs of each end.
    """
    names = [name for name in given if name not in {"csrfmiddlewaretoken", "password"}]
    return {name: " ".join(given.getlist(name)).replace("\r\n", "\n") for name in names}


def read(sheet: Sheet, reading: Reading) -> Values:
    """The values that a sheet says. Codes, which have no field, stay with the entry of their place.

    Raises `Invalid` with the name of the field for a day that cannot be read and for words that stand in no message.
    """
    before = reading.before
    lists: dict[str, Any] = {name: tuple(_read_list(name, sheet, reading)) for name in LISTS}
    return replace(
        before,
        **_read_part("", EVENT, before, sheet, reading),
        patient=replace(before.patient, **_read_part("patient.", PATIENT, before.patient, sheet, reading)),
        criteria=dict(_read_criteria(sheet, reading)),
        **lists,
    )


def merged(base: Sheet, theirs: Sheet, mine: Sheet) -> tuple[dict[str, str], list[str]]:
    """What I changed over what they changed, and the fields that both changed, each to something else."""
    names = dict.fromkeys((*theirs, *mine))
    sheet = {name: _later(name, base, theirs, mine) for name in names}
    both = [name for name in names if len({base.get(name, ""), theirs.get(name, ""), mine.get(name, "")}) == 3]
    return sheet, both


def places(name: str, sheet: Sheet) -> list[int]:
    """The places of a list that a sheet speaks of."""
    found = {key.split(".")[1] for key in sheet if key.startswith(f"{name}.")}
    return sorted(int(each) for each in found if each.isdecimal())


def _later(name: str, base: Sheet, theirs: Sheet, mine: Sheet) -> str:
    own, before = mine.get(name, ""), base.get(name, "")
    return theirs.get(name, "") if own == before else own


def _entry(name: str, place: int, entry: Any, zone: str) -> dict[str, str]:
    prefix = f"{name}.{place}."
    sheet = _part(prefix, LISTS[name][1], entry, zone)
    if name in MARKED:
        sheet |= _marks(prefix, entry.spans)
    if name == "products":
        sheet |= _part(f"{prefix}device.", DEVICE, entry.device or Device(), zone)
    return sheet


def _part(prefix: str, shapes: Iterable[Shape], row: Any, zone: str) -> dict[str, str]:
    return {prefix + each.name: _shown(each, getattr(row, each.name), zone) for each in shapes}


def _marks(prefix: str, spans: Iterable[Span]) -> dict[str, str]:
    kept = " ".join(f"{each.text_id}:{each.start}:{each.end}" for each in spans)
    return {f"{prefix}marks": kept, f"{prefix}shown_by": ""}


def _shown(shape: Shape, value: Any, zone: str) -> str:
    if shape.sort is Sort.MOMENT:
        return f"{value.astimezone(ZoneInfo(zone)):{MINUTES}}"
    if shape.sort is Sort.YES_NO:
        return {None: "", True: "yes", False: "no"}[value]
    if shape.sort is Sort.YES:
        return "1" if value else ""
    if shape.sort in {Sort.MANY, Sort.WORDS}:
        return (" " if shape.sort is Sort.MANY else ", ").join(str(each) for each in value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _read_part(prefix: str, shapes: Iterable[Shape], row: Any, sheet: Sheet, reading: Reading) -> dict[str, Any]:
    """The values of a part. What still says what it said stays as it is: a moment has seconds that no form shows.

    So does a field that was not sent at all, but for boxes: a browser does not send one that is empty.
    """
    found = {}
    for shape in shapes:
        name, old = prefix + shape.name, getattr(row, shape.name)
        shown = _shown(shape, old, reading.zone).strip()
        text = clean(sheet.get(name, "" if shape.sort in BOXES else shown)).strip()
        same = text == shown
        found[shape.name] = old if same else _value(shape, name, text, reading.zone)
    return found


def _value(shape: Shape, name: str, text: str, zone: str) -> Any:
    try:
        return _plain(shape, text, zone)
    except ValueError:
        raise Invalid("This cannot be read there. Nothing was kept. Choose or write it again.", name) from None


def _plain(shape: Shape, text: str, zone: str) -> Any:
    if shape.sort is Sort.MOMENT:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    if shape.kind is not None:
        return _chosen(shape.kind, text, several=shape.sort is Sort.MANY)
    if shape.sort is Sort.LINE and "country" in shape.name:
        return text.upper()
    return PLAIN[shape.sort](text)


def _chosen(kind: type[StrEnum], text: str, *, several: bool) -> Any:
    """Several stand in the order of their enumeration."""
    return tuple(each for each in kind if str(each) in text.split()) if several else kind(text)


PLAIN: Mapping[Sort, Callable[[str], Any]] = {
    Sort.LINE: str,
    Sort.TEXT: str,
    Sort.DAY: lambda text: date.fromisoformat(text) if text else None,
    Sort.YES: bool,
    Sort.YES_NO: {"": None, "yes": True, "no": False}.get,
    Sort.WORDS: lambda text: tuple(each.strip() for each in text.split(",") if each.strip()),
}


def _read_criteria(sheet: Sheet, reading: Reading) -> Iterable[tuple[Minimum, Criterion]]:
    """Whoever marks words and chooses nothing else says that it is there."""
    for minimum in Minimum:
        name = f"criteria.{minimum}"
        spans, status = tuple(_read_marks(f"{name}.", sheet, reading)), sheet.get(name, "")
        if status not in {"", *Status}:
            raise Invalid("This cannot be read there. Nothing was kept. Choose or write it again.", name)
        if status or spans:
            yield minimum, Criterion(Status(status or "present"), spans)


def _read_list(name: str, sheet: Sheet, reading: Reading) -> Iterable[Any]:
    old = getattr(reading.before, name)
    for place in places(name, sheet):
        prefix, before = f"{name}.{place}.", old[place] if place < len(old) else EMPTY[name]
        if sheet.get(f"{prefix}gone"):
            continue
        made = replace(before, **_read_part(prefix, LISTS[name][1], before, sheet, reading))
        if name in MARKED:
            made = replace(made, spans=tuple(_read_marks(prefix, sheet, reading)))
        if name == "products":
            made = replace(made, device=_read_device(f"{prefix}device.", before.device, sheet, reading))
        if made != EMPTY[name]:
            yield _whole(made, prefix)


def _whole(made: Any, prefix: str) -> Any:
    if isinstance(made, Reaction) and not made.words:
        raise Invalid("Say in the reporter's words what happened. Nothing was kept.", f"{prefix}words")
    return made


def _read_device(prefix: str, before: Device | None, sheet: Sheet, reading: Reading) -> Device | None:
    made = replace(before or Device(), **_read_part(prefix, DEVICE, before or Device(), sheet, reading))
    return made if before or made != Device() else None


def _read_marks(prefix: str, sheet: Sheet, reading: Reading) -> Iterable[Span]:
    """The marks that stayed, and the words that were named or marked newly."""
    for mark in sheet.get(f"{prefix}marks", "").split():
        yield _span(mark, reading.texts, f"{prefix}marks")
    words = clean(sheet.get(f"{prefix}shown_by", "")).strip()
    if words:
        yield _find(words, sheet.get(f"{prefix}at", ""), reading.texts, f"{prefix}shown_by")


def _span(mark: str, texts: Mapping[str, str], name: str) -> Span:
    text_id, start, end = (*mark.split(":"), "", "")[:3]
    places = [asked.number(start), asked.number(end)]
    if None in places or text_id not in texts:
        raise Invalid("A mark stands in no message of this case. Nothing was kept. Mark the words again.", name)
    return Span(text_id, int(start), int(end), texts[text_id][int(start) : int(end)])


def _find(words: str, at: str, texts: Mapping[str, str], name: str) -> Span:
    """Where the words stand: at the place that was marked with the pointer, else where they stand first."""
    text_id, start = (*at.split(":"), "", "")[:2]
    place = asked.number(start)
    if place is not None and texts.get(text_id, "")[place : place + len(words)] == words:
        return Span(text_id, place, place + len(words), words)
    for text_id, text in texts.items():
        place = text.find(words)
        if place >= 0:
            return Span(text_id, place, place + len(words), words)
    raise Invalid(
        "The words “%(words)s” stand in no message of this case. Nothing was kept. Write them as they stand there.",
        name,
        words=words,
    )
