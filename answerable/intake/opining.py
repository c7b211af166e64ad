"""A person says what a weighed post is. `ours` takes it back from where it was set aside: it becomes a message and a case."""

from __future__ import annotations

from django.db import transaction

from answerable.cases.models import Case
from answerable.conversations.recording import once_key
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotThere
from answerable.core.moments import now
from answerable.intake import learning, pipeline
from answerable.intake.models import Envelope, Opinion, Weighed
from answerable.listening.setting_aside import Sort

MAY_SAY = (Opinion.OURS, *Sort, Opinion.UNSURE)


@transaction.atomic
def say(weighed: Weighed, says: str, *, by: Viewer) -> Case | None:
    """Keep what this person says of it, learn from it, and open its case where it was set aside and is ours.

    Returns the case that was opened. To say the same again changes nothing. What was opened stays open: a case is closed,
    not unsaid. Raises `Conflict` where its words are gone, for there is nothing left to open.
    """
    by.require(Right.ANSWER)
    if says not in MAY_SAY:
        raise Invalid("Choose what it is. Nothing was kept.", "says")
    row = Weighed.objects.select_for_update(of=("self",)).select_related("opinion", "source").get(pk=weighed.pk)
    if getattr(row, "opinion", None) is not None and row.opinion.says == says:
        return None
    if says == Opinion.OURS and row.is_aside and row.emptied_at is not None:
        raise Conflict("Its words are gone, as they must be after a while. There is nothing left to open.")
    told = {"says": says, "user_id": by.user_id, "at": now()}
    row.opinion, _ = Opinion.objects.update_or_create(weighed=row, defaults=told)
    facts = {"weighed": row.pk, "envelope": row.envelope_id, "sort": row.sort, "says": says}
    journal.write("weighed_judged", by=by, source_id=row.source_id, team_id=row.source.team_id, data=facts)
    case = _take_back(row, by) if says == Opinion.OURS and row.is_aside else None
    learning.learn(row, by=by)
    return case


def _take_back(row: Weighed, by: Viewer) -> Case | None:
    """Its envelope is opened again; what was weighed is not weighed a second time, and this one is no longer aside."""
    Weighed.objects.filter(pk=row.pk).update(taken_back_at=now(), text="", author="")
    row.taken_back_at, row.text, row.author = now(), "", ""
    envelope = (
        Envelope.objects.select_for_update(of=("self",)).select_related("source__workspace").get(pk=row.envelope_id)
    )
    envelope.tries = 0
    hops = pipeline.open_safely(envelope)
    case = case_of(row)
    if case is None:
        raise NotThere("It could not be opened: %(why)s Nothing was changed.", why=hops[-1].words)
    facts = {"weighed": row.pk, "envelope": row.envelope_id, "sort": row.sort}
    journal.write("taken_back", by=by, case_id=case.pk, team_id=case.team_id, data=facts)
    return case


def case_of(row: Weighed) -> Case | None:
    """The case in which the message that it became is filed."""
    once = once_key(row.source, row.external_id)
    filed = Case.objects.filter(filings__message__once=once, workspace_id=row.workspace_id)
    return filed.order_by("-filings__id").first()
