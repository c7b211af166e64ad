"""How a workspace spells and which languages it tells apart. A change has every query read anew, in every process."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.text.keepable import clean
from answerable.listening import saving
from answerable.listening.languages import Identifier
from answerable.listening.models import Choices

MOST_PROTECTED = 200
LONGEST = 40


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
    spoken = list(dict.fromkeys(code for each in languages if (code := each.strip().lower())))
    if not spoken or len(spoken) > 20:
        raise Invalid("Name 1 to 20 languages by their codes, as “en”. Nothing was kept.", "languages")
    Identifier(spoken)
    choices = saving.held(by=by)
    choices.protected, choices.lookalikes, choices.languages = kept, lookalikes, spoken
    line = journal.write("listening_respelt", by=by, data={"protected": len(kept), "languages": spoken})
    choices.revision = choices.respelt = line.pk
    choices.save()
    return choices
