"""Shaping what is asked of a case: the typed fields that every case, or every case of one product, has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Max

from answerable.cases.models import ProductField
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.core.text.fold import fold

MOST_FIELDS = 40
MOST_CHOICES = 50


def add_field(*, label: str, sort: str, by: Viewer, product: str = "", choices: Sequence[str] = ()) -> ProductField:
    """Add a field; its key is made from the label and stays. Raises `Invalid` for what is no field, `Conflict` for a second one."""
    by.require(Right.MANAGE_RULES)
    name, of, listed = _checked(label, sort, product, choices)
    key = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:40]
    if not key:
        raise Invalid("The name of a field needs a letter or a figure. Nothing was added.", "label")
    ours = ProductField.objects.filter(workspace_id=by.workspace_id, ended_at=None)
    if ours.filter(product__in=[of, ""] if of else [*ours.values_list("product", flat=True), ""], key=key).exists():
        raise Conflict("There is a field “%(label)s” already. Nothing was added.", label=name)
    if ours.filter(product=of).count() >= MOST_FIELDS:
        raise Invalid("A product has at most %(most)d fields. Nothing was added.", "label", most=MOST_FIELDS)
    last = ours.aggregate(last=Max("place"))["last"] or 0
    facts = {"label": name, "sort": sort, "choices": listed, "place": last + 1}
    made = ProductField.objects.create(workspace_id=by.workspace_id, product=of, key=key, **facts)
    journal.write("field_added", by=by, data={"field": made.pk, "key": key, "sort": sort})
    return made


def change_field(field: ProductField, *, label: str, choices: Sequence[str] = (), by: Viewer) -> ProductField:
    """Change how a field is called and, for a list, what may be chosen. Its sort stays: values stand on it."""
    by.require(Right.MANAGE_RULES)
    name, _, listed = _checked(label, field.sort, field.product, choices)
    field.label, field.choices = name, listed
    field.save(update_fields=["label", "choices"])
    journal.write("field_changed", by=by, data={"field": field.pk, "key": field.key})
    return field


def end_field(field: ProductField, *, by: Viewer) -> None:
    """Ask for it no more. What cases hold stays with them. Raises `Conflict` when it was ended already."""
    by.require(Right.MANAGE_RULES)
    ended = ProductField.objects.filter(pk=field.pk, ended_at=None).update(ended_at=now())
    if not ended:
        raise Conflict("The field was ended already. Nothing was changed.")
    journal.write("field_ended", by=by, data={"field": field.pk, "key": field.key})


def _checked(label: str, sort: str, product: str, choices: Sequence[str]) -> tuple[str, str, list[str]]:
    name = " ".join(clean(label).split())
    if not name or len(name) > 80:
        raise Invalid("A field needs a name of up to 80 characters. Nothing was kept.", "label")
    if sort not in ProductField.Sort.values:
        raise Invalid("Choose what sort of field it is. Nothing was kept.", "sort")
    listed = list(dict.fromkeys(words for each in choices if (words := " ".join(clean(each).split()))))
    if sort != ProductField.Sort.CHOICE:
        return name, clean(product).strip()[:120], []
    if not listed or len(listed) > MOST_CHOICES or any(len(each) > 80 for each in listed):
        raise Invalid(
            "A list has 1 to %(most)d entries of up to 80 characters. Nothing was kept.", "choices", most=MOST_CHOICES
        )
    return name, clean(product).strip()[:120], listed
