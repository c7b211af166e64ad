"""One step of an envelope, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Hop:
    """`name` is the step, `words` what came of it; for the passport of a message and for `answerable replay`."""

    name: str
    words: str
