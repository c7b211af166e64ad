"""The network is shut but for loopback; the cast comes from `answerable.testing`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["answerable.testing.fixtures", "answerable.testing.committing"]

EXPECTED_SKIPS = Path(__file__).parent / "tests" / "expected_skips.txt"
LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def _network_is_shut() -> Iterator[None]:
    """No test speaks to anything but loopback and Unix sockets."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}; only loopback is open.")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in _unexpected(terminalreporter):
        terminalreporter.write_line(f"Skipped, and nobody expected it: {name}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skip that nobody expected is a failure: it hides a missing program or a broken condition."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and isinstance(reporter, pytest.TerminalReporter) and _unexpected(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _unexpected(reporter: pytest.TerminalReporter) -> list[str]:
    lines = EXPECTED_SKIPS.read_text(encoding="utf-8").splitlines()
    expected = {line.partition("#")[0].strip() for line in lines}
    return [report.nodeid for report in reporter.stats.get("skipped", []) if report.nodeid not in expected]
