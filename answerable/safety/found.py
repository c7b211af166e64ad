"""What was read in the words of one message, and what a report becomes by it: only what was empty is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter

from answerable.core.text.fold import fold
from answerable.safety.criteria import validity
from answerable.safety.reports import (
    Criterion,
    Device,
    Minimum,
    Outcome,
    Patient,
    Product,
    Qualification,
    Reaction,
    Report,
    Situation,
    Status,
)

V = TypeVar("V", Patient, Device, Product)


@dataclass(frozen=True)
class Found:
    """What the words of a message say, as far as a machine reads them. A person looks at every line of it.

    `own`: who tells is who is affected. `criteria` hold the words that show each of the four, as far as words do.
    """

    language: str = ""
    reactions: tuple[Reaction, ...] = ()
    products: tuple[Product, ...] = ()
    patient: Patient = field(default_factory=Patient)
    own: bool | None = None
    qualification: Qualification = Qualification.UNKNOWN
    situations: tuple[Situation, ...] = ()
    criteria: Mapping[Minimum, Criterion] = field(default_factory=dict)


FOUND = TypeAdapter(Found)


def dump(found: Found) -> dict[str, Any]:
    """As a tree of plain values, to be kept in a row."""
    tree: dict[str, Any] = FOUND.dump_python(found, mode="json")
    return tree


def load(tree: Mapping[str, Any]) -> Found:
    return FOUND.validate_python(tree)


def merged(report: Report, found: Found) -> Report:
    """The report with what the words add: what is known stays, what is new comes beside it, what was empty is filled."""
    return replace(
        report,
        reactions=_reactions(report.reactions, found.reactions),
        products=_products(report.products, found.products),
        patient=filled(report.patient, found.patient),
        situations=(*report.situations, *(each for each in found.situations if each not in report.situations)),
        criteria=_criteria(report, found),
    )


def filled(known: V, told: V) -> V:
    """What is empty in the one, from the other. An age is taken with its unit."""
    usual = {name: member.default for name, member in known.__dataclass_fields__.items()}
    new = {name: getattr(told, name) for name in usual if getattr(known, name) == usual[name]}
    if isinstance(known, Patient) and known.age:
        new.pop("age_unit", None)
    return replace(known, **new)


def _reactions(known: Iterable[Reaction], told: Iterable[Reaction]) -> tuple[Reaction, ...]:
    found = {fold(each.words): each for each in known}
    for each in told:
        same = found.get(fold(each.words))
        found[fold(each.words)] = _together(same, each) if same else each
    return tuple(found.values())


def _together(known: Reaction, told: Reaction) -> Reaction:
    reasons = {*known.seriousness, *told.seriousness}
    outcome = told.outcome if known.outcome is Outcome.UNKNOWN else known.outcome
    order = tuple(each for each in type(next(iter(reasons))) if each in reasons) if reasons else ()
    return replace(known, seriousness=order, outcome=outcome)


def _products(known: Iterable[Product], told: Iterable[Product]) -> tuple[Product, ...]:
    found = {fold(each.name): each for each in known}
    only = next(iter(found), None) if len(found) == 1 else None
    for each in told:
        key = fold(each.name) or only or ""
        same = found.get(key)
        found[key] = _filled_product(same, each) if same else each
    return tuple(found.values())


def _filled_product(known: Product, told: Product) -> Product:
    device = filled(known.device, told.device) if known.device and told.device else known.device or told.device
    return replace(filled(known, told), device=device)


def _criteria(report: Report, found: Found) -> Mapping[Minimum, Criterion]:
    """One that was not there yet is there now. What stood is never worse for later words."""
    now = validity(report).criteria
    new = {
        each: told
        for each, told in found.criteria.items()
        if now[each].status is not Status.PRESENT and (told.status is Status.PRESENT or each not in report.criteria)
    }
    return {**report.criteria, **new}
