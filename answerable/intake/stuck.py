"""Jobs that used up their tries, for those who see the rows that they are about."""

from __future__ import annotations

from django.db.models import BigIntegerField, Model, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from answerable.channels.models import Source
from answerable.core import access, jobs, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, NotThere
from answerable.replies.models import Reply

ABOUT: dict[str, type[Model]] = {"source_id": Source, "reply_id": Reply}
"""Whose row an argument of a job names. The house's own jobs name none: they come again by themselves."""


def failed(viewer: Viewer) -> QuerySet[ProcrastinateJob]:
    """The failed jobs about rows that the viewer sees, newest first."""
    numbers = {name: Cast(KT(f"args__{name}"), BigIntegerField()) for name in ABOUT}
    theirs = Q(pk__in=[])
    for name, model in ABOUT.items():
        theirs |= Q(**{f"{name}__in": access.rows(model, viewer).values("pk")})
    found: QuerySet[ProcrastinateJob] = jobs.failed().annotate(**numbers).filter(theirs)
    return found


def again(job_id: int, *, by: Viewer) -> None:
    """Give a failed job a new chance. Raises `NotThere`, or `Conflict` when somebody else just did."""
    by.require(Right.REPLAY)
    job = failed(by).filter(pk=job_id).first()
    if job is None:
        raise NotThere("There is no such job for you. It may have been run again already.")
    if not jobs.again(job_id):
        raise Conflict("This job is no longer on the list of the failed ones. Nothing was changed.")
    journal.write("job_run_again", by=by, data={"job": job_id, "task": job.task_name})
