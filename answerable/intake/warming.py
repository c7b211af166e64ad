"""Reading what every opening needs, once in a process and before a try of any envelope is counted.

The lists of words take seconds to read. Were they read inside the first opening, a worker that is ended meanwhile for
another reason, and its next, and the next, would count as tries of mail that did nothing.
"""

from __future__ import annotations

from functools import cache

from answerable.listening import topics
from answerable.listening.setting_aside import signs
from answerable.safety.extraction import extract
from answerable.triage.detecting.reading import read

SENTENCES = (
    "My pump stopped, and I feel dizzy.",
    "A bomba parou, e estou com tontura.",
    "Pompa stanęła i kręci mi się w głowie.",
)


@cache
def warm() -> None:
    """Have the detectors, the topics, the signs of spam and the reader of reports read a sentence in each language."""
    signs()
    for each in SENTENCES:
        read(each)
        topics.read(each)
        extract(each, text_id="0")
