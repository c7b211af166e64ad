"""Asking for what a network only hinted at: that something was said, and not what. It comes in as any other item."""

from __future__ import annotations

from datetime import datetime, timedelta

from answerable.channels import calling, health
from answerable.channels.contract import ConnectorError, Hinted, Reauthorise, TryLater
from answerable.channels.contract_fetching import AsksForWords
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import jobs
from answerable.core.moments import now
from answerable.core.wire.failures import NoAnswer
from answerable.intake.receiving import receive

TRY_FOR = timedelta(days=3)
LATER = 120.0


def ask_for(hinted: Hinted, *, source: Source, at: datetime) -> None:
    """Have it asked for; the envelope that hinted at it is kept meanwhile."""
    _ask(source, hinted.external_id, at, after=0)


def fetch(source: Source, external_id: str, since: datetime) -> bool:
    """Ask for it once. Whoever cannot answer now is asked again, for three days; false while it is not here."""
    speaker = connector(source.kind)
    if not isinstance(speaker, AsksForWords):
        return False
    if source.state != Source.State.ON:
        return _later(source, external_id, since, LATER)
    try:
        answer = calling.call(source, lambda values: speaker.ask_words(external_id, values))
        raw = speaker.words(answer, external_id)
        receive(source, [raw] if raw is not None else [], at=now())
        return raw is not None
    except Reauthorise as error:
        health.lost_authorisation(source, sentence=error.sentence, at=now())
    except (NoAnswer, TryLater) as error:
        return _later(source, external_id, since, max(LATER, error.after or 0))
    except ConnectorError as error:
        health.failed(source, sentence=error.sentence, at=now())
        return False
    return _later(source, external_id, since, LATER)


def _later(source: Source, external_id: str, since: datetime, after: float) -> bool:
    if now() - since < TRY_FOR:
        _ask(source, external_id, since, after=after)
    return False


def _ask(source: Source, external_id: str, since: datetime, *, after: float) -> None:
    asked_since = since.isoformat()
    jobs.later("intake.jobs.fetch_words", after=after, source_id=source.pk, external_id=external_id, since=asked_since)
