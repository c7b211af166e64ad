"""Queries are kept in versions that nobody can change, and refused with a sentence for each mistake."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from answerable.core import access
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event, Team, User
from answerable.listening import retiring, saving
from answerable.listening.lexing import Misread
from answerable.listening.models import Choices, Query, QueryVersion
from answerable.listening.tests.saved import change, save, whose
from answerable.testing.cast import Cast


def test_a_saved_query_is_on_and_has_its_first_version(cast: Cast) -> None:
    query = save(cast, " velorin OR glimo \r\n")
    assert (query.state, query.version, query.name) == ("on", 1, "Brand")
    assert [(each.number, each.text) for each in query.versions.all()] == [(1, "velorin OR glimo")]
    line = Event.objects.get(kind="query_saved")
    assert line.data == {"query": query.pk, "version": 1}
    assert Choices.objects.get().revision == query.revision == line.pk


def test_other_words_are_a_new_version_and_another_name_is_none(cast: Cast) -> None:
    query = save(cast, "velorin")
    named = change(cast, query, "velorin", name="Velorin", holder=User.objects.get(pk=cast.ada.user_id))
    assert (named.version, named.name, named.holder.name) == (1, "Velorin", "Ada")
    changed = change(cast, named, "velorin OR velorine")
    assert [each.text for each in changed.versions.order_by("number")] == ["velorin", "velorin OR velorine"]
    assert [event.data["version"] for event in Event.objects.filter(kind="query_changed").order_by("pk")] == [1, 2]


def test_who_changes_an_older_version_is_told(cast: Cast) -> None:
    query = save(cast, "velorin")
    change(cast, query, "glimo")
    with pytest.raises(Conflict, match="Somebody else changed this query"):
        change(cast, query, "other", expected=1)
    assert QueryVersion.objects.count() == 2


def test_the_database_refuses_to_change_a_version(cast: Cast) -> None:
    query = save(cast, "velorin")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        query.versions.update(text="x")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        query.versions.all().delete()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (" ", "velorin", "needs a name"),
        ("x" * 81, "velorin", "up to 80 characters"),
        ("Brand", "velorin AND", "missing after AND"),
        ("Brand", "NOT spam", "match everything"),
        ("Brand", "lang:pl", "match everything"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(cast: Cast, name: str, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        save(cast, text, name)
    assert not Query.objects.exists()


def test_a_misread_query_says_where_and_how_it_may_be_meant(cast: Cast) -> None:
    with pytest.raises(Misread) as refused:
        save(cast, '"velorin battery')
    assert (refused.value.start, refused.value.mend) == (0, '"velorin battery"')


def test_two_queries_have_two_names(cast: Cast) -> None:
    save(cast, "velorin")
    with pytest.raises(Conflict, match="of this name already"):
        save(cast, "glimo")


def test_teams_and_people_are_of_the_workspace(cast: Cast) -> None:
    stranger, team = User.objects.get(pk=cast.otto.user_id), Team.objects.get(pk__in=cast.otto.team_ids)
    for other, words in (({"team": team}, "no such team"), ({"holder": stranger}, "no such person")):
        with pytest.raises(Invalid, match=words):
            saving.save(name="Brand", text="velorin", **{**whose(cast), **other}, by=cast.ben)


def test_an_agent_saves_no_query_and_another_workspace_sees_none(cast: Cast) -> None:
    query = save(cast, "velorin")
    with pytest.raises(NotAllowed):
        save(cast, "glimo", "x", by=cast.ada)
    with pytest.raises(NotAllowed):
        retiring.retire(query, by=cast.ada)
    assert access.rows(Query, cast.ada).exists()
    for model in (Query, QueryVersion, Choices):
        assert not access.rows(model, cast.otto).exists()


def test_a_query_is_switched_off_and_on_again(cast: Cast) -> None:
    query = save(cast, "velorin")
    off = retiring.retire(query, by=cast.ben)
    with pytest.raises(Conflict):
        retiring.retire(query, by=cast.ben)
    on = retiring.resume(off, by=cast.ben)
    assert (off.state, on.state) == ("off", "on")
    kinds = ["query_saved", "query_retired", "query_resumed"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True)) == kinds
    assert query.revision < off.revision < on.revision


def test_more_queries_than_there_is_room_for_are_refused(cast: Cast) -> None:
    """Those that are switched off take no room."""
    first, _ = save(cast, "velorin"), save(cast, "glimo", name="Other")
    saving.there_is_room(by=cast.root, most=3)
    with pytest.raises(Invalid, match="2 queries can be on") as refused:
        saving.there_is_room(by=cast.root, most=2)
    assert refused.value.field == "name"
    retiring.retire(first, by=cast.root)
    saving.there_is_room(by=cast.root, most=2)
    with pytest.raises(Invalid):
        saving.there_is_room(by=cast.root, most=2, more=2)
