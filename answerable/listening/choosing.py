"""How a workspace spells and which languages it tells apart. A change has every query read anew, in every process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.text.keepable import clean
from answerable.listening import saving
from answerable.listening.languages import bare, known
from answerable.listening.models import Choices

MOST_PROTECTED = 200
LONGEST = 40
MOST_SPOKEN = 20


def choose(*, protected: Sequence[str], lookalikes: bool, languages: Sequence[str], by: Viewer) -> Choices:
    """Keep the choices; they hold for the next batch of posts. Raises `Invalid` for what cannot be taken."""
    by.require(Right.MANAGE_RULES)
    kept = list(dict.fromkeys(words for each in protected if (words := " ".join(clean(each).split()))))
    if len(kept) > MOST_PROTECTED or any(len(each) > LONGEST for each in kept):
        raise Invalid(
            "At most %(most)d spellings of up to %(longest)d characters can be protected. Nothing was kept.",
            "protected",
            most=MOST_PROTECTED,
            longest=LONGEST,
        )
    spoken = _spoken(languages)
    choices = saving.held(by=by)
    choices.protected, choices.lookalikes, choices.languages = kept, lookalikes, spoken
    line = journal.write("listening_respelt", by=by, data={"protected": len(kept), "languages": spoken})
    choices.revision = choices.respelt = line.pk
    choices.save()
    return choices


def _spoken(codes: Iterable[str]) -> list[str]:
    """Languages by their codes, without what only says where a language is spoken."""
    chosen = sorted({bare(code) for code in codes if code.strip()})
    if not chosen:
        raise Invalid("Name at least one language. Nothing was changed.", "languages")
    if len(chosen) > MOST_SPOKEN:
        raise Invalid(
            "At most %(most)d languages can be told apart. Nothing was changed.", "languages", most=MOST_SPOKEN
        )
    unknown = [code for code in chosen if code not in known()]
    if unknown:
        raise Invalid(
            "Nothing is known here of the language “%(code)s”. Nothing was changed.", "languages", code=unknown[0]
        )
    return chosen
