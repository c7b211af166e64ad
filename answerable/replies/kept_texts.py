"""Kept texts: their places are filled with the facts of a case, and an answer is compared with the text it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from answerable.cases.models import Case
from answerable.core.access import Viewer

PLACES = ("name", "number", "agent")
PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


def places_of(text: str) -> list[str]:
    """The names that stand in braces."""
    return PLACE.findall(text)


def facts_of(case: Case, *, by: Viewer) -> Mapping[str, str]:
    """What fills the places for this case, where this person answers."""
    return {"name": case.contact.name, "number": case.number, "agent": by.name}


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its places filled. What is filled in is never read for places again."""
    return PLACE.sub(lambda found: facts.get(found[1], found[0]), text)


def is_word_for_word(text: str, kept: str) -> bool:
    """Does the text say what was kept, with nothing but its places filled and blanks laid out otherwise?"""
    parts = [re.escape(_flat(part)) for part in PLACE.split(kept)[::2]]
    return re.fullmatch(r"[^\n]{0,80}?".join(parts).replace(r"\ ", " "), _flat(text)) is not None


def _flat(text: str) -> str:
    return " ".join(text.split())
