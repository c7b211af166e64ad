"""A group for the walk of the screens."""

from __future__ import annotations

from django.db import transaction

from answerable.core import viewers
from answerable.core.access import Viewer
from answerable.core.models import Membership
from answerable.core.moments import now
from answerable.replies import answering_groups
from answerable.testing.cast import Cast
from answerable.triage.models import Group, GroupMessage
from tests.browser.world import named


@transaction.atomic
def asked_alike(cast: Cast) -> int:
    """A group of two that ask the same, one of them held; by its id. Whoever walks the screens may review, too."""
    at, by = now(), reviewing(cast)
    group = Group.objects.create(
        workspace=cast.workspace,
        question="battery",
        product="Glimo",
        state=Group.State.CONFIRMED,
        holder_id=by.user_id,
        at=at,
        confirmed_at=at,
    )
    for name, state in (("Kamil", "in"), ("Barbara", "held")):
        message = named(name).filings.earliest("pk").message
        facts = {"language": "pl", "state": state}
        GroupMessage.objects.create(workspace=cast.workspace, group=group, message=message, at=at, **facts)
    answering_groups.write(group, language="pl", text="Dzień dobry, {name}. Wymienimy baterię.", by=by)
    return group.pk


def reviewing(cast: Cast) -> Viewer:
    """Root, who reviews as well."""
    member = Membership.objects.get(user_id=cast.root.user_id)
    member.roles = sorted({*member.roles, "reviewer"})
    member.save(update_fields=["roles"])
    return viewers.of_membership(member)
