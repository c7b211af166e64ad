"""`answerable doctor`: what is well, what is not, and how to mend it. Each check stands on its own."""

import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from answerable.core import heartbeats
from answerable.core.moments import now
from answerable.house import waiting
from answerable.house.database.binaries import VERSIONS
from answerable.house.state import State

ROOM = 2 * 1024**3
DRIFT = timedelta(seconds=5)
USEFUL = ("pg_trgm", "unaccent", "vector")


@dataclass(frozen=True)
class Finding:
    """One line. `mend` is empty where there is nothing to do."""

    what: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend

    def __str__(self) -> str:
        return f"ok       {self.what}" if self.ok else f"trouble  {self.what} {self.mend}"


def examine(state: State, web_port: int, smtp_port: int) -> Iterator[Finding]:
    yield _python()
    yield _secrets(state)
    yield _files(state)
    try:
        yield from _database()
    except (DatabaseError, ImproperlyConfigured) as problem:
        yield Finding(f"The database does not answer: {problem}", "See that it runs and that DATABASE_URL names it.")
    else:
        yield from _parts()
    yield _pages(web_port)
    yield _mail(smtp_port)


def _python() -> Finding:
    here = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding(f"Python is {here}.", "" if fits else "Install 3.11, 3.12 or 3.13, then: make clean demo")


def _secrets(state: State) -> Finding:
    if not state.secret_file.exists():
        return Finding("The secrets come from the environment.")
    mode = stat.S_IMODE(state.secret_file.stat().st_mode)
    if mode & 0o077:
        return Finding(f"Others can read {state.secret_file}.", f'Run: chmod 600 "{state.secret_file}"')
    return Finding("The secrets are here, and nobody else can read them.")


def _files(state: State) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=state.files) as probe:
            probe.write(b"1")
        free = shutil.disk_usage(state.files).free
    except OSError as problem:
        return Finding(f"Files cannot be written: {problem}.", f"Give us the right to write in {state.files}.")
    full = "" if free >= ROOM else "Attachments and mail need room: free some, or move the folder to a larger disk."
    return Finding(f"Files can be written; {free / 1024**3:.1f} GB are free.", full)


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        version = connection.pg_version // 10000  # type: ignore[attr-defined]
        fits = version in VERSIONS
        yield Finding(f"PostgreSQL {version} answers.", "" if fits else f"Use {VERSIONS[0]} to {VERSIONS[-1]}.")
        cursor.execute("select clock_timestamp()")
        yield _clock(cursor.fetchone()[0])
        cursor.execute("select name from pg_available_extensions where name = any(%s)", [list(USEFUL)])
        found = {name for (name,) in cursor.fetchall()}
    yield Finding(f"Optional extensions: {', '.join(name for name in USEFUL if name in found) or 'none'}.")
    yield _migrations()


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding(f"{len(missing)} migrations are missing.", "Run: answerable setup")
    return Finding("The database is up to date.")


def _clock(there: datetime) -> Finding:
    apart = abs(there - now())
    if apart > DRIFT:
        return Finding(f"This clock and the database's are {apart} apart.", "Set both by the same time service.")
    zone = time.strftime("%Z", time.localtime())
    return Finding(f"The clock agrees with the database's: {now():%Y-%m-%d %H:%M} UTC (shown here as {zone}).")


def _parts() -> Iterator[Finding]:
    for part in ("worker", "listener"):
        alive = heartbeats.alive(part)
        yield Finding(
            f"The {part} is alive." if alive else f"The {part} gives no sign of life.",
            "" if alive else "Start it with: answerable serve",
        )


def _pages(port: int) -> Finding:
    if waiting.healthy(port):
        return Finding(f"The pages answer on port {port}.")
    return Finding(f"No healthy pages on port {port}.", "Start them with: answerable serve")


def _mail(port: int) -> Finding:
    if waiting.greets(port):
        return Finding(f"Mail is taken in on port {port}.")
    return Finding(f"Nobody takes mail on port {port}.", "Start the listener with: answerable serve")
