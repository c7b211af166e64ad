"""Files in which safety systems answer: our own JSON, an E2B(R3) acknowledgement, a list as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from answerable.channels.contract import Unreadable
from answerable.core.errors import Invalid
from answerable.safety.e2b import acknowledgements
from answerable.safety.e2b.acknowledgements import Outcome
from answerable.safety.systems.values import Told, Word

LONGEST = 500
MOST = 5_000
OF_OUTCOME = {Outcome.TAKEN: Word.TAKEN, Outcome.REFUSED: Word.REFUSED}


def of_file(name: str, body: bytes) -> Sequence[Told]:
    """The answers in a file. Raises `Unreadable` for what is none."""
    if name.lower().endswith(".xml"):
        return list(_of_xml(body))
    return list(_of_json(body))


def readable(name: str, body: bytes) -> Sequence[Told]:
    """The answers in a file, or that it could not be read: one bad file stops no other, and is shown to a person."""
    try:
        return of_file(name, body)
    except Unreadable as error:
        words = f"{name}: {error.sentence}"[:LONGEST]
        return [Told(Word.UNCLEAR, name[:200], words=words, once=once_of(name.encode(), body))]


def is_list(name: str) -> bool:
    """Does the file say which reports they hold?"""
    return name.lower().endswith(".csv")


def told(tree: Any, once: str = "") -> Told:
    """One answer of the form {"key", "number", "said", "theirs", "digest", "because"}. Raises `Unreadable`."""
    if not isinstance(tree, dict) or not (about := tree.get("key") or tree.get("number")):
        raise Unreadable("The answer names no report. Nothing was changed.")
    said = str(tree.get("said", "")).strip().lower()
    word = Word(said) if said in (Word.TAKEN, Word.REFUSED) else Word.UNCLEAR
    return Told(
        word=word,
        about=_text(about, 200),
        theirs=_text(tree.get("theirs"), 200),
        digest=_text(tree.get("digest"), 64).lower(),
        words=_text(tree.get("because"), LONGEST),
        once=once or once_of(json.dumps(tree, sort_keys=True, default=str).encode()),
    )


def once_of(*pieces: bytes) -> str:
    """What makes an answer the same one when it is read again."""
    return sha256(b"\0".join(pieces)).hexdigest()


def _of_json(body: bytes) -> Iterator[Told]:
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file is no JSON. Nothing was changed.") from error
    items = tree if isinstance(tree, list) else [tree]
    yield from (told(each) for each in items[:MOST])


def _of_xml(body: bytes) -> Iterator[Told]:
    try:
        answer = acknowledgements.read(body)
    except Invalid as error:
        raise Unreadable(error.sentence) from error
    for each in answer.messages:
        word = OF_OUTCOME.get(each.outcome, Word.UNCLEAR)
        words = "; ".join(each.reasons)[:LONGEST]
        once = once_of(body, each.number.encode())
        yield Told(word, each.number[:200], theirs=each.theirs[:200], words=words, once=once)


def _text(value: Any, most: int) -> str:
    return "" if value is None else str(value).replace("\0", "")[:most]
