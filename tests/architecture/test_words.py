"""One word for one thing: the words that the glossary rules out appear neither in names nor on screens."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.source import PACKAGE, name_of, product_files, tree

RULED_OUT = {
    "tenant": "workspace",
    "ticket": "case or conversation",
    "assignee": "holder",
    "sla": "clock",
    "kpi": "measure",
    "tweet": "message",
    "handoff": "transfer or invitation",
    "escalation": "transfer",
    "macro": "wording",
}
ON_SCREENS = {**RULED_OUT, "operator": "agent", "payload": "envelope"}
SAID = re.compile(r"""_\(\s*(?:"([^"]*)"|'([^']*)')|{%-? trans[^%]*%}(.*?){%-? endtrans""", re.DOTALL)
MEANT_OTHERWISE: dict[str, str] = {
    "answerable/core/web/pages.py": "Jinja2 calls its functions macros",
}


def test_identifiers_use_the_words_of_the_house() -> None:
    wrong = [
        f"{name_of(path)}: {name}"
        for path in product_files()
        if name_of(path) not in MEANT_OTHERWISE
        for name in _names(path)
        if {part for part in re.split(r"_|(?<=[a-z])(?=[A-Z])", name) if part.lower() in RULED_OUT}
    ]
    assert not wrong


def test_screens_use_the_words_of_the_house() -> None:
    wrong = [
        f"{name_of(path)}: {word}"
        for path in sorted(PACKAGE.rglob("*.html"))
        for text in SAID.findall(path.read_text())
        for word in re.findall(r"[a-z]+", " ".join(text).lower())
        if word in ON_SCREENS
    ]
    assert not wrong


def _names(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found
