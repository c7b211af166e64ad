"""A refusal or a concern in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.translation import gettext


class Sayable(Protocol):
    """What carries an English sentence with places for its facts: `HouseError`, `Concern`."""

    @property
    def template(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


def said(thing: Sayable) -> str:
    """The sentence in the language of the page; a fact that is a word of ours is translated, too."""
    facts = {name: gettext(fact) if name in WORDS and fact else fact for name, fact in thing.facts.items()}
    return gettext(thing.template) % facts if facts else gettext(thing.template)


WORDS = frozenset({"channel", "right"})
