"""The same hearing of an archive over a Ray cluster: its machines read the rows, this process stores what is wanted.

1. Each reader is given the saved queries and how the source reads rows, never a secret, and no way to the database.
2. It leaves out what no query wants and what speaks of no topic, and counts it. What it sends back is held against the queries
   again by whoever stores it, as in one process: so the rows that are kept are the same.
3. Stretches come back in their order, and few are under way at a time: memory stays the same however long the archive is.

Whether a cluster is there is the business of Ray; this is asked for with `answerable[ray]`. Its reports to its makers are off.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import F

from answerable.channels.models import Source
from answerable.conversations import knowing
from answerable.core.errors import Conflict
from answerable.intake.backfilling import Leafing
from answerable.intake.leafing import Leafed, Reader, Sieve, Stretch
from answerable.listening.models import Choices, Query, QueryVersion

UNDER_WAY = 2
"""Stretches that each reader has in hand or waiting."""


def over(address: str) -> Leafing:
    """Read on the cluster at `address`; “local” is one of this machine alone."""

    def read(source: Source, stretches: Iterable[Stretch]) -> Iterator[Leafed]:
        return spread(stretches, sieve_of(source), address)

    return read


def sieve_of(source: Source) -> Sieve:
    """What readers are given."""
    choices = Choices.objects.filter(workspace_id=source.workspace_id).first() or Choices()
    secret = {each.name for each in source.spec.settings if each.secret}
    return Sieve(
        kind=source.kind,
        settings={name: value for name, value in source.values().items() if name not in secret},
        queries=_queries(source),
        protected=tuple(choices.protected),
        lookalikes=choices.lookalikes,
        languages=tuple(choices.languages),
        seeks_topics=knowing.are_any(source.workspace_id),
    )


def spread(stretches: Iterable[Stretch], sieve: Sieve, address: str) -> Iterator[Leafed]:
    """Raises `Conflict` where Ray is not installed or no cluster answers."""
    ray = _joined(address)
    try:
        given = ray.put(sieve)  # held to the end: a reader that is begun anew asks for it again
        readers = _readers(ray, given)
        asked: deque[Any] = deque()
        for number, stretch in enumerate(stretches):
            asked.append(readers[number % len(readers)].leaf.remote(stretch))
            if len(asked) >= UNDER_WAY * len(readers):
                yield ray.get(asked.popleft())
        while asked:
            yield ray.get(asked.popleft())
    finally:
        ray.shutdown()


def _readers(ray: Any, given: Any) -> Sequence[Any]:
    """One for each core of the cluster. One whose machine is gone is begun anew on another, with what it had in hand."""
    reader = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1)(Reader)
    return [reader.remote(given) for _ in range(max(1, int(ray.cluster_resources().get("CPU", 1))))]


def _joined(address: str) -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray  # noqa: PLC0415 - it is an extra, and takes a while to load
    except ImportError as error:
        raise Conflict(
            "Ray is not installed. Nothing was heard. Install answerable[ray], or leave --ray out."
        ) from error
    runtime = {
        "env_vars": {"DJANGO_SETTINGS_MODULE": "answerable.house.settings"},
        "worker_process_setup_hook": "django.setup",
    }
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, runtime_env=runtime)
    except (ConnectionError, ValueError) as error:
        raise Conflict("No Ray cluster answers at %(address)s. Nothing was heard.", address=address) from error
    return ray


def _queries(source: Source) -> tuple[tuple[int, str], ...]:
    """What holds now: the version of each query that is on."""
    on = QueryVersion.objects.filter(
        query__workspace_id=source.workspace_id, query__state=Query.State.ON, number=F("query__version")
    )
    return tuple(on.order_by("pk").values_list("pk", "text"))
