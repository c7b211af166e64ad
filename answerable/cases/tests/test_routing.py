"""Between queues and back into them: by rule only what nobody holds, by hand what one holds or leads."""

from __future__ import annotations

import pytest

from answerable.cases import assigning, raising, routing
from answerable.cases.custody import holder_mark
from answerable.cases.models import Case
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid, NotAllowed, NotThere
from answerable.core.models import Event, Team
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def rules(cast: Cast) -> House:
    return House(cast.workspace.pk, "rules:1")


def test_a_rule_routes_what_nobody_holds_and_only_within_the_workspace(cast: Cast, case: Case, rules: House) -> None:
    elsewhere = Team.objects.get(pk__in=cast.otto.team_ids)
    assert not routing.route(case, team=elsewhere, by=rules)
    assert routing.route(case, team=cast.device_support, by=rules)
    assert not routing.route(case, team=cast.device_support, by=rules)
    event = Event.objects.get(kind="case_routed")
    assert (event.part, event.data["to"]) == ("rules:1", f"team:{cast.device_support.pk}")
    assigning.take(case, expected=holder_mark(case), by=cast.mira)
    assert not routing.route(case, team=cast.front_line, by=rules)


def test_a_stale_look_at_the_case_takes_it_from_nobody(cast: Cast, case: Case, rules: House) -> None:
    stale = Case.objects.get(pk=case.pk)
    assigning.take(case, expected=holder_mark(case), by=cast.ada)
    assert not routing.route(stale, team=cast.device_support, by=rules)
    assert Case.objects.get().holder_user_id == cast.ada.user_id


def test_it_goes_back_to_its_queue(cast: Cast, case: Case, rules: House) -> None:
    assert not routing.back(case, by=rules)
    assigning.take(case, expected=holder_mark(case), by=cast.ada)
    with pytest.raises(NotAllowed):
        routing.back(case, by=cast.mira)
    assert routing.back(case, by=cast.ada)
    assert case.holder_team == cast.front_line
    assert Event.objects.filter(kind="case_returned").count() == 1


def test_by_hand_it_is_compare_and_set(cast: Cast, case: Case) -> None:
    seen = holder_mark(case)
    with pytest.raises(NotAllowed):
        routing.put(case, team=cast.device_support, expected=seen, by=cast.ada)
    with pytest.raises(NotThere):
        routing.put(case, team=Team.objects.get(pk__in=cast.otto.team_ids), expected=seen, by=cast.ben)
    assigning.take(case, expected=seen, by=cast.ada)
    with pytest.raises(Conflict, match="Ada"):
        routing.put(case, team=cast.device_support, expected=seen, by=cast.ben)
    with pytest.raises(Invalid):
        routing.put(case, team=cast.device_support, expected="nobody", by=cast.ben)
    routing.put(case, team=cast.device_support, expected=holder_mark(case), by=cast.ben)
    routing.put_back(
        case, mark=f"user:{cast.ada.user_id}", team_id=cast.front_line.pk, expected=holder_mark(case), by=cast.ben
    )
    assert (case.holder_user_id, case.team) == (cast.ada.user_id, cast.front_line)


def test_a_case_is_raised_once_until_something_is_said(cast: Cast, case: Case, rules: House) -> None:
    assert raising.raise_case(case, by=rules)
    assert not raising.raise_case(case, by=rules)
    assert Case.objects.get().raised_count == 0, "nobody contacted us again"
    assert Event.objects.filter(kind="case_raised").count() == 1
    arrive(letter("And?", message_id="<b@x>", In_Reply_To="<one@example.net>"), cast.mailbox)
    case.refresh_from_db()
    assert raising.raise_case(case, by=rules)
