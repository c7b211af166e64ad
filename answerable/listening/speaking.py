"""Choosing the languages that the customers of a workspace write in. What they say is told apart among these."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from answerable.core.access import Right, Viewer
from answerable.listening import choosing, queries
from answerable.listening.languages import Identifier
from answerable.listening.models import Choices, spoken


def speak(codes: Iterable[str], *, by: Viewer) -> list[str]:
    """Choose them by their codes, and leave the spelling as it is. Raises `Invalid` as `choosing.choose` does."""
    by.require(Right.MANAGE_RULES)
    now = queries.choices(by)
    kept = choosing.choose(protected=now.protected, lookalikes=now.lookalikes, languages=[*codes], by=by)
    return kept.languages


def identifier(workspace_id: int) -> Identifier:
    """What tells the languages of a workspace apart, as they are chosen now."""
    chosen = Choices.objects.filter(workspace_id=workspace_id).values_list("languages", flat=True).first()
    return among(tuple(chosen or spoken()))


@lru_cache(maxsize=256)
def among(codes: tuple[str, ...]) -> Identifier:
    return Identifier(codes)
