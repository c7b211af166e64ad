"""Is a post that a stream brings for us? It names us, answers us, shows a post of ours, or holds one of the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.bluesky import posts
from answerable.core.text.tokens import tokens, words


def several(settings: Mapping[str, Any]) -> list[str]:
    return [each.strip() for each in str(settings.get("words") or "").split(",") if each.strip(" #@")]


def concerns(view: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """Our own posts do not: we have them."""
    return not posts.is_ours(view, settings) and (
        posts.to_us(view["record"], settings) is not None or _speaks_of(view, settings)
    )


def _speaks_of(view: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    """A word alone is found in every form; several words are a phrase."""
    text = "\n".join(posts.words(view["record"]))
    forms, said = words(text), f" {' '.join(each.lstrip('#@') for each in tokens(text))} "
    for wanted in several(settings):
        sought = [each.lstrip("#@") for each in tokens(wanted)]
        if (len(sought) == 1 and sought[0] in forms) or (sought and f" {' '.join(sought)} " in said):
            return True
    return False
