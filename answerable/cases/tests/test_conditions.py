"""One language of conditions: what is printed is read back, rubbish is refused with a sentence, reach is no fact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.cases import assigning, conditions, describing
from answerable.cases.conditions import Condition
from answerable.cases.facts import FACTS, Fact, Moment, Op, Use, known
from answerable.cases.models import Case
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)


def values_of(fact: Fact, use: Use) -> st.SearchStrategy[str]:
    if fact.of == "person":
        return st.sampled_from([each for each in fact.choices if each != "me"]) | st.integers(1, 10**17).map(str)
    if fact.choices:
        return st.sampled_from(list(fact.choices))
    if fact.figures:
        return st.integers(0, 100_000).map(str)
    return st.integers(1, 10**17).map(str) if fact.of == "team" else WORDS.filter(bool)


@st.composite
def asked(draw: Any) -> Any:
    """Any condition that can be asked, as data."""
    use = draw(st.sampled_from(list(Use)))
    names = [name for name, fact in FACTS.items() if use in fact.uses]
    name = draw(st.sampled_from([*names, "field.serial_no"]))
    fact = known(name)
    assert fact is not None
    values = draw(st.lists(values_of(fact, use), min_size=1, max_size=5))
    return use, {"fact": name, "op": str(draw(st.sampled_from(fact.ops))), "values": values}


@given(asked())
def test_what_is_printed_is_read_back_the_same(each: Any) -> None:
    use, data = each
    try:
        read = conditions.parse([data], use=use)
    except Invalid:
        assert data["fact"] == "tag", "a tag may fold to nothing"
        return
    assert conditions.parse(conditions.as_data(read), use=use) == read


RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from([*FACTS, *Op]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["fact", "op", "values", "x"]) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(RUBBISH | st.lists(st.fixed_dictionaries({"fact": RUBBISH, "op": RUBBISH, "values": RUBBISH}), max_size=3))
def test_rubbish_is_refused_with_a_sentence_and_nothing_else(data: Any) -> None:
    refusal = None
    try:
        read = conditions.parse(data, use=Use.RULES)
    except Invalid as invalid:
        refusal = invalid
    if refusal is None:
        assert all(isinstance(each, Condition) for each in read)
    else:
        assert (refusal.sentence.endswith("."), bool(refusal.field)) == (True, True)


@pytest.mark.parametrize(
    "name", ["followers", "followers_count", "vip", "reach", "verified", "field.", "field.a b", "pk"]
)
def test_a_fact_that_is_not_declared_cannot_be_asked(name: str) -> None:
    for use in Use:
        with pytest.raises(Invalid, match="no fact"):
            conditions.parse([{"fact": name, "op": "at_least", "values": ["1"]}], use=use)


def test_no_fact_is_about_the_size_of_somebodys_audience() -> None:
    forbidden = ("follow", "vip", "reach", "influen", "fans", "subscriber", "verified")
    assert not [name for name in FACTS if any(word in name for word in forbidden)]
    assert not [field.name for field in Case._meta.get_fields() if "follower_count" in field.name]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"fact": "channel", "op": "at_least", "values": ["1"]}, "in this way"),
        ({"fact": "channel", "op": "is", "values": []}, "needs a value"),
        ({"fact": "channel", "op": "is", "values": ["x" * 121]}, "up to 120"),
        ({"fact": "hours_open", "op": "at_least", "values": ["soon"]}, "does not fit"),
        ({"fact": "hours_open", "op": "at_least", "values": ["100001"]}, "does not fit"),
        ({"fact": "team", "op": "is", "values": ["²"]}, "does not fit"),
        ({"fact": "late", "op": "is", "values": ["perhaps"]}, "does not fit"),
        ({"fact": "weekday", "op": "is", "values": ["monday"]}, "no fact"),
    ],
)
def test_each_mistake_has_its_sentence_at_its_place(data: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        conditions.parse([{"fact": "raised", "op": "is", "values": ["yes"]}, data], use=Use.VIEWS)
    assert refusal.value.field == "condition-1"


def test_nobody_is_me_for_a_rule() -> None:
    data = [{"fact": "holder", "op": "is", "values": ["me"]}]
    assert conditions.parse(data, use=Use.VIEWS)
    with pytest.raises(Invalid, match="does not fit"):
        conditions.parse(data, use=Use.RULES)


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Das Gerät frisst Batterien."), cast.mailbox)
    assert made is not None
    assigning.take(made, expected=assigning.holder_mark(made), by=cast.ada)
    describing.describe(made, subject="Batteries", product="Glimo", by=cast.ada)
    describing.tag(made, ["Recall"], by=cast.ada)
    Case.objects.filter(pk=made.pk).update(language="pt-br", raised_at=now(), fields={"serial": "AB1", "count": 12})
    return made


@pytest.mark.parametrize(
    ("fact", "op", "right", "wrong"),
    [
        ("channel", "is", "email", "form"),
        ("language", "is", "pt", "p"),
        ("product", "is", "glimo", "Velorin"),
        ("tag", "is", "RECALL", "other"),
        ("holder", "is", "me", "nobody"),
        ("holder", "is", "somebody", "999999"),
        ("words", "have", "gerat batter", "pump"),
        ("audience", "is", "private", "public"),
        ("spoke_last", "is", "in", "out"),
        ("waiting_for", "is", "us", "customer"),
        ("answered", "is", "no", "yes"),
        ("raised", "is", "yes", "no"),
        ("late", "is", "no", "yes"),
        ("hours_open", "at_least", "0", "2"),
        ("hours_open", "less_than", "2", "0"),
        ("hours_since_customer", "at_least", "0", "2"),
        ("hours_since_customer", "less_than", "2", "0"),
        ("hours_to_promise", "at_least", "40", "50"),
        ("contacts_count", "at_least", "1", "2"),
        ("deflections_count", "less_than", "1", "0"),
        ("field.serial", "is", "ab1", "ab2"),
        ("field.count", "at_least", "12", "13"),
        ("field.count", "less_than", "12.5", "x"),
    ],
)
def test_a_fact_holds_or_does_not(cast: Cast, case: Case, fact: str, op: str, right: str, wrong: str) -> None:
    assert found(cast, fact, op, right) == [case.pk]
    assert found(cast, fact, op, wrong) == []
    opposite = {"is": "is_not", "have": "have_not"}.get(op)
    declared = known(fact)
    if declared and opposite in declared.ops:
        assert found(cast, fact, str(opposite), right) == []
        assert found(cast, fact, str(opposite), wrong) == [case.pk]


def test_a_field_that_a_case_does_not_have_is_not_anything(cast: Cast, case: Case) -> None:
    assert found(cast, "field.other", "is", "x") == []
    assert found(cast, "field.other", "is_not", "x") == [case.pk]
    assert found(cast, "field.serial", "at_least", "1") == []


def test_of_several_values_one_must_fit_and_of_several_conditions_each(cast: Cast, case: Case) -> None:
    either = Condition("product", Op.IS, ("velorin", "glimo"))
    assert matched(cast, either)
    assert not matched(cast, either, Condition("channel", Op.IS, ("form",)))


def test_weekday_and_hour_are_those_of_the_workspace(cast: Cast, case: Case) -> None:
    sunday_evening = now().replace(year=2026, month=7, day=5, hour=22, minute=30)
    there = Moment(sunday_evening + timedelta(0), zone="Europe/Warsaw")
    for fact, op, value in (("weekday", "is", "monday"), ("hour", "less_than", "1")):
        read = conditions.parse([{"fact": fact, "op": op, "values": [value]}], use=Use.RULES)
        assert Case.objects.filter(conditions.q(read, there)).exists()
        assert not Case.objects.filter(conditions.q(read, Moment(sunday_evening))).exists()


def found(cast: Cast, fact: str, op: str, value: str) -> list[int]:
    read = conditions.parse([{"fact": fact, "op": op, "values": [value]}], use=Use.VIEWS)
    return matched(cast, *read)


def matched(cast: Cast, *read: Condition) -> list[int]:
    moment = Moment(now(), user_id=cast.ada.user_id)
    return list(Case.objects.filter(conditions.q(read, moment)).values_list("pk", flat=True))
