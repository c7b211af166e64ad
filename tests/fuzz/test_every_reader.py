"""Every reader of every channel against 10,000 damaged items: values, `Unreadable` or `Unsupported`, each in bounded time.

Marked `peers`, because it takes minutes: it runs with `make test-peers`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.mutating import mutants
from answerable.channels.conformance.samples import samples, settings
from answerable.channels.conformance.test_reading import storable
from answerable.channels.contract import Raw, Unreadable, Unsupported
from answerable.conversations.cleaning import clean

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
        yield Raw(_other_values(raw.body, random), raw.headers, raw.external_id)
        yield Raw(random.randbytes(random.randint(0, 2_000)), raw.headers)


def _read(kind: str, raw: Raw) -> bool:
    try:
        items = connector(kind).read(raw, settings(connector(kind)))
    except (Unreadable, Unsupported):
        return False
    for item in items:
        assert item.external_id
        storable(clean(item))  # as the pipeline keeps it
    return True


ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    10**30,
    "",
    "\0",
    "\ud800",
    "a" * 5_000,
    [],
    {},
    [[]],
    {"": {}},
    "9999-99-99T99:99:99Z",
)


def _other_values(body: bytes, random: Random) -> bytes:
    """The sample with another value somewhere, of another type; bytes that are no JSON stay as they are."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    for _ in range(random.randint(1, 3)):
        told = _with_odd_value(told, random)
    return json.dumps(told).encode()


def _with_odd_value(told: object, random: Random) -> object:
    if isinstance(told, dict) and told and random.random() < 0.9:
        name = random.choice(sorted(told))
        return {**told, name: _with_odd_value(told[name], random)}
    if isinstance(told, list) and told and random.random() < 0.9:
        place = random.randrange(len(told))
        return [*told[:place], _with_odd_value(told[place], random), *told[place + 1 :]]
    return random.choice(ODD)
