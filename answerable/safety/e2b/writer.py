"""From elements to XML, by the picture."""

from __future__ import annotations

from itertools import pairwise

from lxml import etree

from answerable.safety.e2b import links
from answerable.safety.e2b.groups import Group, Null, Value
from answerable.safety.e2b.shapes import HL7, XSI, Shape, shape_of

SPACES = {None: HL7.strip("{}"), "xsi": XSI.strip("{}")}


def write(batch: Group) -> bytes:
    """The batch as a file. What is not said is not written; whether it is enough is for `checker.check` to say."""
    root = etree.Element(HL7 + "MCCI_IN200100UV01", nsmap=SPACES)
    _fill(root, shape_of("icsr"), links.scattered(batch))
    etree.indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _fill(node: etree._Element, shape: Shape, group: Group) -> None:
    for name, fixed in shape.fixed.items():
        node.set(name, fixed)
    for slot in shape.slots:
        value: Value = group.elements.get(slot.element, slot.default)
        if isinstance(value, Null):
            node.set("nullFlavor", value.flavor)
        elif value and not slot.attribute:
            node.text = value
        elif value:
            node.set(slot.attribute, slot.prefix + value)
    if shape.either:
        _intervals(node, shape, group)
        return
    for child, following in pairwise((*shape.children, None)):
        if child is not None:
            _children(node, child, following, group)


def _children(node: etree._Element, child: Shape, following: Shape | None, group: Group) -> None:
    if child.each and child.each != ".":
        for inner in group.every(child.each):
            _fill(etree.SubElement(node, child.tag), child, inner)
    elif child.whole or _says(child, group):
        _fill(etree.SubElement(node, child.tag), child, group)
    elif following is not None and following.like(child) and _says(following, group):
        # The second of two equal names is known by the first, so that the first is there though it says nothing.
        etree.SubElement(node, child.tag)


def _intervals(node: etree._Element, shape: Shape, group: Group) -> None:
    """Several intervals are a list of them; a single one is the time itself."""
    said = [child for child in shape.children if _says(child, group)]
    if len(said) == 1:
        _fill(node, said[0], group)
        node.attrib.pop("operator", None)
        return
    for child in said:
        _fill(etree.SubElement(node, child.tag), child, group)


def _says(shape: Shape, group: Group) -> bool:
    """Does anything of the group stand in this node?"""
    if shape.each and shape.each != ".":
        return bool(group.every(shape.each))
    return any(slot.element in group.elements for slot in shape.slots) or any(
        _says(child, group) for child in shape.children
    )
