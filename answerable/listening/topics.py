"""The topics of a care desk: device trouble, adverse events, billing, delivery, as people speak of them in our languages.

The words are data, `topics/<language>.toml`: for each topic lines in the language of saved queries, of which one is enough.
They serve to hear a person who is known to us, to keep apart what may be an adverse event, and to count what is spoken of; they
decide nothing alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from answerable.listening.matcher import Matcher
from answerable.listening.parsing import parse
from answerable.listening.posts import Heard, Post
from answerable.listening.showing import Shown, show
from answerable.listening.spelling import Spelling
from answerable.listening.tree import Node

LANGUAGES = ("en", "pl", "pt")
READ_CHARACTERS = 5_000
"""What somebody speaks of stands before this; the bound is for time."""


class Topic(StrEnum):
    """What a customer may speak of without naming anybody."""

    DEVICE_TROUBLE = "device_trouble"
    ADVERSE_EVENT = "adverse_event"
    BILLING = "billing"
    DELIVERY = "delivery"


Line = tuple[Topic, str, int]
"""A line of the data: its topic, its language, its number there."""


def topics_of(heard: Heard, language: str = "") -> tuple[Topic, ...]:
    """Of what a post speaks, in the order of `Topic`. Without a language, or with one that has no words here, all are asked."""
    found = {topic for topic, code, _ in _matcher().match(heard) if code in _asked(language)}
    return tuple(topic for topic in Topic if topic in found)


def read(*words: str, language: str = "") -> list[str]:
    """The names of the topics of words as they stand, for keeping."""
    text = "\n".join(words)[:READ_CHARACTERS]
    return [str(each) for each in topics_of(Heard(Post(text), _plain()), language)]


def words_of(topic: Topic, post: Post, language: str = "") -> list[Shown]:
    """The places of a post that speak of a topic, in the order of the text."""
    spelling = _plain()
    asked = [node for (each, code, _), node in _lines().items() if each == topic and code in _asked(language)]
    found = {each for node in asked for each in show(node, post, spelling)}
    return sorted(found, key=lambda each: (each.start, each.end))


def _asked(language: str) -> tuple[str, ...]:
    code = language.lower().partition("-")[0]
    return (code,) if code in LANGUAGES else LANGUAGES


@cache
def _plain() -> Spelling:
    return Spelling()


@cache
def _lines() -> Mapping[Line, Node]:
    """Every line, read once."""
    spelling, found = _plain(), {}
    for language in LANGUAGES:
        told = tomllib.loads(files("answerable.listening").joinpath(f"topics/{language}.toml").read_text("utf-8"))
        for topic in Topic:
            for number, line in enumerate(told[topic]):
                found[topic, language, number] = parse(line, spelling)
    return found


@cache
def _matcher() -> Matcher[Line]:
    """Matching only reads it, so several threads may."""
    matcher = Matcher[Line]()
    for line, node in _lines().items():
        matcher.add(line, node)
    return matcher
