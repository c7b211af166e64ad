"""Questions of triage: what the detectors found in the messages of a case, and what people said to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, Subquery

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.triage.models import Assessment, Verdict

ATTENTION = (Assessment.Tier.URGENT, Assessment.Tier.REVIEW, Assessment.Tier.BATCH)


@dataclass(frozen=True)
class Assessed:
    """The newest assessment of a message, with the verdicts that stand, by detector."""

    assessment: Assessment
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


def of_case(case: Case, viewer: Viewer, *, most: int) -> list[Assessed]:
    """What was found in a case, newest message first. What only a sample is read of stands there once somebody judged it."""
    messages = Message.objects.filter(filing__case=case, direction=Message.Direction.IN)
    newest = Assessment.objects.filter(message=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    latest = messages.annotate(assessment=Subquery(newest)).exclude(assessment=None)
    rows = access.rows(Assessment, viewer).filter(pk__in=latest.values("assessment")).select_related("message")
    found = list(rows.order_by("-message_id"))
    verdicts = _verdicts([each.message_id for each in found], viewer) if found else {}
    told = [Assessed(each, verdicts.get(each.message_id, {})) for each in found]
    return [each for each in told if each.assessment.tier in ATTENTION or each.verdicts][:most]


def of_message(message: Message, viewer: Viewer) -> Assessed | None:
    """What was found in one message; None where the detectors have not read it."""
    newest = access.rows(Assessment, viewer).filter(message=message).select_related("message").order_by("-pk").first()
    return None if newest is None else Assessed(newest, _verdicts([message.pk], viewer).get(message.pk, {}))


def judged(viewer: Viewer) -> list[tuple[str, int, int]]:
    """How often people said of each detector that it is there, and that it is not, in messages that the viewer sees."""
    standing = access.rows(Verdict, viewer).filter(ended_at=None).values("detector")
    counted = standing.annotate(yes=Count("pk", filter=Q(there=True)), no=Count("pk", filter=Q(there=False)))
    return list(counted.order_by("detector").values_list("detector", "yes", "no"))


def _verdicts(messages: list[int], viewer: Viewer) -> dict[int, dict[str, Verdict]]:
    found: dict[int, dict[str, Verdict]] = {}
    standing = access.rows(Verdict, viewer).filter(message_id__in=messages, ended_at=None).select_related("user")
    for each in standing.order_by("pk"):
        found.setdefault(each.message_id, {})[each.detector] = each
    return found
