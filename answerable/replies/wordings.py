"""Questions about wordings: what may be said now, what fits a case, and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.core.text.fold import fold
from answerable.core.text.phrases import Line
from answerable.replies import kept_texts
from answerable.replies.models import Wording, WordingNotice, WordingVersion
from answerable.triage.detecting.names import Names

PROPOSED, APPROVED = WordingVersion.State.PROPOSED, WordingVersion.State.APPROVED
READ_BACK, LOOKED_AT, OFFERED = 5, 4000, 30
LEAST_LETTERS = 4


def library(
    viewer: Viewer, *, language: str, audience: str, product: str = "", at: datetime | None = None
) -> list[WordingVersion]:
    """What may be said now in a language before this audience: of each wording the newest approved version in force.

    With a product, that of the product and what is said about any. "pt" finds "pt-br", and the other way round.
    """
    found = in_force(viewer, audience=audience, at=at).filter(language__istartswith=language.partition("-")[0])
    if product:
        found = found.filter(Q(wording__product="") | Q(wording__product__iexact=product))
    exact = sorted(found, key=lambda each: each.language.lower() != language.lower())
    return sorted({each.wording_id: each for each in reversed(exact)}.values(), key=lambda each: each.wording.code)


def in_force(viewer: Viewer, *, audience: str = "", at: datetime | None = None) -> QuerySet[WordingVersion]:
    """Of each wording and language the newest approved version that is valid now, where it may stand before this audience."""
    day = today(viewer.time_zone, at)
    found = access.rows(WordingVersion, viewer).filter(state=APPROVED, valid_from__lte=day, valid_to__gte=day)
    if audience:
        found = found.filter(wording__audience__in=[audience, Wording.Audience.ANYWHERE])
    newest = found.order_by("wording_id", "language", "-number").distinct("wording_id", "language")
    return WordingVersion.objects.filter(pk__in=newest.values("pk")).select_related("wording")


def follower(version: WordingVersion, day: date) -> WordingVersion | None:
    """The newer version of the same wording and language that is in force on this day."""
    later = WordingVersion.objects.filter(wording=version.wording_id, language=version.language, state=APPROVED)
    newer = later.filter(number__gt=version.number, valid_from__lte=day, valid_to__gte=day)
    return newer.order_by("-number").first()


def for_case(case: Case, viewer: Viewer, *, audience: str = "", words: str = "") -> list[WordingVersion]:
    """What fits a case, best first: its language, its product, then by the words that it shares with what was said.

    Other products are left out where the case is about a known one, unless somebody looks for `words`.
    """
    found, said = list(in_force(viewer, audience=audience)), _said(case)
    about = _products(case, said, found)
    wanted = fold(words).split()
    fitting = [each for each in found if _has(each, wanted) if wanted or _is_about(each, about)]
    spoken = set(_words(said))
    return sorted(fitting, key=lambda each: _order(each, case, about, spoken))[:OFFERED]


def filled(version: WordingVersion, case: Case, *, by: Viewer) -> str:
    """The text of a version with its places filled for a case."""
    return kept_texts.fill(version.text, kept_texts.facts_of(case, by=by))


def waiting(viewer: Viewer) -> QuerySet[WordingVersion]:
    """Versions that wait for another person than the viewer, the oldest first."""
    waits = access.rows(WordingVersion, viewer).filter(state=PROPOSED).exclude(user_id=viewer.user_id)
    return waits.select_related("wording", "user").order_by("at", "pk")


def notices(viewer: Viewer) -> QuerySet[WordingNotice]:
    """What the viewer was told about wordings, the newest first."""
    return access.rows(WordingNotice, viewer).select_related("version__wording").order_by("-at", "-pk")


def unseen(viewer: Viewer) -> QuerySet[WordingNotice]:
    return access.rows(WordingNotice, viewer).filter(seen_at=None)


def today(time_zone: str, at: datetime | None = None) -> date:
    """The day in the workspace's own time zone; a version is valid to the end of its last one."""
    return (at or now()).astimezone(ZoneInfo(time_zone)).date()


def _said(case: Case) -> str:
    theirs = Message.objects.filter(filing__case=case, direction=Message.Direction.IN).order_by("-pk")[:READ_BACK]
    said = [case.subject, *(f"{each.subject}\n{each.text[:LOOKED_AT]}" for each in theirs)]
    return "\n".join(said)


def _products(case: Case, said: str, found: Iterable[WordingVersion]) -> set[str]:
    """The products of the case: the one on file, and those that were named, misspelt or not."""
    names = Names(sorted({each.wording.product for each in found} - {""}))
    named = {each.entry for each in names.find(Line(said))}
    return named | ({fold(case.product)} if case.product else set())


def _is_about(version: WordingVersion, about: set[str]) -> bool:
    return not about or not version.wording.product or fold(version.wording.product) in about


def _has(version: WordingVersion, wanted: list[str]) -> bool:
    wording = version.wording
    inside = fold(f"{wording.code} {wording.title} {wording.topic} {wording.product} {version.text}")
    return all(word in inside for word in wanted)


def _order(version: WordingVersion, case: Case, about: set[str], spoken: set[str]) -> tuple[object, ...]:
    wording = version.wording
    foreign = version.language.partition("-")[0] != (case.language or "").lower().partition("-")[0]
    shared = spoken & set(_words(f"{wording.title} {wording.topic}"))
    public_last = wording.audience == Audience.PUBLIC and case.last_audience == Audience.PRIVATE
    return foreign, public_last, fold(wording.product) not in about, -len(shared), wording.code


def _words(text: str) -> list[str]:
    return [word for _, word in Line(text).words() if len(word) >= LEAST_LETTERS]
