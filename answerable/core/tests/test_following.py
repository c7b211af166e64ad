"""Facts go up as jobs that are deferred with the fact."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries, Settings

from answerable.core import journal
from answerable.core.access import House

FOLLOWED = "intake.jobs.open_envelopes"


@pytest.fixture
def by(settings: Settings, db: None) -> House:
    from answerable.testing.cast import make_workspace

    settings.FOLLOWERS = {FOLLOWED: frozenset({"case_closed"})}
    return House(make_workspace("Glimo Care", "glimo").pk, "tests")


def deferred() -> list[dict[str, object]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=f"answerable.{FOLLOWED}").order_by("id")]


def test_one_write_is_one_job_with_each_case_once(by: House) -> None:
    lines = [journal.line("case_closed", by=by, case_id=each) for each in (7, 3, 7)]
    journal.write_all([*lines, journal.line("case_taken", by=by, case_id=9)])
    assert deferred() == [{"case_ids": [3, 7]}]


def test_what_nobody_follows_defers_nothing(by: House, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """One statement writes the line, one makes the deliveries of those who are told elsewhere."""
    with django_assert_num_queries(2):
        journal.write("case_taken", by=by, case_id=3)
    assert deferred() == []
