"""Every reader of every channel against 10,000 damaged items: values, `Unreadable` or `Unsupported`, each in bounded time.

Marked `peers`, because it takes minutes: it runs with `make test-peers`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from answerable.channels import reading
from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.mutating import exchanged, mutants
from answerable.channels.conformance.samples import samples, settings
from answerable.channels.conformance.test_reading import storable
from answerable.channels.contract import Raw, Unreadable, Unsupported

ITEMS = int(os.environ.get("ANSWERABLE_FUZZ_ITEMS", "10000"))
# Of a process, not of the clock on the wall: an item of a few kilobytes that takes this long grows worse than its length.
MOST_SECONDS = 1.0
DEPTHS = (50, 500, 5_000, 50_000)


@pytest.mark.peers
@pytest.mark.parametrize("kind", everyone())
def test_ten_thousand_damaged_items_are_read_or_refused(kind: str) -> None:
    reads = 0
    for raw in islice(_items(kind), ITEMS):
        started = time.process_time()
        reads += _read(kind, raw)
        assert time.process_time() - started < MOST_SECONDS, raw.body[:400]
    assert reads, "not one of them was read: the damage is too great to prove anything"


def _items(kind: str) -> Iterator[Raw]:
    """In turn: damaged bytes of a sample, a sample with damaged values, random bytes, and now and then great depth."""
    random = Random(f"answerable:{kind}")
    whole = [sample for sample in samples() if sample.kind == kind]
    streams = [(sample.raw, mutants(sample.raw.body, seed=number)) for number, sample in enumerate(whole)]
    for depth in DEPTHS:
        for opening in (b"[", b'{"a":', b"<a>", b"("):
            yield Raw(opening * depth, whole[0].raw.headers)
    while True:
        raw, damaged = random.choice(streams)
        yield Raw(next(damaged), raw.headers, raw.external_id)
        yield Raw(exchanged(raw.body, random), raw.headers, raw.external_id)
        yield Raw(random.randbytes(random.randint(0, 2_000)), raw.headers)


def _read(kind: str, raw: Raw) -> bool:
    try:
        items = reading.read(connector(kind), raw, settings(connector(kind)))
    except (Unreadable, Unsupported):
        return False
    for item in items:
        storable(item)
    return True
