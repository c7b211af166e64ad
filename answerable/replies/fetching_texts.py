"""Fetching the texts that a network approved, so that they are there when its window is closed."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from answerable.channels import calling, health
from answerable.channels.contract import ApprovedText, ConnectorError, Reauthorise, Unreadable
from answerable.channels.contract_approved import OffersApproved
from answerable.channels.models import Source
from answerable.channels.registry import connector, connectors
from answerable.core import journal
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.replies.models import NetworkText

MOST_PAGES = 30


def fetch(source: Source, *, by: Actor) -> int:
    """Keep what the network lists now; returns how many there are. What it lists no more is offered no more.

    Raises `Conflict` for a source that has none, and what the network's answer means.
    """
    if isinstance(by, Viewer):
        by.require(Right.MANAGE_SOURCES)
    speaker = connector(source.kind)
    if not isinstance(speaker, OffersApproved):
        raise Conflict("The network of this source approves no texts. Nothing was changed.")
    texts = _listed(speaker, source)
    if _keep(source, texts):
        data = {"texts": len(texts)}
        journal.write("network_texts_fetched", by=by, source_id=source.pk, team_id=source.team_id, data=data)
    return len(texts)


def fetch_everywhere() -> None:
    """At every source that is on and whose network approves texts. Trouble is written to the source's health."""
    kinds = [kind for kind, each in connectors().items() if isinstance(each, OffersApproved)]
    for source in Source.objects.select_related("workspace").filter(state=Source.State.ON, kind__in=kinds):
        try:
            fetch(source, by=House(source.workspace_id, "replies"))
        except calling.UsedUp:
            continue
        except Reauthorise as error:
            health.lost_authorisation(source, sentence=error.sentence, at=now())
        except (ConnectorError, NoAnswer) as error:
            health.failed(source, sentence=error.sentence, at=now())


def _listed(speaker: OffersApproved, source: Source) -> list[ApprovedText]:
    found: list[ApprovedText] = []
    after = ""
    for _ in range(MOST_PAGES):
        page = speaker.approved(calling.call(source, partial(speaker.ask_approved, after)))
        found += page.texts
        after = page.after
        if not after:
            return found
    raise Unreadable("The network lists more approved texts than are taken here. Nothing was changed.")


@transaction.atomic
def _keep(source: Source, texts: list[ApprovedText]) -> bool:
    """True where something is new, other or gone."""
    at = now()
    known = {(each.name, each.language): each for each in NetworkText.objects.filter(source=source)}
    changed = False
    for each in texts:
        says = {"text": each.text, "places": each.places, "category": each.category[:40], "ended_at": None}
        before = known.pop((each.name, each.language), None)
        if before is not None and all(getattr(before, name) == value for name, value in says.items()):
            continue
        NetworkText.objects.update_or_create(
            source=source,
            name=each.name,
            language=each.language,
            defaults={**says, "workspace_id": source.workspace_id, "fetched_at": at},
        )
        changed = True
    gone = NetworkText.objects.filter(pk__in=[each.pk for each in known.values()], ended_at=None)
    return bool(gone.update(ended_at=at)) or changed
