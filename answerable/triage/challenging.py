"""Challenging: what people's verdicts teach, measured on messages of authors that it did not learn from.

A challenger changes nothing. It is kept with its figures until a person takes it into use with a signature (`promoting`).
What was drawn by lot and not counted yet is left out (`measuring`). Every fifth author is kept back from all learning, always the same ones, so that the figures of two challengers compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from zlib import crc32

from django.db.models import Exists, Max, OuterRef, Q

from answerable.core import journal
from answerable.core.access import House
from answerable.core.moments import now
from answerable.triage import assessing
from answerable.triage.comparing import compare
from answerable.triage.detecting.heads import told
from answerable.triage.detecting.learning import Labelled, learn
from answerable.triage.models import Learned, Lot, Verdict

ONE_IN = 5
MOST = 20_000
"""Messages that are learned from: the ones that were judged last. Learning them takes minutes."""


def challenge(workspace_id: int, *, by: House) -> Learned | None:
    """Learn from the verdicts that stand. None where no verdict is new, or there are too few of them to learn from."""
    standing = Verdict.objects.filter(is_free(), workspace_id=workspace_id, ended_at=None, message__emptied_at=None)
    last = standing.aggregate(last=Max("pk"))["last"]
    if last is None or Learned.objects.filter(workspace_id=workspace_id, last_verdict__gte=last).exists():
        return None
    judged = _judged(standing.filter(pk__lte=last).order_by("-pk")[:MOST])
    names, kept_back = assessing.names_of(workspace_id), [each for each in judged if _is_kept_back(each)]
    heads = learn([each for each in judged if not _is_kept_back(each)], names=names)
    if not heads:
        return None
    figures = compare(kept_back, names=names, before=assessing.in_use(workspace_id)[1], after=heads)
    number = Learned.objects.filter(workspace_id=workspace_id).count() + 1
    made = Learned.objects.create(
        workspace_id=workspace_id,
        number=number,
        heads=told(heads),
        figures=figures,
        messages=len(judged),
        last_verdict=last,
        data=_digest(judged),
        at=now(),
    )
    journal.write("detectors_learned", by=by, data={"learned": made.pk, "number": number, "messages": len(judged)})
    return made


def is_free() -> Q:
    """What was drawn by lot teaches nothing until it was counted in figures."""
    return ~Q(Exists(Lot.objects.filter(message=OuterRef("message"), counted_at=None)))


def _judged(verdicts: Any) -> list[Labelled]:
    """The messages with what people say of them, in the order in which they arrived."""
    found: dict[int, Labelled] = {}
    for each in verdicts.select_related("message__author"):
        author = each.message.author.value if each.message.author else f"message {each.message_id}"
        labelled = found.setdefault(each.message_id, Labelled(assessing.words_of(each.message), {}, author))
        labelled.verdicts[each.detector] = each.there
    return [found[pk] for pk in sorted(found)]


def _is_kept_back(each: Labelled) -> bool:
    return crc32(each.group.encode()) % ONE_IN == 0


def _digest(judged: Sequence[Labelled]) -> str:
    """What it was learned from and measured on, so that it can be shown that nothing else was."""
    known = sha256()
    for each in judged:
        known.update(f"{each.text}\x1f{sorted(each.verdicts.items())}\x1f{each.group}\x1e".encode())
    return known.hexdigest()
