"""One reason why a reply may not go out, or should not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Concern:
    """One reason. `blocks` stops the reply; otherwise it warns. `words` are the words that it is about.

    `template` and `facts` are as in `HouseError`, so that a page can say it in another language.
    """

    code: str
    template: str
    blocks: bool
    words: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.template % self.facts if self.facts else self.template
