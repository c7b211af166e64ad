"""A stream of what everybody says, as Jetstream sends it, and a source that listens to it. Nothing goes over a network."""

from __future__ import annotations

import json
from collections.abc import Sequence

from answerable.channels import connecting
from answerable.channels.contract_streaming import Streams
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core.access import House
from answerable.intake import pipeline, streaming
from answerable.testing.cast import Cast

FIRST = 1_795_940_000_000_000


def did(name: str) -> str:
    """Somebody's lasting name on the network."""
    return f"did:plc:{name * 24}"[:32]


def listening(cast: Cast, *, words: str = "") -> Source:
    """A source of the front line that hears everything and keeps what is for us."""
    values = {"address": "@care.glimo.example", "app_password": "made-up", "words": words, "words_by": "jetstream"}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("bluesky", label="Bluesky", team=cast.front_line, values=values, by=by)


def said(
    number: int, text: str, *, by: str = "stranger", language: str = "en", at: str = "2026-07-03T18:40:00Z"
) -> bytes:
    """One post as a frame."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, "langs": [language] if language else []}
    return _frame(number, by, {"operation": "create", "record": record, "cid": f"bafyreib{number:051}"})


def taken_back(number: int, of: int, *, by: str = "stranger") -> bytes:
    return _frame(number, by, {"operation": "delete"}, of=of)


def take(source: Source, frames: Sequence[bytes]) -> None:
    """Take a batch as the listener does."""
    speaker = connector(source.kind)
    assert isinstance(speaker, Streams)
    streaming.take(speaker, frames, source)


def hear(source: Source, frames: Sequence[bytes]) -> None:
    """Take a batch, and open what was kept of it."""
    take(source, frames)
    while pipeline.open_waiting(source):
        pass


def _frame(number: int, by: str, commit: dict[str, object], *, of: int | None = None) -> bytes:
    place = {"collection": "app.bsky.feed.post", "rkey": f"3lb{number if of is None else of:010}"}
    told = {"did": did(by), "time_us": FIRST + number, "kind": "commit", "commit": {"rev": "3lb", **place, **commit}}
    return json.dumps(told).encode()
