"""Rules for routing and reminders, to read: what they ask and do, in their order."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema

from answerable.core import access
from answerable.core.access import Right
from answerable.inbox.api.door import Asked, Bearer, answers
from answerable.triage.models import Rule

router = Router(tags=["rules"])


class RuleOut(Schema):
    """Each of `conditions` must hold; `actions` are done one after the other."""

    id: int
    name: str
    state: str
    version: int
    trigger: str
    conditions: list[dict[str, Any]]
    actions: list[dict[str, Any]]


@router.get("/rules", auth=Bearer(Right.MANAGE_RULES), response=answers(list[RuleOut]))
def index(request: Asked) -> list[RuleOut]:
    return [
        RuleOut(
            id=rule.pk,
            name=rule.name,
            state=rule.state,
            version=rule.version,
            trigger=rule.trigger,
            conditions=rule.conditions,
            actions=rule.actions,
        )
        for rule in access.rows(Rule, request.auth).order_by("place", "pk")
    ]
