"""A post as the matcher sees it: read once, whatever the number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from answerable.listening.spelling import Reading, Spelling


@dataclass(frozen=True)
class Post:
    """What somebody said. `author` and `to` are handles, with or without @; `language` is a code, empty where not known.

    `detect` says the language of a text; it is asked only when a query wants to know, and only where `language` is empty.
    """

    text: str
    author: str = ""
    to: tuple[str, ...] = ()
    channel: str = ""
    language: str = ""
    detect: Callable[[str], str] | None = field(default=None, repr=False)


class Heard:
    """A post with its words. `facts` holds `from:…` and `to:…` beside the words, so that both are sought in one set."""

    def __init__(self, post: Post, spelling: Spelling) -> None:
        self.post, self._spelling = post, spelling
        self.reading: Reading = spelling.read(post.text)
        known = [f"from:{self._handle(post.author)}"] if post.author else []
        known += [f"to:{self._handle(each)}" for each in post.to]
        self.words = self.reading.words.union(known) if known else self.reading.words

    @cached_property
    def exact(self) -> list[str]:
        return self._spelling.exact(self.post.text)

    @cached_property
    def language(self) -> str:
        post = self.post
        return (post.language or (post.detect(post.text) if post.detect else "")).lower()

    @cached_property
    def channel(self) -> str:
        return self._spelling.folded(self.post.channel)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """At which places of either sequence a word stands; the second sequence is told apart by a distance of its own."""
        found: dict[str, list[int]] = {}
        for offset, sequence in enumerate(self.reading.sequences):
            for place, word in enumerate(sequence, offset * APART):
                found.setdefault(word, []).append(place)
        return found

    def _handle(self, name: str) -> str:
        return self._spelling.folded(name).lstrip("@")


APART = 1_000_000


def positions(heard: Heard, words: Iterable[str]) -> list[int]:
    """Where a phrase begins: its words next to each other, in this order."""
    first, *others = words
    starts = heard.places.get(first, [])
    for distance, word in enumerate(others, 1):
        after = set(heard.places.get(word, ()))
        starts = [start for start in starts if start + distance in after]
    return starts
