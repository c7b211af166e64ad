"""Which fields cases have."""

from __future__ import annotations

import pytest

from answerable.cases import shaping
from answerable.cases.models import ProductField
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.cast import Cast


def test_a_field_is_added_with_a_key_of_its_own(cast: Cast) -> None:
    field = shaping.add_field(label="Número de série", sort="text", by=cast.ben)
    assert (field.key, field.place) == ("numero_de_serie", 1)
    assert Event.objects.get(kind="field_added").data == {"field": field.pk, "key": field.key, "sort": "text"}


@pytest.mark.parametrize(("first", "second"), [("", ""), ("Glimo", "Glimo"), ("", "Glimo"), ("Glimo", "")])
def test_a_case_never_has_two_fields_of_one_key(cast: Cast, first: str, second: str) -> None:
    shaping.add_field(label="Lot", sort="text", product=first, by=cast.ben)
    with pytest.raises(Conflict, match="already"):
        shaping.add_field(label="lot", sort="date", product=second, by=cast.ben)


def test_two_products_may_each_have_one(cast: Cast) -> None:
    for product in ("Glimo", "Velorin"):
        shaping.add_field(label="Lot", sort="text", product=product, by=cast.ben)
    assert ProductField.objects.count() == 2


@pytest.mark.parametrize(
    ("label", "sort", "choices", "field"),
    [
        ("", "text", (), "label"),
        ("!", "text", (), "label"),
        ("x", "colour", (), "sort"),
        ("x", "choice", (" ",), "choices"),
    ],
)
def test_what_is_no_field_is_refused(cast: Cast, label: str, sort: str, choices: tuple[str, ...], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        shaping.add_field(label=label, sort=sort, choices=choices, by=cast.ben)
    assert refusal.value.field == field


def test_a_field_is_changed_and_ended_once(cast: Cast) -> None:
    field = shaping.add_field(label="Size", sort="choice", choices=["S"], by=cast.ben)
    shaping.change_field(field, label="Sizes", choices=["S", "L"], by=cast.ben)
    assert ProductField.objects.get().choices == ["S", "L"]
    shaping.end_field(field, by=cast.ben)
    assert {"field_changed", "field_ended"} <= set(Event.objects.values_list("kind", flat=True))
    with pytest.raises(Conflict, match="already"):
        shaping.end_field(field, by=cast.ben)
    shaping.add_field(label="Size", sort="text", by=cast.ben)


def test_an_agent_shapes_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        shaping.add_field(label="Lot", sort="text", by=cast.ada)
