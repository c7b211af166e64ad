"""How often the house looks after itself, and how a worker ends that cannot be told to."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from itertools import islice, pairwise
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.core import jobs

FROZEN = """
import re, threading
from answerable.core import jobs
jobs.FROZEN_AFTER = 1
threading.Thread(target=jobs._end_if_frozen, daemon=True).start()
threading.Thread(target=re.compile("(a|aa|aaa)+$").match, args=["a" * 200 + "b"]).start()
"""
EVERY = {"rescue": 30, "find_interrupted": 20, "poll_all": 5, "sweep": 60, "tell_silence": 60}


@pytest.mark.parametrize(("name", "seconds"), EVERY.items())
def test_what_must_happen_often_happens_often(name: str, seconds: int) -> None:
    """In a cron of six fields the seconds stand last; written first, they make it happen once in half an hour."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]
    periodic = {each.task.name.rpartition(".")[2]: each for each in app.periodic_registry.periodic_tasks.values()}
    moments = list(islice(periodic[name].croniter.all_next(float, start_time=0), 100))

    assert {later - earlier for earlier, later in pairwise(moments)} == {seconds}


def test_a_worker_that_a_call_into_c_holds_for_ever_is_ended_by_the_kernel() -> None:
    setting_up = "import os; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'answerable.house.settings')\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{setting_up}import django; django.setup()\n{FROZEN}"], check=False, timeout=30
    )

    assert done.returncode == -signal.SIGALRM


def test_a_dead_job_that_waits_already_goes_and_stops_none_of_the_others(committed: None) -> None:
    """It holds the lock that the waiting one needs, and cannot go back itself, because the queue takes one of them only."""
    put("watch", "doing")
    waiting, other = put("watch", "todo"), put("", "doing")

    asyncio.run(rescued())

    left = dict(ProcrastinateJob.objects.values_list("pk", "status"))
    assert left == {waiting: "todo", other: "todo"}


async def rescued() -> None:
    working: Any = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(working) as on_its_own:
        async with on_its_own.open_async():
            await jobs.put_back(on_its_own.job_manager)


def put(lock: str, status: str) -> int:
    """A job of which one may run and one may wait, where it has a lock. One that is being done has no living worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status) "
            "VALUES ('clocks', 'watch', nullif(%s, ''), nullif(%s, ''), %s::procrastinate_job_status) RETURNING id",
            [lock, lock, status],
        )
        return int(cursor.fetchone()[0])
