"""Questions about cases, always for a viewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from answerable.cases import custody_queries
from answerable.cases.models import Case
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.models import Team
from answerable.core.text import telephone
from answerable.core.text.fold import fold

ROWS = 50
MOST_COUNTED = 1000
"""A view counts up to here and then says “and more”: counting a million rows helps nobody and costs everybody."""
FEW = 1000
SHOWN = (
    *("state", "subject", "product", "tags", "language", "channels", "contact__name", "contacts_count"),
    *("promised_at", "waiting_since", "waiting_for", "closed_at", "first_answer_at", "opened_at"),
    *("last_at", "last_text", "last_audience", "last_direction"),
    *("workspace_id", "holder_user__name", "holder_team__name"),
)
"""What a row of a list shows; the rest stays in the database until somebody asks for it."""
OWN: Mapping[str, Callable[[QuerySet[Case], Viewer], QuerySet[Case]]] = {
    "mine": lambda cases, viewer: cases.filter(holder_user_id=viewer.user_id),
    "offered": lambda cases, viewer: cases.filter(pk__in=custody_queries.offers(viewer).order_by().values("case_id")),
    "followed": lambda cases, viewer: cases.filter(followers__user_id=viewer.user_id, followers__ended_at=None),
}
"""The lists of one's own, among open cases."""
FIELDS = ("holder_user", "holder_team", "contact", "team")
NAMED = ("holder_user", "holder_team", "contact")
"""Whom a row names."""


@dataclass(frozen=True)
class View:
    """A named list of cases. `key` goes into the address; `count` is None until it is counted."""

    key: str
    label: Any
    count: int | None = None

    @property
    def is_long(self) -> bool:
        return self.count == MOST_COUNTED


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the waiting ones come after the others, each by promised time and id."""

    waiting: bool
    promised_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{int(self.waiting)}~{self.promised_at.isoformat()}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor in an address, None for one that is none of ours."""
        try:
            waiting, at, key = text.split("~")
            cursor = cls(waiting == "1", datetime.fromisoformat(at), int(key))
        except ValueError:
            return None
        return cursor if cursor.promised_at.tzinfo else None


@dataclass(frozen=True)
class Page:
    """Up to `ROWS` cases in working order, and where the next page starts."""

    cases: Sequence[Case]
    next: Cursor | None


def views(viewer: Viewer, *, count: bool = True) -> list[View]:
    """The lists that this viewer has, in the order of the screen."""
    teams = access.rows(Team, viewer).order_by("name")
    own = teams if viewer.sees_all else teams.filter(pk__in=viewer.team_ids)
    named = [
        View("next", _("What is next")),
        View("mine", _("Held by me")),
        View("offered", _("Offered to me")),
        View("followed", _("Followed by me")),
        *(View(f"queue-{team.pk}", team.name) for team in own),
        View("waiting", _("Waiting for the customer")),
        View("closed", _("Closed")),
    ]
    if not count:
        return named
    counts = counted(viewer, [view.key for view in named])
    return [View(each.key, each.label, counts[each.key]) for each in named]


def counted(viewer: Viewer, keys: Sequence[str]) -> Mapping[str, int]:
    """How many cases each of these views of the viewer holds, up to `MOST_COUNTED`; all in one statement."""
    asked, statement, values = _counting(viewer, tuple(keys))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        numbers = cursor.fetchone() or ()
    return _together(keys, asked, numbers)


def _together(keys: Sequence[str], asked: Sequence[str], numbers: Sequence[int]) -> Mapping[str, int]:
    found = dict.fromkeys(keys, 0)
    for key, number in zip(asked, numbers, strict=True):
        found[key] = min(found[key] + number, MOST_COUNTED)
    return found


def narrowed(viewer: Viewer, wanted: Mapping[str, Q]) -> Mapping[str, int]:
    """How many open cases of the viewer each of these conditions leaves, up to `MOST_COUNTED`; all in one statement."""
    parts = [(key, part.filter(only)) for key, only in wanted.items() for part in _parts(viewer, "next", waiting=None)]
    if not parts:
        return {}
    asked, statement, values = _statement(parts)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        numbers = cursor.fetchone() or ()
    return _together(list(wanted), asked, numbers)


def ids(viewer: Viewer, key: str, *, most: int, only: Q | None = None) -> list[int]:
    """The ids of the first cases of a view, in its order."""
    return _listed(viewer, key, None, most, only or Q())


