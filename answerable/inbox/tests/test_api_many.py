"""Tags, fields, rules and many cases at once over the API."""

from __future__ import annotations

from typing import Any

import pytest

from answerable.cases import assigning, shaping
from answerable.cases.models import Case
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage.tests.ruled import make_rule


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def test_tags_and_fields_are_set_and_told(cast: Cast, case: Case) -> None:
    shaping.add_field(label="Count", sort="number", by=cast.ben)
    ada = Program(cast.ada)
    assert told(ada.put(f"cases/{case.pk}/tags", {"tags": ["Recall", "b"]})) == {"tags": ["recall", "b"]}
    assert told(ada.put(f"cases/{case.pk}/tags", {"tags": ["b"]})) == {"tags": ["b"]}
    (field,) = told(ada.put(f"cases/{case.pk}/fields", {"values": {"count": "3"}}))
    assert (field["key"], field["value"]) == ("count", 3)
    assert told(ada.get(f"cases/{case.pk}/fields")) == [field]
    refused = told(ada.put(f"cases/{case.pk}/fields", {"values": {"count": "many"}}), 422)
    assert refused["field"] == "field-count"
    whole = told(ada.get(f"cases/{case.pk}"))
    assert (whole["tags"], whole["fields"]) == (["b"], {"count": 3})


def test_rules_are_listed_for_those_who_keep_them(cast: Cast) -> None:
    rule = make_rule(cast.ben, do=[("tag", "x")])
    (shown,) = told(Program(cast.ben).get("rules"))
    assert (shown["id"], shown["state"], shown["actions"]) == (rule.pk, "on", [{"do": "tag", "value": "x"}])
    told(Program(cast.ada).get("rules"), 403)
    assert told(Program(cast.otto).get("rules")) == []


def test_many_are_looked_at_done_once_and_taken_back(cast: Cast, case: Case) -> None:
    ada = Program(cast.ada)
    chosen = [{"id": case.pk, "holder_mark": assigning.holder_mark(case)}]
    given: dict[str, Any] = {"action": "tag", "value": "recall", "cases": chosen}
    assert told(ada.post("many/previews", given)) == [{"case": case.pk, "refusal": None}]
    first, second = (told(ada.post("many", given, key="k"), 201) for _ in range(2))
    assert first == second
    assert (first["handled"], first["refused"]) == (1, {})
    assert told(ada.get(f"many/{first['id']}")) == first
    assert told(ada.send("DELETE", f"many/{first['id']}"))["undone"] == 1
    assert Case.objects.get().tags == []
    told(Program(cast.ben).get(f"many/{first['id']}"), 404)
    told(ada.post("many", {**given, "action": "solved"}, key="l"), 422)
