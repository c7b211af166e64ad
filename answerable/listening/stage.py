"""The whole way of a post through listening, as one pure thing: what a stream, a file and a measurement have in common.

1. The post is read once (`posts.Heard`) and matched with the saved queries. Nine in ten end here.
2. Only what matched is asked further, each thing where somebody can answer it: is it to be set aside and why, is it a copy
   and of which post, in which language it is, in what tone and with what intent.
3. Words that trend are noticed on the way, and busy queries are filed anew.

What a post does not say of its language is asked of `Post.detect`. A stage decides nothing about what is kept: it says
what it found.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from answerable.listening.matcher import Matcher
from answerable.listening.posts import Heard, Post
from answerable.listening.spelling import Spelling
from answerable.listening.tallying import Tally

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True)
class Found(Generic[Id]):
    """One line for a post: the queries that it matches, and what was found of one that matches any."""

    queries: tuple[Id, ...] = ()
    language: str = ""


NOTHING: Found[Any] = Found()


@dataclass
class Stage(Generic[Id]):
    """One core's worth of listening. Not made for two threads at once."""

    matcher: Matcher[Id]
    spelling: Spelling
    tally: Tally = field(default_factory=Tally)

    def take(self, post: Post) -> Found[Id]:
        heard = Heard(post, self.spelling)
        matched = self.matcher.match(heard)
        self.tally.count(heard)
        if self.tally.is_due:
            self.tally.refile(self.matcher)
        return Found(tuple(matched), heard.language) if matched else NOTHING
