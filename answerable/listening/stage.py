"""The whole way of a post through listening, as one pure thing: what a script, an archive and a measurement have in common.

1. The post is read once (`posts.Heard`) and matched with the saved queries. Nine in ten end here.
2. Only what matched is asked further: whether it is to be set aside and why, whether it is a copy and of which post, in which
   language it is, in what tone, and what it is for.
3. Words that trend are noticed on the way, and busy queries are filed anew.

What a post does not say of its language is asked of `Post.detect`. A stage decides nothing about what is kept: it says what
it found. On a channel of ours nothing is set aside, and a copy that may tell of harm is none; that is for whoever keeps it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from answerable.listening import tones
from answerable.listening.copies import Window, fingerprint
from answerable.listening.matcher import Matcher
from answerable.listening.posts import Heard, Post
from answerable.listening.setting_aside import Aside, judge
from answerable.listening.spelling import Spelling
from answerable.listening.tallying import Tally
from answerable.listening.tones import Tone

Id = TypeVar("Id", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Found(Generic[Id]):
    """One line for a post: the queries that it matches, and what was found of one that matches any.

    `copy_of` is the name of the first post that said the same, None for a new one.
    """

    queries: tuple[Id, ...] = ()
    aside: Aside | None = None
    copy_of: Any = None
    language: str = ""
    tone: Tone = tones.NOTHING


NOTHING: Found[Any] = Found()


@dataclass
class Stage(Generic[Id]):
    """One core's worth of listening. Not made for two threads at once."""

    matcher: Matcher[Id]
    spelling: Spelling
    window: Window[Any] = field(default_factory=Window)
    tally: Tally = field(default_factory=Tally)

    def take(self, post: Post, name: Any) -> Found[Id]:
        """`name` is what a later copy is told to be a copy of."""
        heard = Heard(post, self.spelling)
        matched = self.match(heard)
        return self._asked(heard, tuple(matched), name) if matched else NOTHING

    def match(self, heard: Heard) -> list[Id]:
        """The first step alone."""
        matched = self.matcher.match(heard)
        self.tally.count(heard)
        if self.tally.is_due:
            self.tally.refile(self.matcher)
        return matched

    def _asked(self, heard: Heard, matched: tuple[Id, ...], name: Any) -> Found[Id]:
        post = heard.post
        aside = judge(post, heard)
        copy_of = self.window.see(fingerprint(heard, self.spelling), name)
        return Found(matched, aside, copy_of, heard.language, tones.read(post.text, heard.language))
