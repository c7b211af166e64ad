"""Reading our own source, for the tests that hold the house's rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "answerable"
ROOMS = (
    "core",
    "channels",
    "conversations",
    "cases",
    "clocks",
    "triage",
    "safety",
    "replies",
    "intake",
    "metrics",
    "inbox",
    "portal",
    "house",
)


def product_files() -> Iterator[Path]:
    """Every Python file of the product: no tests, no migrations, nothing for tests only."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if not {"tests", "migrations", "testing", "conformance"} & set(parts):
            yield path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))
