"""A text with the words marked that a query asked for, and a query with the place marked that cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from answerable.listening.lexing import Misread
from answerable.listening.showing import Shown
from answerable.listening.tree import And, Exact, Fact, Near, Node, Not, Or, Phrase, Prefix, Word


@dataclass(frozen=True)
class Piece:
    """Words, marked or not."""

    text: str
    marked: bool = False


def pieces(text: str, shown: Iterable[Shown]) -> list[Piece]:
    """The text in pieces; marks that touch or overlap are one."""
    found, at = list[Piece](), 0
    for start, end in _joined([(each.start, each.end) for each in shown if each.end > each.start]):
        found += [Piece(text[at:start]), Piece(text[start:end], marked=True)]
        at = end
    return [each for each in (*found, Piece(text[at:])) if each.text]


def facts(shown: Iterable[Shown]) -> list[str]:
    """What made it match beside the text: `lang:pl`, `from:ada`."""
    return [each.fact for each in shown if each.fact]


def place(query: str, misread: Misread) -> list[Piece]:
    """The query with the place marked; where something is missing at the end, a sign stands for it."""
    if misread.start >= len(query):
        return [Piece(query), Piece(" …", marked=True)]
    return pieces(query, [Shown(misread.start, max(misread.end, misread.start + 1))])


@dataclass(frozen=True)
class Branch:
    """One line of the meaning of a query, and what belongs under it."""

    text: str
    under: Sequence[Branch] = ()


def meaning(node: Node) -> Branch:  # noqa: PLR0911 - one for each sort
    """What a query means, in words."""
    match node:
        case And(parts):
            return Branch(_("all of these"), [meaning(each) for each in parts])
        case Or(parts):
            return Branch(_("one of these"), [meaning(each) for each in parts])
        case Not(part):
            return Branch(_("not this"), [meaning(part)])
        case Near(left, right, most):
            within = ngettext("next to each other", "with fewer than %(num)s words between", most) % {"num": most}
            return Branch(within, [meaning(left), meaning(right)])
        case Word(word):
            return Branch(_("the word “%(word)s”") % {"word": word})
        case Phrase(words):
            return Branch(_("the words “%(words)s” in this order") % {"words": " ".join(words)})
        case Prefix(stem):
            return Branch(_("a word that begins with “%(stem)s”") % {"stem": stem})
        case Exact(words, _plain):
            return Branch(_("exactly “%(words)s”") % {"words": " ".join(words)})
        case Fact(name, value):
            return Branch(FACTS[name]() % {"value": value})


FACTS = {
    "from": lambda: _("said by “%(value)s”"),
    "to": lambda: _("said to “%(value)s”"),
    "lang": lambda: _("in the language “%(value)s”"),
    "channel": lambda: _("on the channel “%(value)s”"),
}


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
