"""From XML to elements, by the picture; what the picture does not show is said, so that nothing is lost in silence."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from answerable.core.errors import Invalid
from answerable.safety.e2b import links
from answerable.safety.e2b.groups import Group, Null
from answerable.safety.e2b.shapes import HL7, Shape, Slot, shape_of

MOST_BYTES = 50_000_000
SAYING = ("value", "unit", "code", "extension", "root", "nullFlavor", "language", "codeSystemVersion")
ROOT = "MCCI_IN200100UV01"


@dataclass(frozen=True)
class Unread:
    """A piece of a file that no element of ours holds."""

    path: str
    line: int
    text: str


@dataclass
class Read:
    """A file as elements, and the rest of it."""

    batch: Group
    unread: list[Unread] = field(default_factory=list)


def read(data: bytes) -> Read:
    """A batch of messages. Raises `Invalid` for what is no XML, is no such batch, or brings its own definitions."""
    root = parse(data, ROOT)
    return read_by(shape_of("icsr"), root)


def read_by(shape: Shape, root: etree._Element) -> Read:
    """The elements that the picture shows in a tree."""
    taken: set[etree._Element] = set()
    group = Group("N.1", line=_line(root))
    _node(shape, root, group, taken)
    return Read(links.gathered(group), _rest(root, taken))


def parse(data: bytes, name: str) -> etree._Element:
    """The tree of a file of strangers: no definitions, no entities, nothing fetched. Raises `Invalid`."""
    if len(data) > MOST_BYTES:
        raise Invalid("The file is larger than 50 MB. Nothing was read. Send its messages in several files.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Invalid("This is no XML: %(why)s. Nothing was read.", why=str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise Invalid("The file brings definitions of its own (DOCTYPE). Nothing was read. Send it without them.")
    if root.tag != HL7 + name:
        found = etree.QName(root).localname
        raise Invalid("The file begins with %(found)s, not with %(name)s. Nothing was read.", found=found, name=name)
    return root


def _node(shape: Shape, node: etree._Element, group: Group, taken: set[etree._Element]) -> None:
    taken.add(node)
    for slot in shape.slots:
        _value(slot, shape.slots[0], node, group)
    if shape.either:
        _intervals(shape, node, group, taken)
        return
    free = list(node)
    for child in shape.children:
        for inner in [each for each in free if child.fits(each)][: None if child.each else 1]:
            if _inner(child, inner, group, taken):
                free.remove(inner)


def _inner(child: Shape, inner: etree._Element, group: Group, taken: set[etree._Element]) -> bool:
    """Read one node; a group that says nothing is none, and stays unread."""
    if not child.each or child.each == ".":
        _node(child, inner, group, taken)
        return True
    one = Group(child.each, line=_line(inner))
    mine: set[etree._Element] = set()
    _node(child, inner, one, mine)
    if one.empty():
        return False
    group.groups.setdefault(child.each, []).append(one)
    taken |= mine
    return True


def _intervals(shape: Shape, node: etree._Element, group: Group, taken: set[etree._Element]) -> None:
    inner = list(node) if node.get(TYPE) == shape.fixed[TYPE] else [node]
    for each in inner:
        for child in shape.children:
            if each.get(TYPE) == child.fixed[TYPE]:
                _node(child, each, group, taken)


def _value(slot: Slot, first: Slot, node: etree._Element, group: Group) -> None:
    said = node.get(slot.attribute) if slot.attribute else _text(node)
    flavor = node.get("nullFlavor")
    if said:
        value = said.removeprefix(slot.prefix)
        if value == slot.default or slot.element in group.elements:
            return
        group.elements[slot.element] = value
    elif flavor and slot is first:
        group.elements.setdefault(slot.element, Null(flavor))
    group.lines.setdefault(slot.element, _line(node))


def _text(node: etree._Element) -> str:
    """The words of a node itself; those of the nodes in it are theirs."""
    return "".join([node.text or "", *(child.tail or "" for child in node)]).strip()


def _rest(root: etree._Element, taken: set[etree._Element]) -> list[Unread]:
    """The topmost nodes that nobody took and that say something."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if node in taken:
            waiting += list(node)
        elif said := " ".join(filter(None, [*(node.get(name) for name in SAYING), _text(node)])):
            found.append(Unread(_path(node), _line(node), said[:200]))
        else:
            waiting += list(node)
    return sorted(found, key=lambda each: each.line)


def _path(node: etree._Element) -> str:
    names = [etree.QName(each).localname for each in (node, *node.iterancestors())]
    return "/".join(reversed(names))


def _line(node: etree._Element) -> int:
    return node.sourceline or 0


TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
