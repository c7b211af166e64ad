"""Choosing the languages that the customers of a workspace write in. What they say is told apart among these."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.listening import choosing, queries
from answerable.listening.languages import Identifier, bare, known
from answerable.listening.models import Choices, spoken

MOST = 20


def speak(codes: Iterable[str], *, by: Viewer) -> list[str]:
    """Choose them by their codes. Raises `Invalid` for none, for too many, and for one that nothing is known of."""
    by.require(Right.MANAGE_RULES)
    chosen = sorted({bare(code) for code in codes if code.strip()})
    if not chosen:
        raise Invalid("Name at least one language. Nothing was changed.", "languages")
    if len(chosen) > MOST:
        raise Invalid("At most %(most)d languages can be told apart. Nothing was changed.", "languages", most=MOST)
    unknown = [code for code in chosen if code not in known()]
    if unknown:
        raise Invalid(
            "Nothing is known here of the language “%(code)s”. Nothing was changed.", "languages", code=unknown[0]
        )
    now = queries.choices(by)
    choosing.choose(protected=now.protected, lookalikes=now.lookalikes, languages=chosen, by=by)
    return chosen


def identifier(workspace_id: int) -> Identifier:
    """What tells the languages of a workspace apart, as they are chosen now."""
    chosen = Choices.objects.filter(workspace_id=workspace_id).values_list("languages", flat=True).first()
    return among(tuple(chosen or spoken()))


@lru_cache(maxsize=256)
def among(codes: tuple[str, ...]) -> Identifier:
    return Identifier(codes)
