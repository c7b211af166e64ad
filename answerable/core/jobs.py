"""Background work: how a job is declared, how dead ones are rescued, how a worker runs.

A job and the row it is about commit together (the queue lives in the same database and joins the transaction). A
worker that is killed leaves its job "doing"; `rescue` puts it back, so every job must be safe to run twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import threading
import time
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from answerable.core import heartbeats, journal, outages
from answerable.core.deferring import later as later  # noqa: PLC0414 - the way to the queue for every verb

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=8, wait=1, exponential_wait=3)
STALLED_AFTER = 30.0
CONCURRENCY = 4
BEAT_EVERY = 5.0
FROZEN_AFTER = 60

task = app.task
periodic = app.periodic


@app.periodic(cron="* * * * * */30")
@app.task(queue="house", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Put the jobs of dead workers back into the queue, twice a minute."""
    await put_back(context.app.job_manager)


async def put_back(manager: JobManager) -> None:
    """Give the jobs of dead workers to living ones. The worker's own heartbeat proves that it is dead.

    Where the same job waits already, of which the queue takes one only, that one does the work and the dead one goes: it
    may hold the very lock that the other waits for.
    """
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        try:
            await manager.retry_job(job)
            log.warning("job %s of a dead worker goes back into the queue", job.id)
        except UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=True)
            log.warning("job %s of a dead worker goes: the same one waits already", job.id)


@app.periodic(cron="7 * * * *")
@app.task(queue="house", queueing_lock="seal")
def seal(timestamp: int) -> None:
    """Seal the journal of past days."""
    journal.seal_past_days()


def failed() -> Any:
    """The poison list: jobs that used up their tries, newest first."""
    return ProcrastinateJob.objects.filter(status="failed").order_by("-id")


def again(job_id: int) -> bool:
    """Give a failed job a new chance now. False when it is not failed (any more); of two who ask at once one does it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id = %s AND status = 'failed' RETURNING task_name, queue_name, lock, args",
            [job_id],
        )
        taken = cursor.fetchone()
        if taken is None:
            return False
        task_name, queue, lock, args = taken
        app.configure_task(task_name, queue=queue, lock=lock, allow_unknown=False).defer(**json.loads(args))
    return True


def work(*, concurrency: int = CONCURRENCY) -> None:
    """Run this process as a worker until it is told to end."""
    heartbeats.beat("worker")
    threading.Thread(target=_beat, daemon=True).start()
    threading.Thread(target=_end_if_frozen, daemon=True).start()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        asyncio.run(_work(working, concurrency))


async def _work(working: Any, concurrency: int) -> None:
    async with working.open_async():
        await working.run_worker_async(
            concurrency=concurrency,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            shutdown_graceful_timeout=5.0,
            update_heartbeat_interval=5.0,
            stalled_worker_timeout=STALLED_AFTER,
        )


def _end_if_frozen() -> None:
    """A call into C that never returns holds all of Python; only the kernel can end us then. The parent starts anew.

    Nobody handles SIGALRM here, so it ends the process.
    """
    while True:
        signal.alarm(FROZEN_AFTER)
        time.sleep(BEAT_EVERY)


def _beat() -> None:
    while True:
        try:
            heartbeats.beat("worker")
        except DatabaseError as error:
            log.warning("the worker could not say that it is alive: %s", type(error).__name__)
            outages.noticed()
            close_old_connections()
        time.sleep(BEAT_EVERY)
