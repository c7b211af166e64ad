"""The demo's world: everything enters through the doors of the house."""

from __future__ import annotations

from collections import Counter

import pytest

from answerable.cases.models import Case, Notice
from answerable.channels.models import Source
from answerable.clocks import watching
from answerable.clocks.models import Clock
from answerable.core import viewers
from answerable.core.models import Membership, Workspace
from answerable.house import scenes, seeding
from answerable.house.stories.night import NIGHT
from answerable.house.stories.tellers import STORIES
from answerable.intake import pipeline
from answerable.intake.models import Envelope, Weighed
from answerable.listening import queries

BY_DAY = [story for story in STORIES if story is not NIGHT]
"""The night is long, and has a journey of its own."""


@pytest.mark.django_db
def test_the_scenes_become_cases_through_the_real_pipeline() -> None:
    seeding.seed(BY_DAY)
    for source in Source.objects.all():
        while pipeline.open_waiting(source):
            pass
    told = {mail.name for mail in scenes.MAILS} | {story.whose for story in BY_DAY}
    assert {case.contact.name for case in Case.objects.select_related("contact")} >= told
    left = Envelope.objects.exclude(state=Envelope.State.FILED)
    assert set(left.values_list("source__label", "state")) == {("Talk of the town", Envelope.State.SET_ASIDE)}


@pytest.mark.django_db
def test_a_newcomer_sees_queries_that_found_something_and_what_was_set_aside_and_why() -> None:
    seeding.seed(BY_DAY)
    ben = viewers.of_membership(Membership.objects.get(workspace__slug="demo", user__name="Ben"))
    rows = queries.listed(ben)
    assert [each.expected for each in rows] == [1.0, 0.0, 1.0]
    assert all(each.per_day > 0 and each.last_at is not None and each.far is None for each in rows)
    aside = Weighed.objects.filter(workspace__slug="demo", sort__gt="")
    assert Counter(aside.values_list("sort", flat=True)) == {"giveaway": 2, "spam": 2, "copy": 2}
    assert all(each.versions and (each.evidence or each.first) for each in aside)


@pytest.mark.django_db
def test_seeding_twice_furnishes_once_and_gives_a_token_that_works() -> None:
    seeding.seed(BY_DAY)
    cases = Case.objects.count()
    viewer = viewers.of_token(seeding.seed()["token"])
    assert (Workspace.objects.count(), Case.objects.count()) == (2, cases)
    assert viewer is not None
    assert viewer.name == "Iris"


@pytest.mark.django_db
def test_a_newcomer_sees_what_is_promised_what_ran_out_and_what_the_law_asks() -> None:
    seeding.seed(BY_DAY)
    for source in Source.objects.all():
        while pipeline.open_waiting(source):
            pass
    watching.watch()
    joana = Case.objects.get(contact__name="Joana")
    answer = Clock.objects.get(case=joana, rule="first_answer")
    assert answer.breached_at == answer.strict_due_at
    assert Notice.objects.filter(case=joana, kind="clock_breached", user=joana.team.lead).count() == 1
    rob = Clock.objects.filter(case__contact__name="Rob", stopped_at=None, breached_at=None)
    assert set(rob.values_list("rule", flat=True)) == {"resolution", "first_answer"}
    legal = Clock.objects.get(
        sort="legal", rule="eu.mdr.87.3", start_field="captured_at", case__contact__name="Barbara"
    )
    assert legal.is_running
