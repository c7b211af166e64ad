"""A trial says what a rule would have done last week, and changes nothing at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from answerable.cases.models import Case
from answerable.core.access import Viewer
from answerable.core.errors import NotAllowed
from answerable.core.moments import now
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import ruling, trying
from answerable.triage.models import Rule
from answerable.triage.tests.ruled import again, make_rule


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    arrive(again(1, "And it hums."), cast.mailbox)
    arrive(letter("Where is my parcel?", sender="pia@example.net", message_id="<two@x>"), cast.mailbox)
    return made


def tried(rule: Rule, by: Viewer) -> list[int]:
    return [would.case.pk for would in trying.step(rule, after=0, at=now(), by=by).found]


def test_it_says_for_which_cases_it_would_have_started(cast: Cast, case: Case) -> None:
    assert tried(make_rule(cast.ben, do=[("tag", "x")]), cast.ben).count(case.pk) == 2
    assert tried(make_rule(cast.ben, when=[("words", "have", "hums")], do=[("tag", "x")]), cast.ben) == [case.pk]
    assert tried(make_rule(cast.ben, when=[("channel", "is", "form")], do=[("tag", "x")]), cast.ben) == []
    silent = [("hours_open", "less_than", "1")]
    assert case.pk in tried(make_rule(cast.ben, trigger="hourly", when=silent, do=[("tag", "x")]), cast.ben)


def test_what_is_older_than_a_week_is_not_looked_at(cast: Cast, case: Case) -> None:
    rule = make_rule(cast.ben, do=[("tag", "x")])
    assert trying.step(rule, after=0, at=now() + timedelta(days=8), by=cast.ben).looked_at == 0


def test_long_weeks_are_looked_at_in_steps(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "STEP", 2)
    rule, after, found = make_rule(cast.ben, do=[("tag", "x")]), 0, list[int]()
    for _step in range(3):
        step = trying.step(rule, after=after, at=now(), by=cast.ben)
        found += [would.case.pk for would in step.found]
        if step.after is None:
            break
        after = step.after
    assert len(found) == 3


def test_a_trial_changes_nothing(cast: Cast, case: Case) -> None:
    rule = ruling.make(
        name="x",
        trigger="written",
        asked=[],
        done=[{"do": "tag", "value": "x"}, {"do": "note", "value": "x"}, {"do": "tell", "value": "lead"}],
        by=cast.ben,
    )
    before = rows_of_all_tables()
    assert tried(rule, cast.ben)
    assert rows_of_all_tables() == before


def test_a_trial_shows_only_cases_that_are_the_viewer_s_to_see(cast: Cast, case: Case) -> None:
    rule = make_rule(cast.root, do=[("tag", "x")])
    elsewhere = make_lead_of_device_support(cast)
    assert tried(rule, elsewhere) == []
    with pytest.raises(NotAllowed):
        tried(rule, cast.ada)


def make_lead_of_device_support(cast: Cast) -> Viewer:
    from answerable.testing.cast import join, make_user

    return join(cast.workspace, make_user("Lea"), ["lead"], [cast.device_support])


def rows_of_all_tables() -> dict[str, tuple[int, str]]:
    """Of every table how many rows it has, and a sum over all that stands in them."""
    counted = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f"SELECT count(*), coalesce(sum(hashtext(t::text)), 0)::text FROM {table} AS t")
            counted[table] = cursor.fetchone()
    return counted
