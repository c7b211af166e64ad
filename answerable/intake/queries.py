"""Questions about what was weighed, for a viewer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.conversations.recording import once_key
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.intake.knowledge import newest
from answerable.intake.models import Lesson, Sample, Weighed
from answerable.intake.sampling import OF_LATE
from answerable.listening.models import QueryVersion

SAMPLES = 12
MOST_COPIES = 50
"""Of one case, shown beside it."""


def aside(viewer: Viewer, sort: str = "") -> QuerySet[Weighed]:
    """What was set aside, newest first, with the first of each copy."""
    rows = access.rows(Weighed, viewer).exclude(sort="")
    rows = rows.filter(sort=sort) if sort else rows
    return rows.select_related("source", "first__source", "opinion").order_by("-pk")


def counts(viewer: Viewer) -> dict[str, int]:
    """How many were set aside in the last seven days, by sort."""
    rows = access.rows(Weighed, viewer).exclude(sort="").filter(at__gte=now() - OF_LATE)
    return dict(rows.order_by().values_list("sort").annotate(Count("pk")))


def samples(viewer: Viewer) -> list[Sample]:
    return list(access.rows(Sample, viewer).select_related("user").order_by("-pk")[:SAMPLES])


def lessons(viewer: Viewer) -> QuerySet[Lesson]:
    return access.rows(Lesson, viewer).select_related("query", "source", "user").order_by("-pk")


def holding(viewer: Viewer) -> set[int]:
    """The keys of the lessons that hold now."""
    return {lesson.pk for lesson in newest(viewer.workspace_id).values()}


@dataclass(frozen=True)
class Told:
    """What stands beside a row: the names of the queries that found it, the case of its words or of its first's, its copies."""

    queries: Mapping[int, str]
    cases: Mapping[int, Case]
    copies: Mapping[int, int]


def about(rows: Iterable[Weighed], viewer: Viewer) -> Told:
    """For a page of rows in three questions. A case that the viewer may not see is not told of."""
    rows = list(rows)
    versions = {version for row in rows for version in row.versions}
    named = access.rows(QueryVersion, viewer).filter(pk__in=versions).values_list("pk", "query__name")
    copies = access.rows(Weighed, viewer).filter(first__in=rows).values_list("first").annotate(Count("pk"))
    return Told(dict(named) if versions else {}, _cases(rows, viewer), dict(copies.order_by()))


def texts(rows: Iterable[Weighed], viewer: Viewer) -> dict[int, str]:
    """The words of each: of its row while it is set aside, else of the message that it became."""
    rows = list(rows)
    found = {row.pk: row.text for row in rows if row.text}
    kept = {once_key(row.source, row.external_id): row for row in rows if not row.text}
    said = access.rows(Message, viewer).filter(once__in=kept)
    return found | {kept[once].pk: text for once, text in said.values_list("once", "text")}


@dataclass(frozen=True)
class Copy:
    """Somebody else said the same: who and when, and the case that it became, None where it was set aside or is not to be seen."""

    row: Weighed
    author: str
    case: Case | None


def copies_of(case: Case, viewer: Viewer) -> list[Copy]:
    """What others said in the same words as this case's messages, earliest first. Their authors are kept, also of what was set aside."""
    carried = access.rows(Weighed, viewer).filter(envelope__sightings__message__filing__case=case)
    firsts = [each for each in carried.select_related("source") if _is_of(each, case)]
    rows = list(access.rows(Weighed, viewer).filter(first__in=firsts).select_related("source", "first__source"))
    kept = {once_key(row.source, row.external_id): row.pk for row in rows if not row.is_aside}
    said = access.rows(Message, viewer).filter(once__in=kept).select_related("author")
    authors = {kept[each.once]: str(each.author) for each in said if each.author}
    cases = _cases([row for row in rows if not row.is_aside], viewer)
    return [
        Copy(row, authors.get(row.pk, row.author), cases.get(row.pk)) for row in sorted(rows, key=lambda each: each.pk)
    ][:MOST_COPIES]


def _is_of(row: Weighed, case: Case) -> bool:
    """An envelope may hold several utterances, and only some of them may be in the case."""
    return case.filings.filter(message__once=once_key(row.source, row.external_id)).exists()


def _cases(rows: list[Weighed], viewer: Viewer) -> dict[int, Case]:
    """By the key of the row: that of what it became, or of the one that it is a copy of."""
    wanted = {row.pk: each for row in rows if (each := row.first if row.is_aside else row) is not None}
    keys = {once_key(each.source, each.external_id) for each in wanted.values()}
    filed = access.rows(Case, viewer).filter(filings__message__once__in=keys)
    cases = (
        {case.once: case for case in filed.annotate(once=F("filings__message__once")).order_by("filings__id")}
        if keys
        else {}
    )
    found = {pk: cases.get(once_key(each.source, each.external_id)) for pk, each in wanted.items()}
    return {pk: case for pk, case in found.items() if case is not None}
