"""Many cases at once: seen before, done once, undone as one, and each by the rules of a single one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.cases import assigning, closing, describing, handling_many, jobs
from answerable.cases.handling_many import Plan
from answerable.cases.models import Bulk, Case
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Membership
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    return make_cases(cast, 3)


def make_cases(cast: Cast, number: int) -> list[Case]:
    made = []
    for each in range(number):
        case = arrive(letter("Hi", sender=f"p{each}@example.net", message_id=f"<{each}@x>"), cast.mailbox)
        assert case is not None
        made.append(case)
    return made


def seen(cases: list[Case]) -> dict[int, str]:
    return {case.pk: assigning.holder_mark(case) for case in cases}


def done(cases: list[Case], action: str, value: str, by: Viewer, key: str = "k") -> Bulk:
    return handling_many.begin(seen(cases), handling_many.read(action, value, by=by), key=key, by=by)


def state(cases: list[Case]) -> list[object]:
    fields = ("holder_user", "holder_team", "team", "state", "tags", "product", "waiting_since", "waiting_for")
    return list(Case.objects.filter(pk__in=[case.pk for case in cases]).order_by("pk").values_list(*fields))


ACTIONS = (
    ("queue", "case_routed"),
    ("tag", "case_tagged"),
    ("product", "case_described"),
    ("not_a_case", "case_closed"),
)


@pytest.mark.parametrize(("action", "kind"), ACTIONS)
def test_it_is_done_to_all_told_at_each_and_undone_as_one(
    cast: Cast, cases: list[Case], action: str, kind: str
) -> None:
    assigning.take(cases[0], expected=assigning.holder_mark(cases[0]), by=cast.ada)
    Case.objects.filter(pk=cases[1].pk).update(waiting_since=now(), waiting_for="customer")
    value = str(cast.device_support.pk) if action == "queue" else "Recall"
    before = state(cases)
    bulk = done(cases, action, value, cast.ben)
    assert [item.refused for item in bulk.items.all()] == ["", "", ""]
    assert bulk.finished_at is not None
    assert state(cases) != before
    for case in cases:
        assert Event.objects.filter(case_id=case.pk, kind=kind).count() == 1
        assert Event.objects.get(case_id=case.pk, kind="bulk_done").data == {"bulk": bulk.pk, "action": action}
    handling_many.undo(bulk, by=cast.ben)
    assert state(cases) == before
    assert Event.objects.filter(kind="bulk_undone").count() == 3
    handling_many.undo(bulk, by=cast.ben)
    assert Event.objects.filter(kind="bulk_undone").count() == 3


def test_a_tag_is_taken_away_and_comes_back(cast: Cast, cases: list[Case]) -> None:
    for case in cases[:2]:
        describing.tag(case, ["old"], by=cast.ada)
    bulk = done(cases, "untag", "old", cast.ada)
    assert [bool(item.refused) for item in bulk.items.order_by("case_id")] == [False, False, True]
    handling_many.undo(bulk, by=cast.ada)
    assert [case.tags for case in Case.objects.order_by("pk")] == [["old"], ["old"], []]


def test_a_preview_says_of_each_what_will_happen_and_changes_nothing(cast: Cast, cases: list[Case]) -> None:
    describing.tag(cases[0], ["recall"], by=cast.ada)
    closing.close(cases[1], disposition="withdrawn", by=cast.ada)
    events = Event.objects.count()
    looked = handling_many.preview([case.pk for case in cases], Plan(handling_many.Act.TAG, "recall"), by=cast.ada)
    why = {each.case.pk: each.refusal.sentence if each.refusal else "" for each in looked}
    assert why == {
        cases[0].pk: "It has this tag already.",
        cases[1].pk: "It is not open any more.",
        cases[2].pk: "",
    }
    assert Event.objects.count() == events
    assert not Bulk.objects.exists()


def test_the_same_key_twice_is_one_action(cast: Cast, cases: list[Case]) -> None:
    first, second = (done(cases, "tag", "x", cast.ada) for _ in range(2))
    assert first == second
    assert Event.objects.filter(kind="bulk_done").count() == 3


def test_who_was_taken_meanwhile_is_named_and_stays_with_their_holder(cast: Cast, cases: list[Case]) -> None:
    on_screen = seen(cases)
    assigning.take(cases[0], expected=on_screen[cases[0].pk], by=cast.ada)
    plan = handling_many.read("queue", str(cast.device_support.pk), by=cast.ben)
    bulk = handling_many.begin(on_screen, plan, key="k", by=cast.ben)
    refused = [item.refused for item in bulk.items.order_by("case_id")]
    assert refused[0].startswith("Ada holds the case now")
    assert refused[1:] == ["", ""]
    assert Case.objects.get(pk=cases[0].pk).holder_user_id == cast.ada.user_id


def test_an_agent_moves_only_what_they_hold(cast: Cast, cases: list[Case]) -> None:
    assigning.take(cases[0], expected=assigning.holder_mark(cases[0]), by=cast.ada)
    bulk = done(cases, "queue", str(cast.device_support.pk), cast.ada)
    assert [bool(item.refused) for item in bulk.items.order_by("case_id")] == [False, True, True]


def test_cases_of_others_are_not_there(cast: Cast, cases: list[Case]) -> None:
    plan = Plan(handling_many.Act.TAG, "x")
    for stranger in (cast.otto, cast.mira):
        assert handling_many.preview([case.pk for case in cases], plan, by=stranger) == []
        assert not handling_many.begin(seen(cases), plan, key="k", by=stranger).items.exists()
    assert not Event.objects.filter(kind="case_tagged").exists()


def test_only_what_is_still_as_it_was_left_is_undone_and_the_rest_is_named(cast: Cast, cases: list[Case]) -> None:
    bulk = done(cases, "product", "Glimo", cast.ada)
    describing.describe(cases[0], subject="x", product="Velorin", by=cast.ben)
    handling_many.undo(bulk, by=cast.ada)
    assert [case.product for case in Case.objects.order_by("pk")] == ["Velorin", "", ""]
    left = bulk.items.exclude(left="").get()
    assert (left.case_id, left.undone) == (cases[0].pk, False)
    assert "changed since" in left.left


def test_what_somebody_took_from_the_queue_stays_with_them(cast: Cast, cases: list[Case]) -> None:
    bulk = done(cases, "queue", str(cast.device_support.pk), cast.ben)
    taken = Case.objects.get(pk=cases[0].pk)
    assigning.take(taken, expected=assigning.holder_mark(taken), by=cast.mira)
    handling_many.undo(bulk, by=cast.ben)
    assert [case.holder_user_id for case in Case.objects.order_by("pk")] == [cast.mira.user_id, None, None]
    assert bulk.items.filter(undone=True).count() == 2


def test_of_who_left_meanwhile_the_queue_gets_it_back(cast: Cast, cases: list[Case]) -> None:
    assigning.take(cases[0], expected=assigning.holder_mark(cases[0]), by=cast.ada)
    bulk = done(cases[:1], "queue", str(cast.device_support.pk), cast.ben)
    Membership.objects.filter(user_id=cast.ada.user_id).update(ended_at=now())
    handling_many.undo(bulk, by=cast.ben)
    assert Case.objects.get(pk=cases[0].pk).holder_team == cast.front_line


def test_after_a_day_and_by_others_nothing_is_undone(cast: Cast, cases: list[Case]) -> None:
    bulk = done(cases, "tag", "x", cast.ada)
    with pytest.raises(NotAllowed):
        handling_many.undo(bulk, by=cast.ben)
    bulk.at -= timedelta(days=1, minutes=1)
    bulk.save()
    with pytest.raises(Conflict, match="more than a day"):
        handling_many.undo(bulk, by=cast.ada)
    assert all("x" in case.tags for case in Case.objects.all())


@pytest.mark.parametrize(
    ("action", "value", "field"),
    [
        ("solved", "", "action"),
        ("", "", "action"),
        ("tag", " ", "tag"),
        ("queue", "0", "value"),
        ("product", "", "value"),
    ],
)
def test_what_cannot_be_done_to_many_is_refused(cast: Cast, action: str, value: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        handling_many.read(action, value, by=cast.ben)
    assert refusal.value.field == field


def test_none_and_too_many_are_refused_and_so_is_who_only_reads(cast: Cast) -> None:
    plan = Plan(handling_many.Act.TAG, "x")
    for many in ({}, dict.fromkeys(range(1, handling_many.MOST + 2), "team:1")):
        with pytest.raises(Invalid, match="Nothing was changed"):
            handling_many.begin(many, plan, key="k", by=cast.ada)
    coach = replace(cast.ada, roles=frozenset({"coach"}))
    for refused in (
        lambda: handling_many.read("tag", "x", by=coach),
        lambda: handling_many.begin({1: "team:1"}, plan, key="k", by=coach),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_very_many_are_a_job_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling_many, "AT_ONCE", 2)
    monkeypatch.setattr(handling_many, "BATCH", 2)
    cases = make_cases(cast, 5)
    bulk = done(cases, "tag", "x", cast.ada)
    assert run("go_on_with_many", bulk) == [0, 2, 4, 5]
    bulk.refresh_from_db()
    assert bulk.finished_at is not None
    handling_many.undo(bulk, by=cast.ada)
    assert run("go_on_with_undoing", bulk)[-1] == 5
    assert not any(case.tags for case in Case.objects.all())


def test_who_left_does_nothing_more(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling_many, "AT_ONCE", 0)
    bulk = done(make_cases(cast, 1), "tag", "x", cast.ada)
    Membership.objects.filter(user_id=cast.ada.user_id).update(ended_at=now())
    with pytest.raises(NotAllowed):
        jobs.go_on_with_many(bulk.pk)
    assert Case.objects.get().tags == []


def run(name: str, bulk: Bulk) -> list[int]:
    """Run each job of this name that was deferred; returns how many items were handled before and after each."""
    handled, runs = [bulk.items.exclude(handled_at=None).count() if name == "go_on_with_many" else 0], 0
    while ProcrastinateJob.objects.filter(task_name=f"answerable.cases.jobs.{name}").count() > runs:
        getattr(jobs, name)(bulk.pk)
        runs += 1
        done_items = (
            bulk.items.exclude(handled_at=None) if name == "go_on_with_many" else bulk.items.filter(undone=True)
        )
        handled.append(done_items.count())
    return handled
