"""Making samples of what was stored: the shape stays, and who and what it was about goes.

Safe by default: each word, number, address, id and token is replaced, the same one by the same one, unless its key says that
it is a word of the machine ("type", "visibility"). What the house holds as a secret of the source is replaced wherever it
stands. It is never perfect, so a person reads every sample before anybody else sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from answerable.core.errors import Invalid

MACHINE = re.compile(
    r"(type|kind|event|events|object|field|state|status|visibility|language|lang|locale|verb|action|format|media_type|"
    r"content_type|mime|mimetype|version|reason|direction|entity|scope)",
    re.IGNORECASE,
)
WORD_OF_MACHINE = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]{0,39}")
TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
MAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
LINK = re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>]+", re.IGNORECASE)
PIECES = re.compile(rf"({LINK.pattern}|{MAIL.pattern}|\w+)", re.IGNORECASE)
FILLERS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "juniper", "kelp", "larch")


@dataclass
class Veil:
    """What was replaced by what, for all samples of one run, so that ids that belong together still do."""

    secrets: Sequence[str] = ()
    known: dict[str, str] = field(default_factory=dict)

    def over(self, value: Any, key: str = "") -> Any:
        """The same shape with other content. Truth values stay, small numbers that count something too."""
        if isinstance(value, dict):
            return {self._key(name): self.over(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.over(inner, key) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return value if abs(value) < 100 and isinstance(value, int) else self._number(value)
        return self.text(value, key)

    def text(self, text: str, key: str = "") -> str:
        if TIME.fullmatch(text) or (
            MACHINE.fullmatch(key) and WORD_OF_MACHINE.fullmatch(text) and not self._hides(text)
        ):
            return text
        for secret in self.secrets:
            text = text.replace(secret, self._as(secret, lambda number: f"secret{number}"))
        return PIECES.sub(lambda found: self._piece(found[0]), text)

    def _key(self, name: str) -> str:
        """Names of fields stay; what stands where a name should (an address, an id) does not."""
        return (
            name
            if re.fullmatch(r"[A-Za-z_@$][A-Za-z0-9_@$.:-]{0,60}", name) and not self._hides(name)
            else self.text(name)
        )

    def _hides(self, text: str) -> bool:
        return bool(MAIL.fullmatch(text)) or any(secret in text for secret in self.secrets)

    def _piece(self, piece: str) -> str:
        if piece in self.known.values():
            return piece
        if LINK.fullmatch(piece):
            return self._as(piece, lambda number: f"https://example.org/{number}")
        if MAIL.fullmatch(piece):
            return self._as(piece, lambda number: f"person{number}@example.org")
        if any(each.isdecimal() for each in piece):
            return self._as(piece, lambda number: _figures(piece, number))
        return self._as(piece, _filler)

    def _number(self, value: float) -> int:
        return int(self._as(str(value), lambda number: _figures(str(abs(int(value))), number)))

    def _as(self, piece: str, make: Callable[[int], str]) -> str:
        return self.known.setdefault(piece, make(len(self.known) + 1))


@dataclass(frozen=True)
class Stored:
    """Bytes of one envelope as they came."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """One sample to write. `ending` is that of its payload."""

    ending: str
    body: bytes
    headers: Mapping[str, str]


def samples(stored: Sequence[Stored], *, secrets: Sequence[str]) -> Iterator[Sample]:
    """One sample for each. Raises `Invalid` for bytes whose shape is not known: those are written by hand."""
    veil = Veil([secret for secret in secrets if secret])
    for each in stored:
        ending, body = _veiled(each.body, veil)
        headers = {name: veil.text(value, name) for name, value in each.headers.items()}
        yield Sample(ending, body, headers)


def _veiled(body: bytes, veil: Veil) -> tuple[str, bytes]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(BY_HAND) from None
    try:
        told = json.loads(text)
    except ValueError:
        return "form", _form(text, veil)
    return "json", (json.dumps(veil.over(told), indent=2, ensure_ascii=False) + "\n").encode()


def _form(text: str, veil: Veil) -> bytes:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=500)
    except ValueError:
        raise Invalid(BY_HAND) from None
    return urlencode([(name, veil.text(value, name)) for name, value in pairs]).encode()


def _figures(piece: str, number: int) -> str:
    """As long, with figures where figures were and letters where letters were; never with a zero in front."""
    digits = iter(f"{number * 7_919 + 10_000}" * (len(piece) // 5 + 1))
    return "".join(next(digits) if each.isdecimal() else "x" if each.isalpha() else each for each in piece)


def _filler(number: int) -> str:
    return f"{FILLERS[number % len(FILLERS)]}" + "abcdefghij"[number // len(FILLERS) % 10] * (number >= len(FILLERS))


BY_HAND = (
    "These bytes are neither JSON nor a form. No sample was made of them: write it by hand, after the network's papers."
)
