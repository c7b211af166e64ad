"""Saying what a case is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from answerable.cases import describing, shaping
from answerable.cases.models import Case
from answerable.core.errors import Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def test_subject_and_product_are_changed(cast: Cast, case: Case) -> None:
    describing.describe(case, subject=" Batteries ", product="Glimo", by=cast.ada)
    case.refresh_from_db()
    assert (case.subject, case.product) == ("Batteries", "Glimo")
    event = Event.objects.get(kind="case_described")
    assert (event.user_id, event.data) == (cast.ada.user_id, {"product": "Glimo"})


def test_the_old_subject_stays_when_the_new_one_is_empty(cast: Cast, case: Case) -> None:
    with pytest.raises(Invalid, match="kept"):
        describing.describe(case, subject="  ", product="Glimo", by=cast.ada)
    case.refresh_from_db()
    assert (case.subject, case.product) == ("Glimo and its batteries", "")


def test_whoever_only_reads_describes_nothing(cast: Cast, case: Case) -> None:
    with pytest.raises(NotAllowed):
        describing.describe(case, subject="x", product="", by=replace(cast.ada, roles=frozenset({"coach"})))


def test_one_word_is_one_tag_however_it_is_spelled(cast: Cast, case: Case) -> None:
    assert describing.tag(case, [" Reclamação  urgente", "RECALL"], by=cast.ada) == ["reclamacao urgente", "recall"]
    assert describing.tag(case, ["recall"], by=cast.ada) == []
    assert Case.objects.get(pk=case.pk).tags == ["reclamacao urgente", "recall"]
    event = Event.objects.get(kind="case_tagged")
    assert (event.user_id, event.data) == (cast.ada.user_id, {"tags": ["reclamacao urgente", "recall"]})


def test_a_tag_is_taken_away_once(cast: Cast, case: Case) -> None:
    describing.tag(case, ["a", "b"], by=cast.ada)
    assert describing.untag(case, ["A"], by=cast.ada) == ["a"]
    assert describing.untag(case, ["a"], by=cast.ada) == []
    assert Case.objects.get(pk=case.pk).tags == ["b"]
    assert Event.objects.get(kind="case_untagged").data == {"tags": ["a"]}


@pytest.mark.parametrize("words", [[""], ["\u200b"], ["x" * 41], [f"t{number}" for number in range(21)]])
def test_tags_have_bounds(cast: Cast, case: Case, words: list[str]) -> None:
    with pytest.raises(Invalid, match="Nothing was added"):
        describing.tag(case, words, by=cast.ada)
    assert Case.objects.get(pk=case.pk).tags == []


def test_of_two_who_tag_at_once_neither_is_lost(cast: Cast, case: Case) -> None:
    stale = Case.objects.get(pk=case.pk)
    describing.tag(case, ["a"], by=cast.ada)
    describing.tag(stale, ["b"], by=cast.ben)
    assert Case.objects.get(pk=case.pk).tags == ["a", "b"]


FIELDS = (
    ("Serial number", "text", (), "AB 1", "AB 1"),
    ("How many", "number", (), "12", 12),
    ("Weight", "number", (), "-1,5", -1.5),
    ("Bought on", "date", (), "2026-07-02", "2026-07-02"),
    ("Size", "choice", ("S", "L"), "L", "L"),
    ("Still in use", "yes_no", (), "yes", True),
)


@pytest.mark.parametrize(("label", "sort", "choices", "given", "kept"), FIELDS)
def test_a_field_is_kept_as_its_sort(
    cast: Cast, case: Case, label: str, sort: str, choices: tuple[str, ...], given: str, kept: object
) -> None:
    field = shaping.add_field(label=label, sort=sort, choices=choices, by=cast.ben)
    assert describing.set_fields(case, {field.key: given}, by=cast.ada) == [field.key]
    assert Case.objects.get(pk=case.pk).fields == {field.key: kept}
    assert Event.objects.get(kind="case_fields_set").data == {"keys": [field.key]}
    assert describing.set_fields(case, {field.key: given}, by=cast.ada) == []
    describing.set_fields(case, {field.key: " "}, by=cast.ada)
    assert Case.objects.get(pk=case.pk).fields == {}


@pytest.mark.parametrize(
    ("sort", "given"),
    [
        *(("number", each) for each in ("many", "1.2.3", "²", "--1", "-", ".", "1e9", "inf", "1" * 16)),
        *(("date", each) for each in ("yesterday", "2026-02-30", "20260231x")),
        *(("choice", each) for each in ("M", "s")),
        *(("yes_no", each) for each in ("maybe", "true")),
        ("text", "x" * 201),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(
    cast: Cast, case: Case, sort: str, given: str
) -> None:
    fine = shaping.add_field(label="Fine", sort="text", by=cast.ben)
    field = shaping.add_field(label="Field", sort=sort, choices=["S", "L"], by=cast.ben)
    with pytest.raises(Invalid, match="Nothing was kept") as refusal:
        describing.set_fields(case, {fine.key: "x", field.key: given}, by=cast.ada)
    assert refusal.value.field == f"field-{field.key}"
    assert Case.objects.get(pk=case.pk).fields == {}


def test_a_case_has_the_fields_of_its_product_and_those_of_every_case(cast: Cast, case: Case) -> None:
    shaping.add_field(label="Lot", sort="text", product="Glimo", by=cast.ben)
    shaping.add_field(label="Dose", sort="text", product="Velorin", by=cast.ben)
    shaping.add_field(label="Country", sort="text", by=cast.ben)
    describing.describe(case, subject="x", product="Glimo", by=cast.ada)
    assert [each.key for each in describing.fields_of(case)] == ["lot", "country"]
    with pytest.raises(Invalid, match="no field"):
        describing.set_fields(case, {"dose": "1"}, by=cast.ada)


def test_whoever_only_reads_tags_nothing_and_sets_nothing(cast: Cast, case: Case) -> None:
    coach = replace(cast.ada, roles=frozenset({"coach"}))
    for refused in (
        lambda: describing.tag(case, ["a"], by=coach),
        lambda: describing.untag(case, ["a"], by=coach),
        lambda: describing.set_fields(case, {}, by=coach),
        lambda: describing.set_product(case, "x", by=coach),
    ):
        with pytest.raises(NotAllowed):
            refused()
