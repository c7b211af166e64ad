"""Saving a query and changing it. Each change of its words is a new version; the old ones stay.

Whoever changes something holds the row of the workspace's choices, so that the numbers of the changes come in order, and
an engine that saw one has seen all before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from answerable.core import access, journal
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Membership, Team, User
from answerable.core.moments import now
from answerable.core.text.keepable import clean
from answerable.listening import estimating
from answerable.listening.models import Choices, Query, QueryVersion
from answerable.listening.parsing import parse
from answerable.listening.spelling import Spelling

MOST = 100_000
"""Queries of a workspace that are on: what one process was measured to match at the speed of a firehose."""


@dataclass(frozen=True)
class Says:
    """What a query would be, checked."""

    name: str
    text: str
    team: Team
    holder: User


def save(*, name: str, text: str, team: Team, holder: User, by: Viewer) -> Query:
    """Keep a new query; it is heard at once. Raises `Invalid` or `Misread` for what cannot be taken."""
    by.require(Right.MANAGE_RULES)
    choices = held(by=by)
    says = read(choices, name=name, text=text, team=team, holder=holder, by=by)
    per_day = expected_per_day(says.text, by=by)
    there_is_room(by=by)
    return _made(choices, says, per_day, by)


def bring(*, name: str, text: str, team: Team, holder: User, by: Viewer) -> Query:
    """As `save`, for one of many out of a file: without an estimate."""
    by.require(Right.MANAGE_RULES)
    choices = held(by=by)
    return _made(choices, read(choices, name=name, text=text, team=team, holder=holder, by=by), None, by)


def change(query: Query, *, expected: int, name: str, text: str, team: Team, holder: User, by: Viewer) -> Query:
    """Other words are a new version after version `expected`; name, team and holder make none.

    Raises `Conflict` when somebody was first.
    """
    by.require(Right.MANAGE_RULES)
    choices = held(by=by)
    says = read(choices, name=name, text=text, team=team, holder=holder, by=by)
    fresh = Query.objects.select_for_update().filter(pk=query.pk, version=expected).first()
    if fresh is None:
        raise Conflict("Somebody else changed this query meanwhile. Yours was not kept. Load the page again.")
    fresh.name, fresh.team, fresh.holder = says.name, says.team, says.holder
    if says.text != fresh.versions.get(number=expected).text:
        fresh.version = expected + 1
        _keep_version(fresh, says.text, expected_per_day(says.text, by=by), by)
    _write(fresh)
    moved(choices, fresh, "query_changed", by=by, version=fresh.version)
    return fresh


def read(choices: Choices, *, name: str, text: str, team: Team, holder: User, by: Viewer) -> Says:
    """What a query would be. Raises at the first place that cannot be taken. A question."""
    words, meant = " ".join(clean(name).split()), clean(text).replace("\r\n", "\n").strip()
    if not words or len(words) > 80:
        raise Invalid("A query needs a name of up to 80 characters. Nothing was kept.", "name")
    if not access.rows(Team, by).filter(pk=team.pk).exists():
        raise Invalid("There is no such team. Nothing was kept. Choose one of the list.", "team")
    if not access.rows(Membership, by).filter(user=holder, ended_at=None).exists():
        raise Invalid("There is no such person. Nothing was kept. Choose one of the list.", "holder")
    parse(meant, Spelling(choices.protected, lookalikes=choices.lookalikes))
    return Says(words, meant, team, holder)


def expected_per_day(text: str, *, by: Viewer) -> float | None:
    """How much it is expected to find. Raises `Invalid` where that is nearly everything. A question."""
    spelling = estimating.spelling_of(by)
    node = parse(text, spelling)
    found = estimating.of_tree(node, spelling, viewer=by)
    estimating.check_width(node, found)
    return found.per_day


def there_is_room(*, by: Actor, more: int = 1, most: int = MOST) -> None:
    """Raises `Invalid` where `more` queries would be too many. A question."""
    on = Query.objects.filter(workspace_id=by.workspace_id, state=Query.State.ON).count()
    if on + more > most:
        raise Invalid("%(most)d queries can be on. Nothing was kept. Switch one off first.", "name", most=most)


def held(*, by: Actor) -> Choices:
    """The choices of the workspace, locked until this transaction ends."""
    Choices.objects.get_or_create(workspace_id=by.workspace_id)
    return Choices.objects.select_for_update().get(workspace_id=by.workspace_id)


def moved(choices: Choices, query: Query, kind: str, *, by: Actor, version: int) -> None:
    """Write the line of the journal, and say with its number that something changed."""
    line = journal.write(kind, by=by, team_id=query.team_id, data={"query": query.pk, "version": version})
    query.revision = choices.revision = line.pk
    query.save(update_fields=["revision"])
    choices.save(update_fields=["revision"])


def _made(choices: Choices, says: Says, per_day: float | None, by: Viewer) -> Query:
    query = Query(workspace_id=by.workspace_id, name=says.name, team=says.team, holder=says.holder, made_at=now())
    _write(query)
    _keep_version(query, says.text, per_day, by)
    moved(choices, query, "query_saved", by=by, version=1)
    return query


def _write(query: Query) -> None:
    try:
        with transaction.atomic():
            query.save()
    except IntegrityError:
        raise Conflict("There is a query of this name already. Nothing was kept. Choose another.") from None


def _keep_version(query: Query, text: str, per_day: float | None, by: Viewer) -> None:
    facts = {"number": query.version, "text": text, "user_id": by.user_id, "at": now(), "per_day": per_day}
    QueryVersion.objects.create(query=query, **facts)
