"""What a channel's README says about connecting it, as values that a page can show beside the form."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from answerable.channels.registry import connector

SECTION = re.compile(r"^## Credentials\s*$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\d+[.)]\s+")
INLINE = re.compile(r"`([^`]+)`|\*\*?([^*]+)\*\*?|\[([^\]]+)\]\([^)]*\)")
OTHER = ("|", "-", "```", "<")


@dataclass(frozen=True)
class Words:
    """A run of words; `is_code` for what is typed or ticked literally."""

    text: str
    is_code: bool = False


@dataclass(frozen=True)
class Credentials:
    """The steps in their order, and what is said around them."""

    steps: tuple[tuple[Words, ...], ...] = ()
    remarks: tuple[tuple[Words, ...], ...] = ()


@cache
def credentials(kind: str) -> Credentials:
    """From the section *Credentials*. Empty where there is no README or no such section."""
    place = sys.modules[type(connector(kind)).__module__].__file__
    readme = Path(str(place)).with_name("README.md")
    found = SECTION.search(readme.read_text("utf-8")) if readme.exists() else None
    if found is None:
        return Credentials()
    blocks = [block for block in _blocks(found[1]) if not block.startswith(OTHER)]
    steps = tuple(_words(STEP.sub("", block)) for block in blocks if STEP.match(block))
    remarks = tuple(_words(block.lstrip("# ")) for block in blocks if not STEP.match(block))
    return Credentials(steps, remarks)


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


def _words(text: str) -> tuple[Words, ...]:
    runs, end = [], 0
    for found in INLINE.finditer(text):
        runs.append(Words(text[end : found.start()]))
        runs.append(Words(found[1] or found[2] or found[3], bool(found[1])))
        end = found.end()
    return tuple(run for run in (*runs, Words(text[end:])) if run.text)
