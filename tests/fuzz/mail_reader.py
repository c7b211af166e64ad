"""Reads damaged mails until one breaks the reader: `python -m tests.fuzz.mail_reader --count 20000 --seed 1`.

Each mail must come back as values, `Unreadable` or `Unsupported` within five seconds. Anything else is a crash; its
bytes are written to the folder given with `--keep`.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from types import FrameType

from answerable.channels.conformance import mutating
from answerable.channels.conformance.samples import folder, settings
from answerable.channels.contract import Raw, Unreadable, Unsupported
from answerable.channels.email.connector import connector

SECONDS = 5
SETTINGS = settings(connector)
KNOWN = frozenset({"values", "unreadable", "unsupported"})
CHARSETS = (
    b"utf-7",
    b"idna",
    b"punycode",
    b"hex",
    b"utf-16",
    b"x-unknown",
    b"gb18030",
    b"hz",
    b"iso-2022-jp",
    b"\xff\x00",
)
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"binary", b"BASE64;x")
TYPES = (
    b"text/html",
    b"multipart/mixed",
    b"multipart/alternative",
    b"message/delivery-status",
    b"message/rfc822",
    b"a/b/c",
)


class TooSlow(BaseException):
    """Outside `Exception`, so that nothing in the reader can take it for its own."""


@dataclass
class Tally:
    """What became of the mails."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[bytes, str]] = field(default_factory=list)
    slowest: float = 0.0

    def __str__(self) -> str:
        names = ("count", "values", "unreadable", "unsupported", "crashes")
        told = ", ".join(f"{name} {self.outcomes[name]}" for name in names)
        return f"{told}, slowest {self.slowest * 1000:.0f} ms"


def mutated(seed: int) -> Iterator[bytes]:
    """Endless damaged mails, drawn from our samples; the same seed gives the same mails."""
    random = Random(seed)
    mails = [path.read_bytes() for path in sorted((folder(connector) / "samples").glob("*.eml"))]
    while True:
        mail = random.choice(mails)
        for _ in range(random.randint(1, 4)):
            mail = random.choice(INJURIES)(mail, random)
        yield mail


def run(count: int, seed: int) -> Tally:
    tally = Tally()
    before = signal.signal(signal.SIGALRM, _too_slow)
    for mail in islice(mutated(seed), count):
        started = time.perf_counter()
        outcome = _outcome(mail)
        tally.slowest = max(tally.slowest, time.perf_counter() - started)
        tally.outcomes.update(["count", outcome if outcome in KNOWN else "crashes"])
        if outcome not in KNOWN:
            tally.crashes.append((mail, outcome))
    signal.signal(signal.SIGALRM, before)
    return tally


def _outcome(mail: bytes) -> str:
    signal.alarm(SECONDS)
    try:
        items = connector.read(Raw(mail), SETTINGS)
        repr(items).encode("utf-8")
    except Unreadable:
        return "unreadable"
    except Unsupported:
        return "unsupported"
    except (Exception, TooSlow) as crash:  # noqa: BLE001 - finding any other error is what this is for
        return repr(crash)[:300]
    finally:
        signal.alarm(0)
    return "values" if items else "nothing was read"


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def _nulls(mail: bytes, random: Random) -> bytes:
    at = random.randint(0, len(mail))
    return mail[:at] + b"\0" * random.randint(1, 2_000) + mail[at:]


def _header_twice(mail: bytes, random: Random) -> bytes:
    lines = mail.split(b"\n")
    return b"\n".join([random.choice(lines[:12]), *lines])


def _long_header(mail: bytes, random: Random) -> bytes:
    name = random.choice([b"Subject", b"To", b"From", b"References", b"Content-Type", b"Date", b"X-Any"])
    piece = random.choice(
        [b"a", b"(", b"<", b'"', b"\\", b"a@b,", b"=?utf-8?q?=C5?= ", b"; a*0*=", b"\n ", b"<a@b> ", b"1 "]
    )
    return name + b": " + piece * random.randint(1, 20_000) + b"\n" + mail


def _boundary(mail: bytes, random: Random) -> bytes:
    """Boundaries shortened, emptied, doubled or made the same as their parent's."""
    found = re.findall(rb'boundary="?([^";\r\n]+)', mail)
    if not found:
        return mail
    other = random.choice([b"", b"-", b" ", random.choice(found), random.choice(found)[:1], b"x" * 300])
    return mail.replace(random.choice(found), other, random.randint(1, 3))


def _charset(mail: bytes, random: Random) -> bytes:
    return re.sub(rb"charset=[^;\r\n]+", b"charset=" + random.choice(CHARSETS), mail, count=random.randint(1, 2))


def _encoding(mail: bytes, random: Random) -> bytes:
    return b"Content-Transfer-Encoding: " + random.choice(ENCODINGS) + b"\r\n" + mail


def _type(mail: bytes, random: Random) -> bytes:
    return re.sub(
        rb"Content-Type: [^;\r\n]+", b"Content-Type: " + random.choice(TYPES), mail, count=random.randint(1, 3)
    )


def _nested(mail: bytes, random: Random) -> bytes:
    """The whole mail inside many mails or parts."""
    for level in range(random.randint(1, 40)):
        mark = b"n%d" % (level if random.random() < 0.8 else 0)
        mail = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n" + mail
    return b"From: pia@example.com\r\n" + mail


def _deep_html(mail: bytes, random: Random) -> bytes:
    piece = random.choice(
        [b"<div>", b"<a href=x>", b"<b><i>", b"<table>", b"<blockquote>", b"&x ", b"<!--", b"<style>", b"<pre>\n"]
    )
    html = piece * random.randint(1, 4_000)
    return b"From: pia@example.com\r\nContent-Type: text/html\r\n\r\n" + html + mail


Injury = Callable[[bytes, Random], bytes]
INJURIES: tuple[Injury, ...] = (
    *mutating.INJURIES,
    *(_nulls, _header_twice, _long_header, _boundary, _charset, _encoding, _type, _nested, _deep_html),
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Reads damaged mails and counts what becomes of them.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for mails that broke the reader")
    chosen = parser.parse_args(arguments)
    tally = run(chosen.count, chosen.seed)
    print(tally)
    for number, (mail, crash) in enumerate(tally.crashes):
        print(f"crash {number}: {crash}")
        if chosen.keep:
            (chosen.keep / f"crash-{number}.eml").write_bytes(mail)
    return 1 if tally.crashes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
