"""Asking a source for news: the connector says what to ask, the wire asks, the answer is stored with its cursor."""

from __future__ import annotations

from datetime import datetime

from answerable.channels import calling, health
from answerable.channels.contract import Page, Polls, Reauthorise, Refused, TryLater, Unreadable, Unsupported
from answerable.channels.models import Source
from answerable.channels.registry import connector, connectors
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.core.wire.failures import Guarded, NoAnswer, SignInRefused
from answerable.intake import reconciling
from answerable.intake.receiving import receive

PAGES_AT_ONCE = 20


def poll(source: Source) -> int:
    """Ask until nothing more waits; returns how many envelopes are new. Trouble is written to the source's health."""
    speaker = connector(source.kind)
    if source.state != Source.State.ON or not isinstance(speaker, Polls):
        return 0
    fresh = 0
    try:
        for _ in range(PAGES_AT_ONCE):
            page = _ask(speaker, source)
            fresh += len(receive(source, page.items, at=now(), cursor=page.cursor))
            reconciling.note(source, page)
            if not page.more:
                break
        health.answered(source, at=now())
    except (Unsupported, calling.UsedUp):
        return fresh
    except (Reauthorise, SignInRefused) as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
    except (NoAnswer, Guarded, TryLater, Refused, Unreadable, StoreFull) as error:
        health.failed(source, sentence=error.sentence, at=now())
    return fresh


def due(at: datetime | None = None) -> list[Source]:
    """Sources that are on and whose pause between two questions is over."""
    at = at or now()
    pauses = {kind: each.spec.poll_every for kind, each in connectors().items() if each.spec.poll_every}
    asked = Source.objects.select_related("workspace").filter(state=Source.State.ON, kind__in=pauses)
    return [each for each in asked if each.asked_at is None or at - each.asked_at >= pauses[each.kind]]


def _ask(speaker: Polls, source: Source) -> Page:
    answer = calling.call(source, lambda values: speaker.ask(source.cursor, values))
    return speaker.page(answer, source.cursor, source.values())
