"""Two people are one, as far as cases are concerned: their cases become one person's, and each one's own again.

What stood on the link goes with it: merges of their cases are undone, and what the parted person wrote since in a case
of the other is split off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from answerable.cases import splitting, undoing
from answerable.cases.models import Case, Filing, Move
from answerable.conversations import linking, parting
from answerable.conversations.models import Contact, Link, Message
from answerable.core import journal
from answerable.core.access import Actor, Viewer
from answerable.core.errors import Invalid


@transaction.atomic
def unite(link: Link, *, by: Actor) -> Link:
    """Confirm a link: the cases of the one become cases of the other. They are not merged by it."""
    link = linking.confirm(link, by=by)
    cases = list(Case.objects.select_for_update().filter(contact=link.joined).order_by("pk"))
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(contact=link.kept)
    link.cases = [case.pk for case in cases]
    link.save(update_fields=["cases"])
    _tell("case_contact_joined", cases, link, by=by)
    return link


def decide(link: Link, decision: str, *, reason: str, by: Viewer) -> Link:
    """Confirm, decline or undo a link, as a form or a program says it. Raises `Invalid` for any other word."""
    match decision:
        case "confirm":
            return unite(link, by=by)
        case "decline":
            return linking.decline(link, reason=reason, by=by)
        case "undo":
            return part(link, reason=reason, by=by)
    raise Invalid("Say whether they are one person. Nothing was changed.", "decision")


@transaction.atomic
def part(link: Link, *, reason: str, by: Viewer) -> Link:
    """Take two people apart again. Every case, and every message written since, goes back to whose it is.

    1. Merges that stood on the link are undone.
    2. Identities, conversations and cases go back.
    3. A case that only the parted person wrote in since is theirs; what they wrote in a case of the other is split off.
    """
    standing = Move.objects.filter(evidence__contains=[{"sort": "link", "link": link.pk}], undone_at=None)
    for move in standing.order_by("-pk"):
        undoing.undo(move, reason=reason, by=by)
    here = linking.living(link.kept)
    since = _confirmed_at(link)
    link = linking.undo(link, reason=reason, by=by)
    parting.take_out_of_threads(link, since=since, by=by)
    cases = list(Case.objects.select_for_update().filter(pk__in=link.cases, contact=here).order_by("pk"))
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(contact=link.joined)
    for case in _written_in_since(link, here, since):
        _give_back(case, link, since, by=by)
    _tell("case_contact_parted", cases, link, by=by)
    return link


def _confirmed_at(link: Link) -> datetime:
    confirmed = Link.objects.get(pk=link.pk).decided_at
    return confirmed or link.at


def _written_in_since(link: Link, here: Contact, since: datetime) -> Sequence[Case]:
    written = Filing.objects.filter(message__in=_said_since(link, since), case__contact=here)
    return list(Case.objects.filter(pk__in=written.values("case")).order_by("pk"))


def _said_since(link: Link, since: datetime) -> list[int]:
    said = Message.objects.filter(author__in=link.identities, direction=Message.Direction.IN, received_at__gte=since)
    return list(said.values_list("pk", flat=True))


def _give_back(case: Case, link: Link, since: datetime, *, by: Viewer) -> None:
    heard = case.filings.filter(message__direction=Message.Direction.IN)
    if not heard.exclude(message__author__in=link.identities).exists():
        Case.objects.filter(pk=case.pk).update(contact=link.joined)
        _tell("case_contact_parted", [case], link, by=by)
        return
    threads = case.filings.filter(message__conversation__contact=link.joined, message__received_at__gte=since)
    messages = list(threads.values_list("message_id", flat=True))
    if messages:
        splitting.split(case, messages, subject=case.subject, reason=link.reason, by=by)


def _tell(kind: str, cases: Sequence[Case], link: Link, *, by: Actor) -> None:
    data = {"link": link.pk, "contact": link.kept_id, "other": link.joined_id}
    journal.write_all([journal.line(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data) for case in cases])
