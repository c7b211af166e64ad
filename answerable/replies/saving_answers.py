"""Saved answers: plain texts that are written often, per team and language, filled with the facts of a case.

They are suggestions to an agent, who reads and sends them as an own answer with all its checks.
"""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from answerable.cases.models import Case
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Team
from answerable.core.moments import now
from answerable.core.text.fold import fold
from answerable.replies import kept_texts
from answerable.replies.kept_texts import PLACES
from answerable.replies.models import SavedAnswer

LONGEST = 5000
FOUND = 30


def save(*, title: str, text: str, language: str, team: Team | None, by: Viewer) -> SavedAnswer:
    """Keep a text for a team of one's own; for everybody only with the right to keep rules.

    Raises `Invalid` for an empty or long one and for a place that nothing fills, `Conflict` for a second of its title.
    """
    by.require(Right.ANSWER)
    _may(team, by)
    says = _checked(title, text, language)
    facts = {"workspace_id": by.workspace_id, "team": team, "user_id": by.user_id, "at": now()}
    answer = SavedAnswer(**says, **facts)
    _write(answer)
    journal.write("answer_saved", by=by, data={"answer": answer.pk})
    return answer


def change(answer: SavedAnswer, *, title: str, text: str, language: str, by: Viewer) -> SavedAnswer:
    """Another title, text or language. The team stays."""
    by.require(Right.ANSWER)
    _may(answer.team, by)
    for name, value in _checked(title, text, language).items():
        setattr(answer, name, value)
    answer.user_id, answer.at = by.user_id, now()
    _write(answer)
    journal.write("answer_changed", by=by, data={"answer": answer.pk})
    return answer


def end(answer: SavedAnswer, *, by: Viewer) -> None:
    """Offer it no more. What was sent with it stays. Raises `Conflict` when it was ended already."""
    by.require(Right.ANSWER)
    _may(answer.team, by)
    if not SavedAnswer.objects.filter(pk=answer.pk, ended_at=None).update(ended_at=now()):
        raise Conflict("The saved answer was ended already. Nothing was changed.")
    journal.write("answer_ended", by=by, data={"answer": answer.pk})


def offered(case: Case, *, words: str = "", by: Viewer) -> list[SavedAnswer]:
    """What fits a case: of its team and of everybody, in its language first, with all the words in title or text. A question."""
    fitting = _kept(by).filter(Q(team=None) | Q(team_id=case.team_id)).order_by("title", "pk")
    wanted = fold(words).split()
    found = [each for each in fitting if all(word in fold(f"{each.title} {each.text}") for word in wanted)]
    return sorted(found, key=lambda each: not _speaks(each, case))[:FOUND]


def fill(answer: SavedAnswer, case: Case, *, by: Viewer) -> str:
    """The text with its places filled. What is filled in is never read for places again. A question."""
    return kept_texts.fill(answer.text, kept_texts.facts_of(case, by=by))


def _kept(by: Viewer) -> QuerySet[SavedAnswer]:
    return access.rows(SavedAnswer, by).filter(ended_at=None)


def _speaks(answer: SavedAnswer, case: Case) -> bool:
    return bool(case.language) and answer.language.partition("-")[0] == case.language.lower().partition("-")[0]


def _may(team: Team | None, by: Viewer) -> None:
    if team is None:
        by.require(Right.MANAGE_RULES)
        return
    access.one(Team, by, pk=team.pk)
    if not (by.sees_all or team.pk in by.team_ids):
        raise NotAllowed("You keep saved answers for teams of your own. Nothing was kept.")


def _checked(title: str, text: str, language: str) -> dict[str, str]:
    name, words = " ".join(clean(title).split()), clean(text).replace("\r\n", "\n").strip()
    if not name or len(name) > 80:
        raise Invalid("A saved answer needs a title of up to 80 characters. Nothing was kept.", "title")
    if not words or len(words) > LONGEST:
        raise Invalid("A saved answer has 1 to %(most)d characters. Nothing was kept.", "text", most=LONGEST)
    if language not in dict(settings.LANGUAGES):
        raise Invalid("Choose the language of the text. Nothing was kept.", "language")
    for place in kept_texts.places_of(words):
        if place not in PLACES:
            raise Invalid(
                "Nothing fills “{%(place)s}”. Nothing was kept. Use {name}, {number} or {agent}.", "text", place=place
            )
    return {"title": name, "text": words, "language": language}


def _write(answer: SavedAnswer) -> None:
    try:
        with transaction.atomic():
            answer.save()
    except IntegrityError:
        raise Conflict("There is a saved answer of this title already. Nothing was kept. Choose another.") from None
