"""Rules, fields, tags and saved answers as pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from answerable.cases import describing, shaping
from answerable.cases.models import Case, ProductField
from answerable.core.models import User
from answerable.inbox.tests.test_pages import as_
from answerable.replies import saving_answers
from answerable.replies.models import SavedAnswer
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage.models import Rule
from answerable.triage.tests.ruled import follow

FORM = {
    "name": "Batteries",
    "trigger": "written",
    "condition-0": "words",
    "condition-0-how": "have",
    "condition-0-value": "batteries",
    "condition-2": "team",
    "condition-2-how": "is",
    "condition-2-value": "front LINE",
    "action-0": "queue",
    "action-0-value": "Device support",
}


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast)


def make_case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def made_rule(client: Client, **change: str) -> Rule:
    answer = client.post("/settings/rules/new", {**FORM, **change})
    assert answer.status_code == 303, answer.content.decode()
    return Rule.objects.latest("pk")


def test_a_rule_is_written_with_names_tried_switched_on_and_says_why(cast: Cast) -> None:
    client = as_(cast.ben)
    rule = made_rule(client)
    assert rule.conditions[1] == {"fact": "team", "op": "is", "values": [str(cast.front_line.pk)]}
    form = client.get(f"/settings/rules/{rule.pk}").content.decode()
    assert 'value="Device support"' in form
    first = make_case(cast)
    trial = client.get(f"/settings/rules/{rule.pk}/trial").content.decode()
    assert "It would have acted 1 time" in trial
    assert first.number in trial
    assert Case.objects.get(pk=first.pk).holder_team == cast.front_line
    assert client.post(f"/settings/rules/{rule.pk}/state", {"state": "on"}).status_code == 303
    arrive(letter("Eats batteries.", sender="pia@example.net", message_id="<two@x>"), cast.mailbox)
    (firing,) = follow()
    page = as_(cast.root).get(f"/cases/{firing.case_id}").content.decode()
    assert "Rule “Batteries”, version 1" in page
    assert "Words of the customer have batteries" in page
    assert "Put it into the queue of a team: Device support" in page
    assert firing.case.number in client.get(f"/settings/rules/{rule.pk}").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "needs a name"),
        ({"condition-0": "followers"}, "There is no fact"),
        ({"action-0-value": "Nobody’s team"}, "needs a value that fits"),
    ],
)
def test_a_mistake_is_said_and_what_was_written_stays(cast: Cast, change: dict[str, str], words: str) -> None:
    answer = as_(cast.ben).post("/settings/rules/new", {**FORM, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="front LINE"' in page
    assert not Rule.objects.exists()


def test_a_row_is_added_without_keeping_anything(cast: Cast) -> None:
    answer = as_(cast.ben).post("/settings/rules/new", {**FORM, "more": "1"})
    assert answer.status_code == 200
    assert 'name="condition-2"' in answer.content.decode()
    assert not Rule.objects.exists()


def test_rules_change_order_and_end(cast: Cast) -> None:
    client = as_(cast.ben)
    first, second = made_rule(client), made_rule(client, name="Second")
    client.post(f"/settings/rules/{second.pk}/place", {"to": "up"})
    page = client.get("/settings/rules").content.decode()
    assert page.index("Second") < page.index("Batteries")
    changed = client.post(f"/settings/rules/{first.pk}", {**FORM, "version": "1", "name": "Changed"})
    assert changed.status_code == 303
    stale = client.post(f"/settings/rules/{first.pk}", {**FORM, "version": "1", "name": "Again"})
    assert (stale.status_code, Rule.objects.get(pk=first.pk).name) == (422, "Changed")
    client.post(f"/settings/rules/{first.pk}/end")
    assert client.get(f"/settings/rules/{first.pk}").status_code == 404


@pytest.mark.parametrize("path", ["rules", "rules/new", "case-fields"])
def test_an_agent_has_no_door_to_rules(cast: Cast, path: str) -> None:
    assert as_(cast.ada).get(f"/settings/{path}").status_code == 403


def test_tags_are_added_and_taken_away(cast: Cast, case: Case) -> None:
    client = as_(cast.ada)
    client.post(f"/cases/{case.pk}/tags", {"tag": "Recall, urgent"})
    assert Case.objects.get().tags == ["recall", "urgent"]
    assert "recall" in client.get("/").content.decode()
    client.post(f"/cases/{case.pk}/tags/end", {"tag": "recall"})
    assert Case.objects.get().tags == ["urgent"]
    assert client.post(f"/cases/{case.pk}/tags", {"tag": " "}).status_code == 422


def test_fields_are_asked_kept_and_refused_at_their_place(cast: Cast, case: Case) -> None:
    client, ben = as_(cast.ada), as_(cast.ben)
    for label, sort in (("Lot", "text"), ("Count", "number")):
        assert ben.post("/settings/case-fields", {"label": label, "sort": sort}).status_code == 303
    assert "Count" in client.get(f"/cases/{case.pk}").content.decode()
    wrong = client.post(f"/cases/{case.pk}/fields", {"field-lot": "A1", "field-count": "many"})
    assert wrong.status_code == 422
    assert 'value="A1"' in wrong.content.decode()
    assert "“Count” is a number" in wrong.content.decode()
    assert client.post(f"/cases/{case.pk}/fields", {"field-lot": "A1", "field-count": "3"}).status_code == 303
    assert Case.objects.get().fields == {"lot": "A1", "count": 3}


def test_a_field_is_changed_and_ended(cast: Cast) -> None:
    field = shaping.add_field(label="Size", sort="choice", choices=["S"], by=cast.ben)
    client = as_(cast.ben)
    client.post(f"/settings/case-fields/{field.pk}", {"label": "Sizes", "choices": "S\nL"})
    assert ProductField.objects.get().choices == ["S", "L"]
    client.post(f"/settings/case-fields/{field.pk}", {"end": "1"})
    assert "Sizes" not in client.get("/settings/case-fields").content.decode()
    assert client.post("/settings/case-fields", {"label": "", "sort": "text"}).status_code == 422


def test_a_saved_answer_is_offered_filled_and_put_into_the_composer(cast: Cast, case: Case) -> None:
    client = as_(cast.ada)
    given: dict[str, Any] = {"title": "Hello", "text": "Dear {name},", "language": "en", "team": cast.front_line.pk}
    assert client.post("/settings/saved-answers", given).status_code == 303
    answer = SavedAnswer.objects.get()
    for headers in ({}, {"HX-Request": "true"}):
        offered = client.get(f"/cases/{case.pk}/saved-answers", {"words": "hel"}, headers=headers)
        assert "Dear Barbara," in offered.content.decode()
    assert "Dear Barbara,</textarea>" in client.get(f"/cases/{case.pk}?answer={answer.pk}").content.decode()
    assert client.get(f"/cases/{case.pk}?answer=999999").status_code == 404
    assert client.post("/settings/saved-answers", {**given, "text": "{x}"}).status_code == 422
    client.post(f"/settings/saved-answers/{answer.pk}", {**given, "title": "Hi"})
    assert SavedAnswer.objects.get().title == "Hi"
    client.post(f"/settings/saved-answers/{answer.pk}", {"end": "1"})
    assert "Dear Barbara" not in client.get(f"/cases/{case.pk}/saved-answers").content.decode()


def test_who_only_reads_sees_tags_and_fields_and_changes_none(cast: Cast, case: Case) -> None:
    describing.tag(case, ["recall"], by=cast.ada)
    cast_user = User.objects.get(pk=cast.ada.user_id)
    cast_user.memberships.update(roles=["coach"])
    client = as_(cast.ada)
    page = client.get(f"/cases/{case.pk}").content.decode()
    assert "recall" in page
    assert "add-tag" not in page
    assert client.post(f"/cases/{case.pk}/tags", {"tag": "x"}).status_code == 403
    assert client.get(f"/cases/{case.pk}/saved-answers").status_code == 403


def test_the_saved_answers_of_others_are_not_offered(cast: Cast, case: Case) -> None:
    says = {"title": "Theirs", "text": "x", "language": "en"}
    theirs = saving_answers.save(**says, team=cast.device_support, by=cast.mira)
    assert as_(cast.ada).get(f"/cases/{case.pk}?answer={theirs.pk}").status_code == 404
