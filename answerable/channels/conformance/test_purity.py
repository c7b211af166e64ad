"""A connector describes and does not act: its modules import no socket, clock, database or chance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.samples import folder

ACTING = frozenset(
    {"aiosmtpd", "asyncio", "concurrent", "ctypes", "django", "ftplib", "glob", "httpx", "imapclient", "imaplib", "io"}
    | {"logging", "mmap", "multiprocessing", "nntplib", "os", "pathlib", "poplib", "procrastinate", "psycopg", "random"}
    | {"requests", "secrets", "select", "selectors", "shutil", "signal", "smtplib", "socket", "socketserver", "sqlite3"}
    | {"ssl", "subprocess", "sys", "tempfile", "threading", "time", "uuid", "urllib.request", "urllib3", "http.client"}
)
HOUSE = (
    *("answerable.channels.contract", "answerable.channels.common"),
    *("answerable.core.errors", "answerable.core.text", "answerable.core.wire.calls"),
)
CLOCKS = frozenset({"now", "utcnow", "today"})
DOORS = frozenset({"open", "exec", "eval", "compile", "__import__", "input", "print", "breakpoint"})


@pytest.mark.parametrize("kind", everyone())
def test_it_imports_nothing_that_acts(kind: str) -> None:
    for path in _modules(kind):
        acting = [name for name in _imports(path) if name in ACTING or name.split(".")[0] in ACTING]
        assert not acting, path.name


@pytest.mark.parametrize("kind", everyone())
def test_it_leans_on_the_contract_and_on_pure_helpers_only(kind: str) -> None:
    own = _package(kind)
    for path in _modules(kind):
        ours = [
            name for name in _imports(path) if name.startswith("answerable.") and not name.startswith((*HOUSE, own))
        ]
        assert not ours, path.name


@pytest.mark.parametrize("kind", everyone())
def test_it_reads_no_clock_and_opens_no_door(kind: str) -> None:
    for path in _modules(kind):
        called = {_name(node.func) for node in ast.walk(_tree(path)) if isinstance(node, ast.Call)}
        bare = {
            node.func.id
            for node in ast.walk(_tree(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & CLOCKS, path.name
        assert not bare & DOORS, path.name


def _modules(kind: str) -> list[Path]:
    """`connector.py` and what it imports from its own folder, to the last."""
    found: list[Path] = []
    waiting = [folder(connector(kind)) / "connector.py"]
    while waiting:
        path = waiting.pop()
        if path not in found and path.exists():
            found.append(path)
            waiting += [folder(connector(kind)) / f"{name}.py" for name in _neighbours(path, _package(kind))]
    return found


def _neighbours(path: Path, own: str) -> Iterator[str]:
    for name in _imports(path):
        if name.startswith(f"{own}."):
            yield name.removeprefix(f"{own}.").split(".")[0]


def _imports(path: Path) -> Iterator[str]:
    """Every module imported, also `from package import module`."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _package(kind: str) -> str:
    return type(connector(kind)).__module__.rpartition(".")[0]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
