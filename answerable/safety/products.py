"""The products of a workspace as the safety desk knows them: how they are named in words, and what the law says they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from answerable.cases.models import ProductField, RemedyPolicy
from answerable.core.text.fold import fold
from answerable.core.text.phrases import Line
from answerable.safety.limits import Kind
from answerable.safety.models import RegulatedProduct
from answerable.safety.reports import Report
from answerable.triage.detecting.names import LONGEST_NAME, Names

MOST = 500
DEVICES = (RegulatedProduct.Kind.DEVICE, RegulatedProduct.Kind.DEVICE_LED)
COMBINED = (RegulatedProduct.Kind.MEDICINE_LED, RegulatedProduct.Kind.DEVICE_LED)


@dataclass(frozen=True)
class Products:
    """`written` says how a name that was found is written; `regulated` what the law says, by the folded name."""

    names: Names
    written: Mapping[str, str]
    regulated: Mapping[str, RegulatedProduct]

    @property
    def devices(self) -> list[str]:
        return [key for key, each in self.regulated.items() if each.kind in DEVICES]

    def kinds(self, report: Report) -> list[Kind]:
        """What the products of a report are. One that nobody described is nothing: then only our own limit runs."""
        found = (self.regulated.get(key_of(each.name)) for each in report.products)
        return [_kind(each) for each in found if each is not None]


def of_workspace(workspace_id: int) -> Products:
    """The products that the desk described, and those that the workspace has fields or remedies for."""
    ours = {"workspace_id": workspace_id, "ended_at": None}
    regulated = list(RegulatedProduct.objects.filter(**ours).order_by("pk")[:MOST])
    fields = ProductField.objects.filter(**ours).values_list("product", flat=True)
    remedies = RemedyPolicy.objects.filter(**ours).values_list("product", flat=True)
    named = {*fields.union(remedies)[:MOST], *(each.name for each in regulated)} - {""}
    written = {key_of(name): name for name in sorted(named)}
    return Products(_names(tuple(sorted(named))), written, {key_of(each.name): each for each in regulated})


def key_of(name: str) -> str:
    """A name as the finder of names says it."""
    return " ".join(word for _, word in Line(fold(name)[:LONGEST_NAME]).words())


@lru_cache(maxsize=64)
def _names(named: tuple[str, ...]) -> Names:
    return Names(named)


def _kind(product: RegulatedProduct) -> Kind:
    device = product.kind in DEVICES
    medicine = product.kind in (RegulatedProduct.Kind.MEDICINE, RegulatedProduct.Kind.MEDICINE_LED)
    return Kind(medicine, device, product.kind in COMBINED, tuple(product.countries))
