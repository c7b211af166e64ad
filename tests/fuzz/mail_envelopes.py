"""Damaged mails through the whole intake, into a database: `python -m tests.fuzz.mail_envelopes --count 20000 --seed 1`.

Each is stored as it came, opened, and must end filed, set aside or quarantined by a reader who knew why, within five
seconds. One that breaks something of ours is a crash, although the house survives it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, sql

if TYPE_CHECKING:
    from answerable.channels.models import Source

SECONDS = 5.0
AT_ONCE = 10
OURS = ("Opening it failed", "Opening it ended", "Reading it took")


@dataclass
class Tally:
    """What became of the envelopes, and what ought not to have."""

    outcomes: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    sent: int = 0
    different: int = 0
    slowest: float = 0.0

    def __str__(self) -> str:
        ended = ", ".join(f"{state} {self.outcomes[state]}" for state in ("filed", "set_aside", "quarantined"))
        return (
            f"mails {self.sent}, envelopes {self.different}; {ended}; "
            f"slowest {AT_ONCE} together {self.slowest * 1000:.0f} ms; troubles {len(self.troubles)}"
        )


def run(source: Source, mails: Iterable[bytes]) -> Tally:
    from answerable.channels.contract import Raw
    from answerable.core.moments import now
    from answerable.intake import pipeline
    from answerable.intake.receiving import receive

    tally, digests = Tally(), set()
    for some in chunks(mails):
        receive(source, [Raw(mail, {"mail_from": "pia@example.net"}) for mail in some], at=now())
        digests |= {hashlib.sha256(mail).hexdigest() for mail in some}
        tally.sent += len(some)
        began = time.perf_counter()
        while pipeline.open_waiting(source):
            pass
        tally.slowest = max(tally.slowest, time.perf_counter() - began)
    _weigh(source, tally, digests)
    return tally


def _weigh(source: Source, tally: Tally, digests: set[str]) -> None:
    from answerable.intake.models import Envelope

    tally.different = len(digests)
    for envelope in Envelope.objects.filter(source=source).iterator(chunk_size=100):
        tally.outcomes[envelope.state] += 1
        digests.discard(hashlib.sha256(envelope.bytes()).hexdigest())
        if envelope.state == Envelope.State.WAITING or envelope.reason.startswith(OURS):
            tally.troubles.append(f"envelope {envelope.pk} ({envelope.digest}) is {envelope.state}: {envelope.reason}")
    tally.troubles += [f"the bytes of {digest} were not kept" for digest in digests]
    if tally.slowest > SECONDS:
        tally.troubles.append(f"{AT_ONCE} mails took {tally.slowest:.1f} s")


def chunks(mails: Iterable[bytes]) -> Iterator[list[bytes]]:
    left = iter(mails)
    while some := list(islice(left, AT_ONCE)):
        yield some


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Sends damaged mails through the intake into a real database.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with _empty_house():
        from answerable.testing.cast import make_cast
        from tests.fuzz.mail_reader import mutated

        tally = run(make_cast().mailbox, islice(mutated(chosen.seed), chosen.count))
    print(tally, *tally.troubles[:50], sep="\n")
    return 1 if tally.troubles else 0


@contextmanager
def _empty_house() -> Iterator[None]:
    """A database beside those of the tests, removed in the end: the journal in it cannot be emptied."""
    import answerable.testing.plugin as _  # noqa: F401 - it opens the tests' database and gives the run a home

    url, name = os.environ["DATABASE_URL"], f"fuzz_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server, tempfile.TemporaryDirectory() as files:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        os.environ |= {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}", "ANSWERABLE_FILES": files}
        try:
            _set_up()
            yield
        finally:
            _drop(server, name)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    """PostgreSQL's own vacuum may be at work in it, and is nobody's to end: then a moment later."""
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    for _ in range(60):
        try:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        except (errors.InsufficientPrivilege, errors.ObjectInUse):
            time.sleep(0.5)
        else:
            return
    raise TimeoutError(f"The database {name} could not be removed within 30 seconds. Remove it by hand.")


def _set_up() -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "answerable.house.settings", "ANSWERABLE_LOG_LEVEL": "ERROR"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
