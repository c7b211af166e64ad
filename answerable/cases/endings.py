"""Questions about how a case ends: what is still promised, and whether anybody answered at all."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from answerable.cases.automatic import UNSAID
from answerable.cases.models import Case, Closure, Deflection, Promise
from answerable.conversations.models import Message

UNKEPT = (Promise.State.OPEN, Promise.State.BROKEN)


def unkept(case: Case) -> QuerySet[Promise]:
    """Promises of the case that are open or broken, the next due first. While there is one, it does not count as solved."""
    return case.promises.filter(state__in=UNKEPT).order_by("due_at", "pk")


def closure_of(case: Case) -> Closure | None:
    """The closure in force."""
    return case.closures.select_related("user").filter(reopened_at=None).first()


def only_deflected(case: Case) -> bool:
    """Did every answer that a person of ours gave send the customer elsewhere? Without any answer: no.

    What the desk sent by itself is no answer, and a deflection that an agent refuted before sending is one.
    """
    sent_elsewhere = Deflection.objects.filter(message=OuterRef("pk"), refuted="")
    by_a_person = Q(user__isnull=False) | Q(author__isnull=False)
    answers = Message.objects.filter(by_a_person, filing__case=case, direction=Message.Direction.OUT)
    answers = answers.exclude(reply__state__in=UNSAID)
    found = set(answers.annotate(deflects=Exists(sent_elsewhere)).values_list("deflects", flat=True))
    return found == {True}
