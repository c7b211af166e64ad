"""Coding: a person chooses a term of the workspace's own dictionary for the words of a report.

The report then has a new version, with its reason; what was said stays as it was said. Nothing is coded by itself.
"""

from __future__ import annotations

from dataclasses import replace

from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.safety import reporting, terms, uncoded
from answerable.safety.models import Coding, DictionaryTerm, Report, Version
from answerable.safety.reports import Product, Term
from answerable.safety.reports import Report as Values
from answerable.safety.uncoded import Place, Wanted


def code(
    report: Report, *, expected: int, place: str, number: int, term: DictionaryTerm, reason: str = "", by: Viewer
) -> Version:
    """Choose a term for one place of version `expected`, which makes the next version.

    Raises `Invalid` for a place that is not there or a term of another kind, and `Conflict` when somebody was first.
    """
    by.require(Right.REVIEW)
    last = report.versions.latest("number")
    if last.number != expected:
        raise Conflict("Somebody else changed this report meanwhile. Nothing was coded. Load the page again.")
    found = next((each for each in uncoded.everything(last) if (each.place, each.number) == (place, number)), None)
    if found is None or term.dictionary.kind != found.kind:
        raise Invalid("There is nothing to be coded with this term. Nothing was changed. Load the page again.", "term")
    words = reason.strip() or f"Coded: {term.code}, {term.dictionary.kind} {term.dictionary.release}."
    values = _with(reporting.values_of(last), found, term)
    version = reporting.correct(report, expected=expected, values=values, reason=words, by=by)
    Coding.objects.create(
        workspace_id=report.workspace_id,
        version=version,
        dictionary=term.dictionary,
        words=terms.key_of(found.words),
        code=term.code,
        user_id=by.user_id,
        at=now(),
    )
    return version


def _with(values: Values, place: Wanted, term: DictionaryTerm) -> Values:
    chosen = Term(term.code, term.dictionary.release)
    if place.place is Place.REACTION:
        reactions = list(values.reactions)
        reactions[place.number] = replace(reactions[place.number], term=chosen)
        return replace(values, reactions=tuple(reactions))
    products = list(values.products)
    product = products[place.number]
    products[place.number] = (
        replace(product, term_taken_for=chosen) if place.place is Place.TAKEN_FOR else _with_problem(product, term.code)
    )
    return replace(values, products=tuple(products))


def _with_problem(product: Product, code: str) -> Product:
    """A device may have several problems; a code that it has is not there twice."""
    assert product.device is not None, "only products with a device are offered"
    problems = tuple(dict.fromkeys((*product.device.problems, code)))
    return replace(product, device=replace(product.device, problems=problems))
