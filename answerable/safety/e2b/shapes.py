"""The picture of a message, read once: which node stands where, what is fixed in it, which elements it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

HL7 = "{urn:hl7-org:v3}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
OURS = "{urn:answerable:shape}"
ROOTS = {
    "P.": "2.16.840.1.113883.3.989.2.1.",
    "F.": "2.16.840.1.113883.3.989.5.1.2.",
    "NCI": "2.16.840.1.113883.3.26.1.1",
    "MEDDRA": "2.16.840.1.113883.6.163",
    "COUNTRY": "1.0.3166.1.2.2",
}
PLACE = re.compile(r"^([^{]*)\{([^}|]+)(?:\|([^}]*))?\}$")


@dataclass(frozen=True)
class Slot:
    """Where an element stands in a node: in an attribute, or as its text when `attribute` is empty."""

    attribute: str
    element: str
    prefix: str = ""
    default: str = ""


@dataclass(frozen=True)
class Shape:
    """One node of the picture. `own` are the attributes that a node must share with it to be such a node."""

    tag: str
    fixed: Mapping[str, str]
    slots: tuple[Slot, ...]
    children: tuple[Shape, ...]
    each: str = ""
    own: tuple[str, ...] = ()
    tells: bool = False
    either: bool = False

    @property
    def whole(self) -> bool:
        """It is there whatever is said: nothing inside can differ, or what differs is something by itself."""
        return (
            all(slot.default for slot in self.slots) and not self.each and all(child.whole for child in self.children)
        )

    def telling(self) -> tuple[Shape, ...]:
        """The children by which a node of this shape is known: the only one, or those that are fixed or marked."""
        if len(self.children) == 1 and not self.slots:
            return self.children
        return tuple(child for child in self.children if child.whole or child.tells)

    def fits(self, node: etree._Element) -> bool:
        """Is this node one of this shape?"""
        if node.tag != self.tag or any(node.get(name) != self.fixed.get(name) for name in self.own):
            return False
        if any(slot.prefix and not _begins(node, slot) for slot in self.slots):
            return False
        return all(any(child.fits(inner) for inner in node) for child in self.telling())

    def like(self, other: Shape) -> bool:
        """Only their order tells the two apart."""
        return (self.tag, self.fixed, self.own, self.children) == (other.tag, other.fixed, other.own, other.children)


@lru_cache(maxsize=4)
def shape_of(name: str) -> Shape:
    """The picture with this name."""
    path = Path(__file__).with_name(f"{name}.xml")
    return _shape(etree.parse(path, etree.XMLParser(remove_comments=True, remove_blank_text=True)).getroot())


def _begins(node: etree._Element, slot: Slot) -> bool:
    said = node.get(slot.attribute)
    return said is None or said.startswith(slot.prefix)


def _shape(node: etree._Element) -> Shape:
    ours = {name.removeprefix(OURS): value for name, value in node.items() if name.startswith(OURS)}
    plain = {name: value for name, value in node.items() if not name.startswith(OURS)}
    slots = [slot for name, value in {"": (node.text or "").strip(), **plain}.items() if (slot := _slot(name, value))]
    taken = {slot.attribute for slot in slots}
    fixed = {name: _long(name, value) for name, value in plain.items() if name not in taken}
    marked = ours.get("key", ours.get("own", "")).split()
    return Shape(
        tag=str(node.tag),
        fixed=fixed,
        slots=tuple(slots),
        children=tuple(_shape(child) for child in node),
        each=ours.get("each", ""),
        own=_own(fixed, marked, plain=not slots),
        tells="key" in ours,
        either="either" in ours,
    )


def _own(fixed: Mapping[str, str], marked: list[str], *, plain: bool) -> tuple[str, ...]:
    """The number of a list of names always counts; a code does where nothing else is said in the node."""
    always = ("root", "code", "codeSystem", "nullFlavor") if plain else ("root",)
    names = {XSI + "type" if name == "type" else name for name in marked}
    return tuple(sorted({*names, *(name for name in always if name in fixed)}))


def _slot(name: str, value: str) -> Slot | None:
    found = PLACE.match(value)
    return Slot(name, found[2], found[1], _long(name, found[3] or "")) if found else None


def _long(name: str, value: str) -> str:
    if name not in {"root", "codeSystem"}:
        return value
    short = next((each for each in ROOTS if value.startswith(each)), "")
    return value.replace(short, ROOTS[short], 1) if short else value