def page(
    viewer: Viewer,
    key: str = "next",
    *,
    after: Cursor | None = None,
    rows: int = ROWS,
    only: Q | None = None,
    whole: bool = True,
) -> Page:
    """One page of a view: what waits for us by promised time, then what waits for the customer.

    `only` narrows it. Cases that are not `whole` bring what a row shows.
    """
    listed = _listed(viewer, key, after, rows + 1, only or Q())
    read = Case.objects.select_related(*FIELDS) if whole else Case.objects.select_related(*NAMED).only(*SHOWN)
    cases = read.in_bulk(listed)
    found = [cases[pk] for pk in listed if pk in cases]
    return Page(found[:rows], Cursor(*_place(found[rows - 1])) if len(found) > rows else None)


def _listed(viewer: Viewer, key: str, after: Cursor | None, most: int, only: Q) -> list[int]:
    """The ids of a page, in its order."""
    if key == "closed":
        parts = [part.filter(only) for part in _parts(viewer, key, waiting=None)]
        return _merged([part.filter(_earlier(after)) if after else part for part in parts], ("-closed_at", "-id"), most)
    found: list[int] = []
    for waiting in (False, True):
        if len(found) >= most or (after is not None and after.waiting and not waiting):
            continue
        here = after if after is not None and after.waiting == waiting else None
        parts = [part.filter(only) for part in _parts(viewer, key, waiting=waiting)]
        rest = [part.filter(_later(here)) if here else part for part in parts]
        found += _merged(rest, ("promised_at", "id"), most - len(found))
    return found


def some(
    viewer: Viewer,
    key: str,
    ids: Sequence[int],
    *,
    after: Cursor | None = None,
    until: Cursor | None = None,
    only: Q | None = None,
) -> Sequence[Case]:
    """Those of these cases that stand on one page of a view now, in its order; a page goes from `after` to `until`."""
    parts = _parts(viewer, key, waiting=None)
    if not ids or not parts:
        return []
    found = reduce(or_, parts).filter(only or Q(), pk__in=ids).select_related(*NAMED).only(*SHOWN)
    placed = sorted(found, key=_place, reverse=key == "closed")
    return [case for case in placed if _is_on_page(_place(case), key, after, until)]


def _place(case: Case) -> tuple[bool, datetime, int]:
    """Where a case stands in its list, in the terms of a cursor."""
    return case.waiting_since is not None and not case.closed_at, case.closed_at or case.promised_at, case.pk


def _is_on_page(place: tuple[bool, datetime, int], key: str, after: Cursor | None, until: Cursor | None) -> bool:
    low, high = (until, after) if key == "closed" else (after, until)
    above = low is None or place > (low.waiting, low.promised_at, low.id)
    below = high is None or place < (high.waiting, high.promised_at, high.id)
    at_the_end = until is not None and place == (until.waiting, until.promised_at, until.id)
    return (above and below) or at_the_end


def position(viewer: Viewer, case: Case) -> bool:
    """Is the case still visible to this viewer? For a live row that may have to go."""
    return access.rows(Case, viewer).filter(pk=case.pk).exists()


def contacts(viewer: Viewer) -> QuerySet[Contact]:
    """The contacts whose cases the viewer sees, each once."""
    return Contact.objects.filter(pk__in=access.rows(Case, viewer).values("contact_id"))


@dataclass(frozen=True)
class Hit:
    """A message that has the words, with its case."""

    message: Message
    case: Case


def search(viewer: Viewer, words: str, *, rows: int = ROWS, before: int | None = None) -> list[Hit]:
    """Messages that hold all the words (the last one as a beginning), newest first, rights applied.

    `before` is the id of the last message of the page before.
    """
    query = as_query(words)
    if query is None:
        return []
    having = _having(query, viewer)
    if numbers := telephone.meant(words, _countries(viewer)):
        having |= Q(author__namespace="phone", author__value__in=numbers)
    found = access.rows(Message, viewer).filter(having)
    found = found.filter(pk__lt=before) if before is not None else found
    related = ("filing__case__contact", "filing__case__holder_user", "filing__case__holder_team", "author", "user")
    newest = found.select_related(*related).order_by("-id")[:rows]
    return [Hit(message, message.filing.case) for message in newest]


def as_query(words: str) -> SearchQuery | None:
    """Words as PostgreSQL searches them; None when there is nothing to search for."""
    folded = [
        "".join(letter for letter in word if letter.isalnum() or letter in "@._-") for word in fold(words).split()
    ]
    quoted = [f"'{word}'" for word in folded if word.strip("@._-")]
    if not quoted:
        return None
    return SearchQuery(" & ".join([*quoted[:-1], f"{quoted[-1]}:*"]), config="simple", search_type="raw")


