"""What changed between two versions of a report, field by field, in the words of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from answerable.inbox import report_sheet
from answerable.inbox.report_shapes import CHOICES, DEVICE, EVENT, LISTS, PATIENT, Shape, options
from answerable.inbox.report_sheet import Sheet
from answerable.safety import criteria, reporting
from answerable.safety.models import Version
from answerable.safety.reports import Minimum, Span, Status
from answerable.safety.reports import Report as Values


@dataclass(frozen=True)
class Change:
    """One field that says something else now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """A version, and what it changed in the one before."""

    version: Version
    changes: Sequence[Change]


def steps(versions: Sequence[Version], zone: str) -> list[Step]:
    """The versions, the latest first."""
    told = [reporting.values_of(each) for each in versions]
    pairs = zip(versions[1:], told, told[1:], strict=False)
    later = [Step(version, changes(old, new, zone)) for version, old, new in pairs]
    return [Step(versions[0], []), *later][::-1]


def changes(old: Values, new: Values, zone: str) -> list[Change]:
    """The fields in which two versions differ; a code that was chosen is one of them."""
    before, after = _shown(old, zone), _shown(new, zone)
    names = dict.fromkeys((*before, *after))
    differ = [name for name in names if before.get(name, "") != after.get(name, "")]
    return [Change(label(name), before.get(name, ""), after.get(name, "")) for name in differ]


def facts(values: Values, zone: str) -> list[tuple[str, str]]:
    """All that a report says, in the words of the form, for whoever reads it and does not write."""
    return [(label(name), text) for name, text in _shown(values, zone).items() if text]


def quotes(values: Iterable[Span]) -> dict[str, str]:
    """The words of marks, by what a sheet calls them."""
    return {f"{each.text_id}:{each.start}:{each.end}": each.words for each in values}


def label(name: str) -> str:
    """ "Product 1, Lot" for `products.0.lot`."""
    first, *rest = name.split(".")
    if not rest:
        return str(_shape(EVENT, first).label)
    if first == "criteria":
        title = _("Criterion: %(name)s") % {"name": CHOICES[Minimum][rest[0]]}
        return f"{title}, {_('words that show it')}" if rest[1:] else title
    if first == "patient":
        return f"{_('Patient')}, {_shape(PATIENT, rest[0]).label}"
    title = f"{LISTS[first][0]} {int(rest[0]) + 1}"
    return f"{title}, {_of_entry(first, rest[1:])}"


def _of_entry(name: str, rest: Sequence[str]) -> str | Promise:
    if rest[0] in {"marks", "shown_by", "at", "gone"}:
        return _("words that show it")
    if rest[0] == "term":
        return _("code")
    shapes = DEVICE if rest[0] == "device" else LISTS[name][1]
    return _shape(shapes, rest[-1]).label


def _shape(shapes: Iterable[Shape], name: str) -> Shape:
    return next(each for each in shapes if each.name == name)


def _shown(values: Values, zone: str) -> dict[str, str]:
    """The sheet in words."""
    words = quotes(criteria.spans(values))
    sheet = report_sheet.written(values, zone)
    shown = {name: _in_words(name, text, words) for name, text in sheet.items()}
    for place, reaction in enumerate(values.reactions):
        shown[f"reactions.{place}.term"] = reaction.term.code if reaction.term else ""
    return shown


def _in_words(name: str, text: str, words: Mapping[str, str]) -> str:
    if name.endswith(".marks"):
        return ", ".join(f"“{words.get(each, '…')}”" for each in text.split())
    if name.startswith("criteria."):
        return str(CHOICES[Status].get(text, text))
    chosen = dict(_options(name))
    return ", ".join(str(chosen.get(each, each)) for each in text.split()) if chosen and text else text


def _options(name: str) -> Sequence[tuple[str, str | Promise]]:
    first, *rest = name.split(".")
    if not rest:
        return options(_shape(EVENT, first))
    if first == "patient":
        return options(_shape(PATIENT, rest[0]))
    if rest[-1] in {"marks", "shown_by"}:
        return []
    return options(_shape(DEVICE if rest[1] == "device" else LISTS[first][1], rest[-1]))


def both(names: Iterable[str], theirs: Sheet, mine: Sheet) -> list[Change]:
    """What two people wrote into the same fields at once."""
    return [Change(label(each), _in_words(each, theirs.get(each, ""), {}), mine.get(each, "")) for each in names]
