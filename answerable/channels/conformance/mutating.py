"""Damaged copies of a payload: what lines, disks, relays and attackers do to bytes. The same seed, the same damage.

`altered` and `exchanged` leave JSON whole and put something else in place of values: what a forger does, or a network that
changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\r",
    b"\n\n",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b'"',
    b"\\",
    b"{",
    b"[" * 2_000,
    b"9" * 400,
)
ODD_WORDS = ("", " ", "\0", "odd\0odd", "odd\ud800", "a" * 5_000, "9999-99-99T99:99:99Z")
ODD_VALUES: tuple[object, ...] = (*ODD_WORDS, None, True, 0, -1, 1e308, 10**30, [], {}, [[]], {"": {}})


def mutants(payload: bytes, seed: int) -> Iterator[bytes]:
    """Endless damaged copies, each by one to three injuries."""
    random = Random(seed)  # noqa: S311 - damage must be repeatable, not secret
    while True:
        damaged = payload
        for _ in range(random.randint(1, 3)):
            damaged = random.choice(INJURIES)(damaged, random)
        yield damaged


def altered(payload: bytes) -> Iterator[bytes]:
    """Every value in turn made every odd value; nothing where the payload is no JSON."""
    try:
        told = json.loads(payload)
    except ValueError:
        return
    for place in _places(told):
        for odd in ODD_VALUES:
            yield json.dumps(_with(told, place, odd)).encode()


def exchanged(payload: bytes, random: Random) -> bytes:
    """One to three values made odd ones; bytes that are no JSON stay as they are."""
    try:
        told = json.loads(payload)
    except ValueError:
        return payload
    for _ in range(random.randint(1, 3)):
        told = _with(told, random.choice([(), *_places(told)]), random.choice(ODD_VALUES))
    return json.dumps(told).encode()


def _places(told: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, each in inside:
        yield (*above, key)
        yield from _places(each, (*above, key))


def _with(told: Any, place: tuple[Any, ...], odd: object) -> Any:
    if not place:
        return odd
    copied = told.copy()
    copied[place[0]] = _with(told[place[0]], place[1:], odd)
    return copied


def flipped(payload: bytes, random: Random) -> bytes:
    damaged = bytearray(payload)
    for _ in range(min(len(damaged), random.randint(1, 12))):
        damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
    return bytes(damaged)


def cut(payload: bytes, random: Random) -> bytes:
    return payload[: random.randint(0, len(payload))]


def spliced(payload: bytes, random: Random) -> bytes:
    """A piece of the payload once more in another place."""
    start, to = random.randint(0, len(payload)), random.randint(0, len(payload))
    piece = payload[start : start + random.randint(0, 400)]
    return payload[:to] + piece + payload[to:]


def missing(payload: bytes, random: Random) -> bytes:
    start = random.randint(0, len(payload))
    return payload[:start] + payload[start + random.randint(1, 200) :]


def strewn(payload: bytes, random: Random) -> bytes:
    at = random.randint(0, len(payload))
    return payload[:at] + random.choice(ODD_BYTES) + payload[at:]


Injury = Callable[[bytes, Random], bytes]
INJURIES: tuple[Injury, ...] = (flipped, cut, spliced, missing, strewn)
