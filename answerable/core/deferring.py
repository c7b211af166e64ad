"""The way into the queue, apart from the jobs themselves, so that the journal can take it too."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app


def later(name: str, *, lock: str | None = None, after: float = 0, **arguments: Any) -> None:
    """Defer the job `name` ("intake.jobs.open_envelopes") in the caller's transaction: it exists if that commits.

    Jobs with the same `lock` run one after the other, in this order. `after` is in seconds. Verbs name their jobs, so
    that only jobs know verbs and no module waits for itself.
    """
    wait = {"schedule_in": {"seconds": round(after)}} if after else {}
    job = app.configure_task(f"answerable.{name}", lock=lock, allow_unknown=False, **wait)
    job.defer(**arguments)
