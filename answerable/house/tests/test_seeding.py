"""The demo's world: everything enters through the doors of the house."""

from __future__ import annotations

import pytest

from answerable.cases.models import Case, Notice
from answerable.channels.models import Source
from answerable.clocks import watching
from answerable.clocks.models import Clock
from answerable.core import viewers
from answerable.core.models import Workspace
from answerable.house import scenes, seeding
from answerable.house.stories.tellers import STORIES
from answerable.intake import pipeline
from answerable.intake.models import Envelope


@pytest.mark.django_db
def test_the_scenes_become_cases_through_the_real_pipeline() -> None:
    seeding.seed()
    for source in Source.objects.all():
        while pipeline.open_waiting(source):
            pass
    told = {mail.name for mail in scenes.MAILS} | {story.whose for story in STORIES}
    assert {case.contact.name for case in Case.objects.select_related("contact")} >= told
    assert not Envelope.objects.exclude(state=Envelope.State.FILED).exists()


@pytest.mark.django_db
def test_seeding_twice_furnishes_once_and_gives_a_token_that_works() -> None:
    seeding.seed()
    cases = Case.objects.count()
    viewer = viewers.of_token(seeding.seed()["token"])
    assert (Workspace.objects.count(), Case.objects.count()) == (2, cases)
    assert viewer is not None
    assert viewer.name == "Iris"


@pytest.mark.django_db
def test_a_newcomer_sees_what_is_promised_what_ran_out_and_what_the_law_asks() -> None:
    seeding.seed()
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
    legal = Clock.objects.get(sort="legal")
    assert (legal.rule, legal.start_field, legal.is_running) == ("eu.mdr.87.3", "criteria_met_at", True)
