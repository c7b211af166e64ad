"""Questions about dictionaries: which are in use, and which of their terms are near to what somebody said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import NotAllowed
from answerable.core.text.fold import fold
from answerable.safety import dictionaries
from answerable.safety.models import Coding, Dictionary, DictionaryTerm

MOST, LOOKED_AT = 10, 60
KEY = 250
# How many beginnings of words a term shares with what was said.
SHARED = "cardinality(ARRAY(SELECT unnest(stems) INTERSECT SELECT unnest(%s::varchar[])))"


@dataclass(frozen=True)
class Suggestion:
    """A term that may be meant. `chosen` is how often people of this workspace chose it for the same words."""

    term: DictionaryTerm
    chosen: int = 0


def loaded(viewer: Viewer) -> QuerySet[Dictionary]:
    """All that were handed in, the newest first."""
    return access.rows(Dictionary, viewer).select_related("user").order_by("-at", "-pk")


def may_load(viewer: Viewer) -> bool:
    """A safety officer, or an admin: whoever answers for what the workspace is licensed for."""
    return viewer.may(Right.REFER_REPORTS) or viewer.may(Right.MANAGE_SOURCES)


def require_loader(viewer: Viewer) -> None:
    """Return, or raise `NotAllowed`."""
    if not may_load(viewer):
        raise NotAllowed("Only a safety officer or an admin loads dictionaries. Nothing was changed. Ask one of them.")


def in_use(viewer: Viewer, kind: str) -> list[Dictionary]:
    """The newest release of a kind in each language, with all files of that release."""
    ready = access.rows(Dictionary, viewer).filter(kind=kind, state=Dictionary.State.READY)
    newest: dict[str, str] = {}
    for each in sorted(ready, key=lambda each: (_as_numbers(each.release), each.at), reverse=True):
        newest.setdefault(each.language, each.release)
    return [each for each in ready if newest[each.language] == each.release]


def suggested(viewer: Viewer, *words: str, kind: str, language: str = "") -> list[Suggestion]:
    """Terms near to these words, for a person to choose from; nothing is coded by itself.

    First what people chose for the same words, then current terms that share the beginning of a word, the nearest first.
    A code stands once, in the language asked for where that is loaded.
    """
    among = in_use(viewer, kind)
    asked = list(dict.fromkeys(stem for each in words for stem in dictionaries.stems(each)))
    found = _current(among).filter(stems__overlap=asked).annotate(shared=RawSQL(SHARED, [asked]))  # noqa: S611 - our own words, the values apart
    near = list(found.order_by("-shared", Length("words"), "code")[:LOOKED_AT]) if asked else []
    near.sort(key=lambda term: (-_nearest(words, term), term.dictionary.language != language, term.words))
    before = _chosen_before(viewer, words, among)
    once: dict[str, Suggestion] = {each.term.code: each for each in before}
    for term in near:
        once.setdefault(term.code, Suggestion(term))
    return list(once.values())[:MOST]


def looked_up(viewer: Viewer, text: str, *, kind: str) -> list[Suggestion]:
    """Terms by their code, or else by words that somebody typed."""
    code = text.strip()
    by_code = _current(in_use(viewer, kind)).filter(code=code).order_by("pk")[:MOST]
    return [Suggestion(each) for each in by_code] or suggested(viewer, text, kind=kind)


def one(viewer: Viewer, term_id: int) -> DictionaryTerm:
    """A term of a dictionary that is in use. Raises `NotThere`."""
    return access.one(DictionaryTerm, viewer, pk=term_id, dictionary__state=Dictionary.State.READY)


def key_of(words: str) -> str:
    """How words are compared with those of earlier codings."""
    return " ".join(fold(words).split())[:KEY]


def _current(among: Iterable[Dictionary]) -> QuerySet[DictionaryTerm]:
    return DictionaryTerm.objects.filter(dictionary__in=list(among), current=True).select_related("dictionary")


def _chosen_before(viewer: Viewer, words: Sequence[str], among: Sequence[Dictionary]) -> list[Suggestion]:
    kinds = {each.kind for each in among}
    keys = {key for each in words if (key := key_of(each))}
    codings = Coding.objects.filter(workspace_id=viewer.workspace_id, words__in=keys, dictionary__kind__in=kinds)
    times: dict[str, int] = {}
    for code in codings.values_list("code", flat=True):
        times[code] = times.get(code, 0) + 1
    terms = {each.code: each for each in _current(among).filter(code__in=times)}
    return [Suggestion(terms[code], times[code]) for code in sorted(terms, key=lambda code: (-times[code], code))]


def _nearest(words: Sequence[str], term: DictionaryTerm) -> float:
    return max(dictionaries.nearness(each, term.words) for each in words)


def _as_numbers(release: str) -> tuple[tuple[int, str], ...]:
    """So that release 9.1 comes before 28.0."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in release.split("."))