def _countries(viewer: Viewer) -> set[str]:
    """Where numbers belong that are written without a country: as the telephone lines of the workspace say."""
    told = Source.objects.filter(workspace_id=viewer.workspace_id, settings__has_key="country")
    return {str(country) for country in told.values_list("settings__country", flat=True)}


def _having(query: SearchQuery, viewer: Viewer) -> Q:
    """Messages with these words. Where they are few they are named.

    PostgreSQL cannot tell how rare a rare word is. Left alone it takes it for not so rare, walks from the newest
    message to the oldest, and needs a second for one hit in a million.
    """
    having = Q(search=query)
    few = Message.objects.filter(having, workspace_id=viewer.workspace_id).values_list("pk", flat=True)[: FEW + 1]
    return Q(pk__in=list(few)) if len(few) <= FEW else having


@lru_cache(maxsize=512)
def _counting(viewer: Viewer, keys: tuple[str, ...]) -> tuple[list[str], str, list[Any]]:
    """The statement is the same whenever the same person looks; to write it takes longer than to carry it out."""
    return _statement([(key, part) for key in keys for part in _parts(viewer, key, waiting=None)])


def _statement(parts: Sequence[tuple[str, QuerySet[Case]]]) -> tuple[list[str], str, list[Any]]:
    asked = [part.order_by().values("pk")[:MOST_COUNTED].query.sql_with_params() for _, part in parts]
    columns = ", ".join(f"(SELECT count(*) FROM ({each}) AS listed)" for each, _ in asked)  # noqa: S608 - Django's own
    return [key for key, _ in parts], f"SELECT {columns}", [value for _, values in asked for value in values]


def _parts(viewer: Viewer, key: str, *, waiting: bool | None) -> list[QuerySet[Case]]:
    """A view as lists that each have an index in working order; together they hold each case once."""
    if key == "closed":
        return _reached(viewer, Case.objects.filter(workspace_id=viewer.workspace_id, state=Case.State.CLOSED))
    open_ = Case.objects.filter(workspace_id=viewer.workspace_id, state=Case.State.OPEN)
    if waiting is not None:
        open_ = open_.filter(waiting_since__isnull=not waiting)
    if key in OWN:
        return [OWN[key](open_, viewer)]
    if key.startswith("queue-"):
        return _queue(viewer, key, open_)
    if key == "waiting":
        return [] if waiting is False else _reached(viewer, open_.filter(waiting_since__isnull=False))
    if waiting is None:
        return [part for each in (False, True) for part in _parts(viewer, key, waiting=each)]
    return _reached(viewer, open_)


def _reached(viewer: Viewer, cases: QuerySet[Case]) -> list[QuerySet[Case]]:
    """The same rows as `Case.reach`, one list a team."""
    if viewer.sees_all:
        return [cases]
    mine = cases.filter(holder_user_id=viewer.user_id).exclude(team_id__in=viewer.team_ids)
    return [*(cases.filter(team_id=team_id) for team_id in sorted(viewer.team_ids)), mine]


def _queue(viewer: Viewer, key: str, cases: QuerySet[Case]) -> list[QuerySet[Case]]:
    number = key.removeprefix("queue-")
    team_id = int(number) if number.isdecimal() else 0
    if not (viewer.sees_all or team_id in viewer.team_ids):
        return []
    return [cases.filter(team_id=team_id, holder_team_id=team_id)]


def _merged(parts: list[QuerySet[Case]], order: Sequence[str], most: int) -> list[int]:
    """The first of all lists together: each gives its own first ones from its index."""
    if not parts or most <= 0:
        return []
    named = [name.removeprefix("-") for name in order]
    first, *others = [part.order_by(*order).values_list("pk", *named)[:most] for part in parts]
    merged = first.union(*others, all=True).order_by(*order)[:most] if others else first
    return [row[0] for row in merged]


def _later(after: Cursor) -> Q:
    return Q(promised_at__gte=after.promised_at) & (Q(promised_at__gt=after.promised_at) | Q(id__gt=after.id))


def _earlier(after: Cursor) -> Q:
    return Q(closed_at__lte=after.promised_at) & (Q(closed_at__lt=after.promised_at) | Q(id__lt=after.id))
