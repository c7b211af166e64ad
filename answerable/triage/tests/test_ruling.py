"""Rules are kept in versions, in order, and refused with a sentence for each mistake."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.testing.cast import Cast
from answerable.triage import actions, ruling
from answerable.triage.actions import LABELS, Do
from answerable.triage.models import Rule, RuleVersion
from answerable.triage.tests.ruled import kinds, make_rule
from answerable.triage.triggers import KINDS

TAGGING = [{"do": "tag", "value": "Recall"}]
MAILS = [{"fact": "channel", "op": "is", "values": ["email"]}]


def test_a_new_rule_is_off_and_last(cast: Cast) -> None:
    first, second = (ruling.make(name=name, trigger="written", asked=MAILS, done=TAGGING, by=cast.ben) for name in "ab")
    assert [(rule.state, rule.place, rule.version) for rule in (first, second)] == [("off", 1, 1), ("off", 2, 1)]
    assert first.actions == [{"do": "tag", "value": "recall"}]
    assert Event.objects.filter(kind="rule_made").count() == 2


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": " "}, "name", "needs a name"),
        ({"trigger": "full_moon"}, "trigger", "when the rule starts"),
        ({"asked": [{"fact": "followers", "op": "is", "values": ["1"]}]}, "condition-0", "no fact"),
        ({"done": []}, "actions", "1 to 10 things"),
        ({"done": [{"do": "answer", "value": "x"}]}, "action-0", "what is to be done"),
        ({"done": [*TAGGING, {"do": "tag", "value": " "}]}, "action-1", "needs a value"),
        ({"done": [{"do": "queue", "value": "999999"}]}, "action-0", "no such team"),
        ({"done": [{"do": "tell", "value": "999999"}]}, "action-0", "no such person"),
        ({"trigger": "hourly"}, "conditions", "asks about time"),
    ],
)
def test_each_mistake_has_a_sentence_at_its_place(cast: Cast, change: Any, field: str, words: str) -> None:
    fine: dict[str, Any] = {"name": "Mails", "trigger": "written", "asked": MAILS, "done": TAGGING}
    with pytest.raises(Invalid, match=words) as refusal:
        ruling.make(**{**fine, **change}, by=cast.ben)
    assert refusal.value.field == field
    assert not Rule.objects.exists()


def test_a_team_and_a_person_of_another_company_are_not_there(cast: Cast) -> None:
    (team,) = cast.otto.team_ids
    for action in ({"do": "queue", "value": str(team)}, {"do": "tell", "value": str(cast.otto.user_id)}):
        with pytest.raises(Invalid, match="no such"):
            ruling.make(name="x", trigger="written", asked=[], done=[action], by=cast.ben)


def test_a_change_is_a_new_version_and_the_old_one_is_kept(cast: Cast) -> None:
    rule = make_rule(cast.ben, do=[("tag", "a")])
    changed = ruling.change(rule, expected=1, name="B", trigger="opened", asked=MAILS, done=TAGGING, by=cast.root)
    assert (changed.version, changed.name, changed.user_id) == (2, "B", cast.root.user_id)
    assert changed.on_since is not None
    assert rule.on_since is not None
    assert changed.on_since > rule.on_since
    kept = RuleVersion.objects.order_by("version").values_list("version", "name", "trigger")
    assert list(kept) == [(1, "Rule", "written"), (2, "B", "opened")]
    assert Event.objects.get(kind="rule_changed").data == {"rule": rule.pk, "version": 2}
    with pytest.raises(Conflict, match="Somebody else"):
        ruling.change(rule, expected=1, name="C", trigger="opened", asked=[], done=TAGGING, by=cast.ben)


def test_a_rule_is_switched_moved_and_ended_once(cast: Cast) -> None:
    first, second = (make_rule(cast.ben, do=[("tag", tag)]) for tag in "ab")
    ruling.move(second, up=True, by=cast.ben)
    ruling.move(second, up=True, by=cast.ben)
    assert [rule.pk for rule in Rule.objects.order_by("place")] == [second.pk, first.pk]
    ruling.switch(first, on=False, by=cast.ben)
    ruling.end(first, by=cast.ben)
    for again in (lambda: ruling.switch(first, on=True, by=cast.ben), lambda: ruling.end(first, by=cast.ben)):
        with pytest.raises(Conflict):
            again()
    assert {"rule_moved", "rule_switched_off", "rule_ended"} <= set(kinds())


def test_an_agent_makes_no_rules(cast: Cast) -> None:
    rule = make_rule(cast.ben, do=[("tag", "a")])
    says: dict[str, Any] = {"name": "x", "trigger": "written", "asked": [], "done": TAGGING}
    for refused in (
        lambda: ruling.make(**says, by=cast.ada),
        lambda: ruling.change(rule, expected=1, **says, by=cast.ada),
        lambda: ruling.switch(rule, on=False, by=cast.ada),
        lambda: ruling.move(rule, up=True, by=cast.ada),
        lambda: ruling.end(rule, by=cast.ada),
    ):
        with pytest.raises(NotAllowed):
            refused()


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=50)


@given(st.lists(st.builds(lambda do, value: {"do": str(do), "value": value}, st.sampled_from(list(Do)), WORDS)))
def test_what_is_printed_is_read_back_the_same(data: Any) -> None:
    try:
        read = actions.parse(data)
    except Invalid:
        return
    assert actions.parse(actions.as_data(read)) == read


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda each: st.lists(each) | st.dictionaries(st.sampled_from(["do", "value"]), each),
        max_leaves=9,
    )
)
def test_rubbish_is_refused_with_a_sentence(data: Any) -> None:
    with pytest.raises(Invalid, match=r"Nothing was kept\."):
        actions.parse([data])


def test_every_action_has_words_and_every_trigger_is_followed(settings: Any) -> None:
    assert set(LABELS) == set(Do)
    assert settings.FOLLOWERS["triage.jobs.apply"] == KINDS
