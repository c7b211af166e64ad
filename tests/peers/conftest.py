"""Real mail servers for the tests marked `peers`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.core.wire import tls
from tests.peers import bluesky, programs
from tests.peers.bluesky import Network
from tests.peers.certificates import Certificate, certificate
from tests.peers.dovecot import Dovecot
from tests.peers.postfix import Postfix


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
