"""What a channel's README says about connecting it, as values that a page can show beside the form."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answerable.channels.registry import connector

SECTION = re.compile(r"^## Credentials\s*$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\d+[.)]\s+")
INLINE = re.compile(r"`([^`]+)`|\*\*?([^*]+)\*\*?|\[([^\]]+)\]\([^)]*\)")
PERMISSION, UNDER_HEAD = "Permission", "|---"
OTHER = ("|", "-", "```", "<")


@dataclass(frozen=True)
class Words:
    """A run of words; `is_code` for what is typed or ticked literally."""

    text: str
    is_code: bool = False


@dataclass(frozen=True)
class Credentials:
    """The steps in their order, what is said around them, and each permission with what it is for.

    Settings are named by the label that they have in the form.
    """

    steps: tuple[tuple[Words, ...], ...] = ()
    remarks: tuple[tuple[Words, ...], ...] = ()
    permissions: tuple[tuple[tuple[Words, ...], tuple[Words, ...]], ...] = ()


@cache
def credentials(kind: str) -> Credentials:
    """From the section *Credentials*. Empty where there is no README or no such section."""
    place = sys.modules[type(connector(kind)).__module__].__file__
    readme = Path(str(place)).with_name("README.md")
    found = SECTION.search(readme.read_text("utf-8")) if readme.exists() else None
    if found is None:
        return Credentials()
    labels = {setting.name: setting.label for setting in connector(kind).spec.settings}
    blocks = _blocks(found[1])
    plain = [block for block in blocks if not block.startswith(OTHER)]
    steps = tuple(_words(STEP.sub("", block), labels) for block in plain if STEP.match(block))
    remarks = tuple(_words(block.lstrip("# "), labels) for block in plain if not STEP.match(block))
    return Credentials(steps, remarks, tuple(_permissions(blocks)))


def _permissions(blocks: list[str]) -> Iterator[tuple[tuple[Words, ...], tuple[Words, ...]]]:
    """The rows of the table that is headed so; other tables explain settings, which the form does itself."""
    inside = False
    for block, after in zip(blocks, [*blocks[1:], ""], strict=True):
        cells = [cell.strip() for cell in block.strip("|").split("|")] if block.startswith("|") else []
        if after.startswith(UNDER_HEAD):
            inside = cells[:1] == [PERMISSION]
        elif inside and len(cells) == 2 and not block.startswith(UNDER_HEAD):
            yield _words(cells[0], {}), _words(cells[1], {})


def _blocks(text: str) -> list[str]:
    """Paragraphs and steps, each as one line."""
    blocks: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            blocks.append("")
        elif STEP.match(line) or not blocks or not blocks[-1] or line.startswith(("|", "- ", "#")):
            blocks.append(line.strip())
        else:
            blocks[-1] += f" {line.strip()}"
    return [block for block in blocks if block]


def _words(text: str, labels: Mapping[str, str]) -> tuple[Words, ...]:
    runs, end = [], 0
    for found in INLINE.finditer(text):
        runs.append(Words(text[end : found.start()]))
        label = labels.get(found[1] or "")
        runs.append(Words(f"“{label}”") if label else Words(found[1] or found[2] or found[3], bool(found[1])))
        end = found.end()
    return tuple(run for run in (*runs, Words(text[end:])) if run.text)
