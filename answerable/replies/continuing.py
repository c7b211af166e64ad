"""An answer that was not seen where it was said goes on to the address that the person left, in the same case.

1. Only channels that can tell what was seen say so (`Continues`), and how long an answer waits there.
2. All answers of a conversation that waited go on together, once: the row of each names the answer that carried it.
3. It goes through a source of the case's own workspace that may write first; without one the answers go on waiting.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from answerable.cases import redirects
from answerable.cases.models import Case
from answerable.channels import queries
from answerable.channels.contract import Audience
from answerable.channels.contract_continuing import Continues
from answerable.channels.models import Source
from answerable.channels.registry import connector, connectors
from answerable.conversations.models import Conversation, Identity
from answerable.core.access import House
from answerable.core.moments import now
from answerable.replies import answering, outbox, outcomes
from answerable.replies.continuing_words import introduced
from answerable.replies.models import Reply
from answerable.replies.outbox import Addressing

LOOKED_BACK = timedelta(days=7)


def go_on_everywhere() -> int:
    """Send on what nobody saw in time; returns how many conversations went on."""
    at = now()
    return sum(go_on(conversation, at=at) for conversation in _waiting(at))


@transaction.atomic
def go_on(conversation: Conversation, *, at: datetime) -> bool:
    """Send on what waited long enough in this conversation. Again, or at the same moment, changes nothing."""
    source = conversation.source
    speaker = connector(source.kind)
    assert isinstance(speaker, Continues), "asked of channels that go on only"
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    unseen = list(_unseen(at).filter(conversation=conversation).order_by("pk"))
    ripe = bool(unseen) and at - (unseen[0].settled_at or at) >= speaker.patience(source.values())
    person = _elsewhere(conversation) if ripe else None
    if person is None:
        return False
    case = redirects.living(outcomes.case_of(unseen[-1]))
    place = _place(case, person)
    if place is None:
        return False
    _carry(unseen, case, place, person)
    return True


def _waiting(at: datetime) -> Sequence[Conversation]:
    kinds = [kind for kind, each in connectors().items() if isinstance(each, Continues)]
    named = _unseen(at).filter(conversation__source__kind__in=kinds, conversation__people__elsewhere__isnull=False)
    found = Conversation.objects.filter(pk__in=named.values("conversation"), source__state=Source.State.ON)
    return list(found.select_related("source__workspace").order_by("pk"))


def _unseen(at: datetime) -> QuerySet[Reply]:
    sent = Reply.objects.filter(state=Reply.State.SENT, went_on_as=None, settled_at__gt=at - LOOKED_BACK)
    return sent.select_related("message")


def _elsewhere(conversation: Conversation) -> Identity | None:
    reached = conversation.people.filter(elsewhere__isnull=False, elsewhere__unreachable_at=None)
    person = reached.select_related("elsewhere").order_by("-pk").first()
    return person.elsewhere if person else None


def _place(case: Case, person: Identity) -> Conversation | None:
    sources = queries.begins(case.workspace_id, person.namespace)
    source = min(sources, key=lambda each: (each.team_id != case.team_id, each.pk), default=None)
    return answering.conversation_on(case, source, person) if source else None


def _carry(unseen: Sequence[Reply], case: Case, place: Conversation, person: Identity) -> None:
    by, key = House(case.workspace_id, "replies"), f"went-on:{unseen[-1].pk}"
    text = introduced([each.message.text for each in unseen], case.language)
    carrier = outbox.put(case, place, Addressing((person,)), text=text, audience=Audience.PRIVATE, key=key, by=by)
    Reply.objects.filter(pk__in=[each.pk for each in unseen]).update(went_on_as=carrier)
    outcomes.tell("reply_went_on", unseen[-1], replies=[each.pk for each in unseen], as_reply=carrier.pk)
