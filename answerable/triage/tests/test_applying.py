"""What rules do: once for a thing that happens, never out of somebody's hands, and never in a circle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.cases import assigning, closing, describing
from answerable.cases.models import Case, Notice
from answerable.conversations.models import Message
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import applying, ruling
from answerable.triage.models import Firing, Reading
from answerable.triage.tests.ruled import again, follow, make_rule


def opened(cast: Cast, text: str = "Which batteries does it take?") -> Case:
    case = arrive(letter(text), cast.mailbox)
    assert case is not None
    return case


def fresh(case: Case) -> Case:
    return Case.objects.select_related("team").get(pk=case.pk)


def test_a_case_is_routed_while_nobody_holds_it(cast: Cast) -> None:
    rule = make_rule(cast.ben, when=[("words", "have", "batteries")], do=[("queue", str(cast.device_support.pk))])
    case = opened(cast)
    (firing,) = follow()
    assert fresh(case).holder_team == cast.device_support
    routed = Event.objects.get(kind="case_routed", case_id=case.pk)
    assert (routed.part, routed.data["to"]) == (f"rules:{rule.pk}", f"team:{cast.device_support.pk}")
    told = Event.objects.get(kind="rule_fired").data
    assert told == {"rule": rule.pk, "version": 1, "firing": firing.pk}
    assert firing.did == [{"do": "queue", "value": str(cast.device_support.pk), "why_not": ""}]


def test_what_somebody_holds_stays_with_them(cast: Cast) -> None:
    case = opened(cast)
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    make_rule(cast.ben, do=[("queue", str(cast.device_support.pk))])
    arrive(again(1), cast.mailbox)
    (firing,) = follow()
    assert firing.did[0]["why_not"] == "held"
    assert fresh(case).holder_user_id == cast.ada.user_id


def test_conditions_are_asked_of_the_message_that_came(cast: Cast) -> None:
    make_rule(cast.ben, when=[("words", "have", "drains")], do=[("tag", "power")])
    opened(cast, "It drains quickly.")
    arrive(again(1, "And it hums."), cast.mailbox)
    assert len(follow()) == 1


def test_every_action_does_its_thing(cast: Cast) -> None:
    make_rule(
        cast.ben,
        do=[
            ("tag", "Recall"),
            ("product", "Glimo"),
            ("note", "Ask for the lot."),
            ("tell", "lead"),
            ("tell", "holder"),
            ("tell", str(cast.ada.user_id)),
            ("tell", str(cast.mira.user_id)),
            ("raise", ""),
            ("return", ""),
        ],
    )
    case = opened(cast)
    (firing,) = follow()
    assert [each["why_not"] for each in firing.did] == ["", "", "", "", "nobody", "", "gone", "", "nobody"]
    case = fresh(case)
    assert (case.tags, case.product, case.raised_at is not None) == (["recall"], "Glimo", True)
    assert Message.objects.get(direction="note").text == "Ask for the lot."
    assert set(Notice.objects.values_list("user_id", "kind")) == {
        (cast.ben.user_id, "told_by_rule"),
        (cast.ada.user_id, "told_by_rule"),
    }


def test_a_rule_returns_what_is_held_to_its_queue(cast: Cast) -> None:
    case = opened(cast)
    assigning.take(case, expected=assigning.holder_mark(case), by=cast.ada)
    make_rule(cast.ben, trigger="described", when=[("tag", "is", "back")], do=[("return", ""), ("untag", "back")])
    describing.tag(case, ["back"], by=cast.ada)
    follow()
    assert (fresh(case).holder_team, fresh(case).tags) == (cast.front_line, [])


def test_one_thing_starts_a_rule_once_however_often_it_is_told(cast: Cast) -> None:
    make_rule(cast.ben, do=[("note", "Look.")])
    case = opened(cast)
    assert len(follow()) == 1
    Reading.objects.all().delete()
    assert applying.apply(case.pk) == []
    assert Firing.objects.count() == 1
    assert Message.objects.filter(direction="note").count() == 1


def test_what_happened_before_a_rule_was_on_starts_nothing(cast: Cast) -> None:
    case = opened(cast)
    make_rule(cast.ben, do=[("tag", "x")])
    assert applying.apply(case.pk) == []
    assert fresh(case).tags == []


def test_a_rule_that_is_off_or_ended_does_nothing(cast: Cast) -> None:
    off, ended = (make_rule(cast.ben, do=[("tag", tag)]) for tag in ("off", "ended"))
    ruling.switch(off, on=False, by=cast.ben)
    ruling.end(ended, by=cast.ben)
    opened(cast)
    assert follow() == []


def test_a_note_and_a_machine_s_word_are_no_customer_s(cast: Cast) -> None:
    make_rule(cast.ben, do=[("note", "Look.")])
    opened(cast)
    assert len(follow()) == 1, "the note that the rule left starts nothing"
    auto = letter("Away.", message_id="<a@x>", In_Reply_To="<one@example.net>", Auto_Submitted="auto-replied")
    arrive(auto, cast.mailbox)
    assert follow() == []


def test_rules_of_one_workspace_leave_another_alone(cast: Cast) -> None:
    make_rule(cast.otto, do=[("tag", "theirs")])
    case = opened(cast)
    assert follow() == []
    assert fresh(case).tags == []


def test_rules_are_applied_in_their_order(cast: Cast) -> None:
    make_rule(cast.ben, when=[("tag", "is", "first")], do=[("tag", "second")])
    first = make_rule(cast.ben, do=[("tag", "first")])
    ruling.move(first, up=True, by=cast.ben)
    case = opened(cast)
    follow()
    assert fresh(case).tags == ["first", "second"]


def test_a_rule_is_not_started_by_what_it_did_itself(cast: Cast) -> None:
    make_rule(cast.ben, trigger="described", when=[("tag", "is", "a")], do=[("untag", "a"), ("tag", "b"), ("tag", "a")])
    case = opened(cast)
    describing.tag(case, ["a"], by=cast.ada)
    assert len(follow()) == 1


def test_two_rules_that_chase_each_other_come_to_rest_and_who_made_them_is_told(cast: Cast) -> None:
    there = make_rule(cast.ben, trigger="described", when=[("tag", "is", "a")], do=[("untag", "a"), ("tag", "b")])
    back = make_rule(cast.root, trigger="described", when=[("tag", "is", "b")], do=[("untag", "b"), ("tag", "a")])
    case = opened(cast)
    describing.tag(case, ["a"], by=cast.ada)
    follow()
    for rule, author in ((there, cast.ben), (back, cast.root)):
        did = Firing.objects.filter(rule=rule, rested=False).count()
        assert did <= applying.MOST_FIRINGS
        assert Firing.objects.filter(rule=rule, rested=True).count() <= 1
        resting = Firing.objects.filter(rule=rule, rested=True).exists()
        assert Notice.objects.filter(user_id=author.user_id, kind="rule_rests", case=case).exists() == resting
    assert Event.objects.filter(kind="rule_rested", case_id=case.pk).exists()
    assert Firing.objects.filter(rested=False).count() >= applying.MOST_FIRINGS


def test_a_rested_rule_acts_again_after_an_hour(cast: Cast) -> None:
    rule = make_rule(cast.ben, do=[("note", "Look.")])
    case = opened(cast)
    for number in range(applying.MOST_FIRINGS + 2):
        arrive(again(number), cast.mailbox)
    follow()
    assert list(rule.firings.order_by("pk").values_list("rested", flat=True)) == [False] * 5 + [True]
    arrive(again(50), cast.mailbox)
    later = now() + timedelta(hours=1, minutes=1)
    (firing,) = applying.apply(case.pk, at=later)
    assert not firing.rested


def test_a_closed_case_is_left_alone(cast: Cast) -> None:
    make_rule(cast.ben, do=[("tag", "x")])
    case = opened(cast)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    assert follow() == []


SILENT = ("hours_since_customer", "at_least", "24")


def test_a_reminder_fires_once_for_one_silence(cast: Cast) -> None:
    rule = make_rule(cast.ben, trigger="hourly", when=[SILENT], do=[("tell", "lead")])
    case = opened(cast)
    tomorrow = now() + timedelta(hours=25)
    assert list(applying.due(rule, at=now())) == []
    assert list(applying.due(rule, at=tomorrow)) == [[case.pk]]
    assert applying.remind(rule, case.pk, at=tomorrow) is not None
    assert applying.remind(rule, case.pk, at=tomorrow) is None
    assert list(applying.due(rule, at=tomorrow)) == []
    assert Notice.objects.get().user_id == cast.ben.user_id
    arrive(again(1), cast.mailbox)
    assert list(applying.due(rule, at=tomorrow + timedelta(hours=26))) == [[case.pk]]


@pytest.mark.parametrize("change", ["answered", "off", "other"])
def test_a_reminder_that_no_longer_fits_is_not_given(cast: Cast, change: str) -> None:
    rule = make_rule(cast.ben, trigger="hourly", when=[SILENT], do=[("tell", "lead")])
    case, tomorrow = opened(cast), now() + timedelta(hours=25)
    if change == "answered":
        arrive(again(1), cast.mailbox, at=tomorrow)
    elif change == "off":
        ruling.switch(rule, on=False, by=cast.ben)
    else:
        rule = make_rule(cast.otto, trigger="hourly", when=[SILENT], do=[("tell", "lead")])
    assert applying.remind(rule, case.pk, at=tomorrow) is None
    assert not Notice.objects.exists()
