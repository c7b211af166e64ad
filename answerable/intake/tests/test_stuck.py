"""Jobs that used up their tries: seen by those who see their rows, run again once."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.core.errors import NotAllowed, NotThere
from answerable.core.models import Event
from answerable.intake import stuck
from answerable.testing.cast import Cast


@pytest.fixture
def job(cast: Cast) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status)"
            " VALUES ('intake', 'answerable.intake.jobs.open_envelopes', 'source:1', %s, 'failed') RETURNING id",
            [json.dumps({"source_id": cast.mailbox.pk})],
        )
        return int(cursor.fetchone()[0])


def test_a_failed_job_runs_again_once(cast: Cast, job: int) -> None:
    assert [each.pk for each in stuck.failed(cast.ben)] == [job]
    stuck.again(job, by=cast.ben)
    (waiting,) = ProcrastinateJob.objects.filter(task_name="answerable.intake.jobs.open_envelopes")
    assert (waiting.status, waiting.args, waiting.lock) == ("todo", {"source_id": cast.mailbox.pk}, "source:1")
    assert Event.objects.filter(kind="job_run_again", user_id=cast.ben.user_id, data__job=job).exists()
    with pytest.raises(NotThere):
        stuck.again(job, by=cast.ben)
    assert ProcrastinateJob.objects.count() == 1


def test_nobody_runs_again_what_he_does_not_see(cast: Cast, job: int) -> None:
    assert not stuck.failed(cast.otto)
    with pytest.raises(NotThere):
        stuck.again(job, by=cast.otto)
    with pytest.raises(NotAllowed):
        stuck.again(job, by=cast.ada)
    assert ProcrastinateJob.objects.get().status == "failed"
