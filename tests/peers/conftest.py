"""Real mail servers for the tests marked `peers`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from answerable.channels import proofs
from answerable.core.wire import tls
from tests.peers import bluesky, programs
from tests.peers.bluesky import Network
from tests.peers.certificates import Certificate, certificate
from tests.peers.dovecot import Dovecot
from tests.peers.postfix import Postfix

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own: the mail servers work as users who may not enter that."""
    path = Path(tempfile.mkdtemp(prefix="answerable-peers-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def trusted(folder: Path) -> Iterator[Certificate]:
    made = certificate(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(made.file))
        tls.context.cache_clear()
        yield made
    tls.context.cache_clear()


@pytest.fixture(scope="module")
def dovecot(folder: Path, trusted: Certificate) -> Iterator[Dovecot]:
    needs("dovecot")
    home = folder / "dovecot"
    home.mkdir()
    server = Dovecot(home, trusted)
    server.configure()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def postfix(folder: Path, trusted: Certificate, dovecot: Dovecot) -> Iterator[Postfix]:
    needs("postfix")
    home = folder / "postfix"
    home.mkdir()
    server = Postfix(home, trusted, dovecot.lmtp)
    server.configure()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def network(folder: Path, django_db_setup: None) -> Iterator[Network]:
    if bluesky.node() is None:
        pytest.skip("The Bluesky network is not installed here: run make peers.")
    network = Network(folder)
    network.start()
    yield network
    network.stop()


def needs(program: str) -> None:
    if programs.missing(program):
        pytest.skip(f"{program} is not installed here.")
    if os.geteuid() != 0:
        pytest.skip(f"{program} is started as root here, to work as its own users. Run these tests in a container.")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each channel: what was proved live, and against what."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            module = Path(str(getattr(report, "nodeid", "")).split("::")[0])
            if module.parent.name == "peers" and (outcome != "passed" or report.when == "call"):
                _count(found, ROOT / module, outcome)
    if found:
        terminalreporter.section("channels, live")
    for (kind, against), counts in sorted(found.items()):
        said = ", ".join(f"{number} {outcome}" for outcome, number in counts.items())
        terminalreporter.write_line(f"{kind:<16}{against:<14}{said}")


def _count(found: dict[tuple[str, str], Counter[str]], module: Path, outcome: str) -> None:
    against = "stand-in" if any(word in module.stem for word in proofs.PRETEND) else "real server"
    for kind in proofs.proves(module):
        found.setdefault((kind, against), Counter())[outcome] += 1
