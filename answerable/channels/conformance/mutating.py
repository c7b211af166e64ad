"""Damaged copies of a payload: what lines, disks, relays and attackers do to bytes. The same seed, the same damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

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


def mutants(payload: bytes, seed: int) -> Iterator[bytes]:
    """Endless damaged copies, each by one to three injuries."""
    random = Random(seed)  # noqa: S311 - damage must be repeatable, not secret
    while True:
        damaged = payload
        for _ in range(random.randint(1, 3)):
            damaged = random.choice(INJURIES)(damaged, random)
        yield damaged


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
