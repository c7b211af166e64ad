"""Builders for tests of rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.core.access import Viewer
from answerable.core.models import Event
from answerable.testing.arriving import letter
from answerable.triage import applying, ruling
from answerable.triage.models import Firing, Rule

MOST_ROUNDS = 100


def make_rule(
    by: Viewer, *, trigger: str = "written", when: Sequence[tuple[str, str, str]] = (), do: Sequence[tuple[str, str]]
) -> Rule:
    """A rule that is on. `when` are facts, how they are asked, and the value; `do` are actions with their value."""
    asked = [{"fact": fact, "op": op, "values": [value]} for fact, op, value in when]
    done = [{"do": what, "value": value} for what, value in do]
    rule = ruling.make(name="Rule", trigger=trigger, asked=asked, done=done, by=by)
    return ruling.switch(rule, on=True, by=by)


def follow() -> list[Firing]:
    """Let the jobs that follow the journal run, and those that they bring about, until all is quiet."""
    fired: list[Firing] = []
    for _round in range(MOST_ROUNDS):
        job = (
            ProcrastinateJob.objects.filter(task_name="answerable.triage.jobs.apply", status="todo")
            .order_by("id")
            .first()
        )
        if job is None:
            return fired
        for case_id in job.args["case_ids"]:
            fired += applying.apply(case_id)
        # the table is procrastinate's; its model only reads
        _delete(job.pk)
    raise AssertionError("The rules do not come to rest.")


def _delete(pk: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [pk])


def again(number: int, text: str = "And still.") -> bytes:
    """One more letter of the same thread."""
    return letter(text, message_id=f"<again{number}@example.net>", In_Reply_To="<one@example.net>")


def kinds(**which: Any) -> list[str]:
    return list(Event.objects.filter(**which).order_by("pk").values_list("kind", flat=True))
