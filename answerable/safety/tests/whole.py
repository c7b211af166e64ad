"""Batches for tests: the smallest that the rules let pass, and one that says every element that we model.

Nobody in them exists. The codes in the place of MedDRA's are dummies, marked as such by their zeros: no term of it is here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from answerable.safety.e2b.elements import Fact, facts, homes
from answerable.safety.e2b.groups import Group, Null, Value, batch
from answerable.safety.e2b.shapes import Shape, shape_of

NOW = datetime(2026, 7, 20, 12, 0, tzinfo=UTC)
DUMMY, RELEASE = "10000000", "99.0"
NUMBER = "PT-VELORIN-0001"
MADE = "20260702101500+0000"
BY_KIND = {
    "text": "Glimo",
    "number": "3",
    "flag": "true",
    "true": "true",
    "day": "20260701",
    "date": "20260701",
    "second": MADE,
    "country": "PT",
    "language": "por",
    "meddra": DUMMY,
    "version": RELEASE,
    "file": "R2xpbW8=",
}
OTHERWISE: dict[str, Value] = {
    "N.1.5": "20260702101600+0000",
    "N.1.4": "EVHUMAN",
    "N.2.r.1": NUMBER,
    "C.1.1": NUMBER,
    "C.1.8.1": NUMBER,
    "C.1.3": "2",
    "D.2.1": "19860503",
    "E.i.id": "0f5c1b1e-0000-4000-8000-000000000001",
    "G.k.9.i.1": "0f5c1b1e-0000-4000-8000-000000000001",
    "G.k.id": "0f5c1b1e-0000-4000-8000-000000000002",
    "E.i.7": "5",
    "C.1.6.1.r.2.how": "B64",
    "C.1.6.1.r.2.type": "text/plain",
    "C.2.r.1.2": Null("MSK"),
    "F.r.4": "40",
    "F.r.5": "110",
}


def minimal() -> Group:
    """What regulation asks at least: one reporter, one patient, one reaction, one suspect drug, an account."""
    whole = batch()
    whole.elements |= {"N.1.1": "1", "N.1.2": "1", "N.1.3": "ACME", "N.1.4": "EVHUMAN", "N.1.5": MADE}
    message = whole.add("N.2.r", **{"N.2.r.1": NUMBER, "N.2.r.2": "ACME", "N.2.r.3": "EVHUMAN", "N.2.r.4": MADE})
    message.elements |= {"C.1.1": NUMBER, "C.1.2": MADE, "C.1.3": "1", "C.1.4": "20260701", "C.1.5": "20260701"}
    message.elements |= {"C.1.6.1": "false", "C.1.7": "true", "C.1.8.1": NUMBER, "C.1.8.2": "2"}
    message.elements |= {"C.1.9.1": Null("NI"), "C.3.1": "1", "C.3.2": "Acme", "D.1": "P. S.", "D.5": "2"}
    message.elements |= {"D.7.2": Null("UNK"), "H.1": "A patient felt dizzy after the second dose of Velorin."}
    message.add("C.2.r", **{"C.2.r.3": "PT", "C.2.r.4": "5", "C.2.r.5": "1"})
    flags: dict[str, Value] = dict.fromkeys((f"E.i.3.2{letter}" for letter in "abcdef"), Null("NI"))
    reaction: dict[str, Value] = {
        "E.i.1.1a": "tonturas",
        "E.i.1.1b": "por",
        "E.i.2.1a": RELEASE,
        "E.i.2.1b": DUMMY,
        "E.i.7": "0",
    }
    message.add("E.i", **{**reaction, **flags, "E.i.id": str(OTHERWISE["E.i.id"])})
    message.add("G.k", **{"G.k.id": str(OTHERWISE["G.k.id"]), "G.k.1": "1", "G.k.2.2": "Velorin"})
    return whole


def full() -> Group:
    """Every element of the table once, each group once, so that nothing of it is lost in silence."""
    whole = batch()
    _grow(shape_of("icsr"), whole)
    for fact in facts().values():
        _home(whole, fact.number).elements[fact.number] = value_of(fact)
    for element, value in OTHERWISE.items():
        _home(whole, element).elements[element] = value
    for group in ("G.k.9.i.2.r", "G.k.9.i.3.2", "G.k.9.i.4"):
        named(whole, group).elements["G.k.9.i.1"] = OTHERWISE["G.k.9.i.1"]
    return whole


def named(whole: Group, name: str, number: int = 1) -> Group:
    """One occurrence of a group, wherever it is."""
    return [way[-1] for way, _ in whole.walk() if way[-1].name == name][number - 1]


def value_of(fact: Fact) -> Value:
    return fact.codes[0] if fact.codes else BY_KIND[fact.kind][: fact.most or None]


def edited(whole: Group, edits: Iterable[str]) -> Group:
    """The batch after edits such as "E.i.7=5", "D.1=(NA)" for a reason, or "D.1=" for nothing at all."""
    for edit in edits:
        element, _, value = edit.partition("=")
        for group in _homes(whole, element):
            group.elements.pop(element, None)
            group.put(element, Null(value.strip("()")) if value.startswith("(") else value)
    return whole


def _grow(shape: Shape, group: Group) -> None:
    for child in shape.children:
        inner = child.each not in {"", ".", "G.k.1", "FDA.G.k.1.a", "G.k.9.i.2.r"}
        _grow(child, group.add(child.each) if inner else group)
    if shape.tag.endswith("substanceAdministration") and group.name == "G.k" and "G.k.9.i.2.r" not in group.groups:
        group.add("G.k.9.i.2.r")


def _homes(whole: Group, element: str) -> list[Group]:
    return [way[-1] for way, _ in whole.walk() if way[-1].name == homes()[element]]


def _home(whole: Group, element: str) -> Group:
    return _homes(whole, element)[0]
