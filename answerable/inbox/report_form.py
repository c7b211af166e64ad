"""The form of a report as a page draws it: groups of fields with what was written in them, and what is wrong beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from answerable.inbox import report_sheet
from answerable.inbox.report_shapes import (
    CHOICES,
    DEVICE,
    EVENT,
    LISTS,
    MARKED,
    PATIENT,
    Shape,
    Sort,
    Words,
    options,
)
from answerable.inbox.report_sheet import Sheet
from answerable.safety.reports import Minimum, Status

Quotes = Mapping[str, str]
"""The words of each mark, by "text:start:end"."""


@dataclass(frozen=True)
class Field:
    """One field as it is drawn."""

    name: str
    label: Words
    sort: Sort
    value: str
    options: Sequence[tuple[str, Words]] = ()
    error: str = ""

    @property
    def chosen(self) -> set[str]:
        return set(self.value.split())


@dataclass(frozen=True)
class Marks:
    """The words that show something: those that are marked, and a field to name others."""

    prefix: str
    label: Words
    kept: Sequence[tuple[str, str]]
    shown_by: str
    at: str
    error: str = ""


@dataclass(frozen=True)
class Group:
    """Fields that belong together. `gone` is the name of the box that takes an entry out of its list."""

    key: str
    title: Words
    fields: Sequence[Field]
    marks: Marks | None = None
    gone: str = ""
    is_gone: bool = False
    device: Sequence[Field] = ()
    number: int = 0
    said: bool = True


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a sheet: a sentence, beside a field where it is about one."""

    sentence: str = ""
    field: str = ""

    def at(self, name: str) -> str:
        return self.sentence if self.field == name else ""


@dataclass(frozen=True)
class Form:
    """Everything that can be written about a report."""

    event: Sequence[Field]
    criteria: Sequence[Group]
    patient: Sequence[Field]
    lists: Mapping[str, Sequence[Group]] = field(default_factory=dict)


def of(sheet: Sheet, quotes: Quotes, zone: str, wrong: Wrong) -> Form:
    """The form of a sheet; each list has one entry more, in which nothing is said yet."""
    return Form(
        _fields("", EVENT, sheet, wrong),
        [_criterion(each, sheet, quotes, wrong) for each in Minimum],
        _fields("patient.", PATIENT, sheet, wrong),
        {name: list(_entries(name, sheet, quotes, zone, wrong)) for name in LISTS},
    )


def _fields(prefix: str, shapes: Iterable[Shape], sheet: Sheet, wrong: Wrong) -> list[Field]:
    return [
        Field(
            prefix + each.name,
            each.label,
            each.sort,
            sheet.get(prefix + each.name, ""),
            options(each),
            wrong.at(prefix + each.name),
        )
        for each in shapes
    ]


def _criterion(minimum: Minimum, sheet: Sheet, quotes: Quotes, wrong: Wrong) -> Group:
    name, label = f"criteria.{minimum}", CHOICES[Minimum][str(minimum)]
    chosen = [("", ""), *CHOICES[Status].items()]
    status = Field(name, label, Sort.ONE, sheet.get(name, ""), chosen, wrong.at(name))
    return Group(str(minimum), label, [status], _marks(f"{name}.", label, sheet, quotes, wrong))


def _entries(name: str, sheet: Sheet, quotes: Quotes, zone: str, wrong: Wrong) -> Iterable[Group]:
    places = report_sheet.places(name, sheet)
    blank = report_sheet.blank(name, max(places, default=-1) + 1, zone)
    for place in [*places, max(places, default=-1) + 1]:
        yield _entry(name, place, sheet if place in places else {**blank}, quotes, wrong)


def _entry(name: str, place: int, sheet: Sheet, quotes: Quotes, wrong: Wrong) -> Group:
    label, shapes = LISTS[name]
    prefix = f"{name}.{place}."
    shown = [(shape, sheet.get(prefix + shape.name, "")) for shape in shapes]
    return Group(
        key=f"{name}-{place}",
        title=label,
        fields=_fields(prefix, shapes, sheet, wrong),
        marks=_marks(prefix, label, sheet, quotes, wrong) if name in MARKED else None,
        gone=f"{prefix}gone",
        is_gone=bool(sheet.get(f"{prefix}gone")),
        device=_fields(f"{prefix}device.", DEVICE, sheet, wrong) if name == "products" else (),
        number=place + 1,
        said=any(value for shape, value in shown if shape.sort is not Sort.ONE),
    )


def _marks(prefix: str, label: Words, sheet: Sheet, quotes: Quotes, wrong: Wrong) -> Marks:
    kept = [(each, quotes.get(each, "…")) for each in sheet.get(f"{prefix}marks", "").split()]
    error = wrong.at(f"{prefix}shown_by") or wrong.at(f"{prefix}marks")
    return Marks(prefix, label, kept, sheet.get(f"{prefix}shown_by", ""), sheet.get(f"{prefix}at", ""), error)
