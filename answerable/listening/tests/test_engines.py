"""The engine holds what the database says, at the latest from the next batch on, whoever changed it."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread

from django.db import connection
from django.test.utils import CaptureQueriesContext

from answerable.core.models import Event
from answerable.listening import counting, retiring, saving
from answerable.listening.engines import Engine, engine_of
from answerable.listening.models import Choices, Found, QueryVersion
from answerable.listening.posts import Post
from answerable.listening.tests.saved import change, save, version
from answerable.testing.cast import Cast

VELORIN = Post("Velorin keeps me awake")


def test_a_saved_query_is_heard_at_once_and_a_changed_one_by_its_new_version(cast: Cast) -> None:
    engine = engine_of(cast.workspace.pk)
    assert engine.match(VELORIN).versions == ()
    query = save(cast, "velorin")
    assert engine_of(cast.workspace.pk) is engine
    assert engine.match(VELORIN).versions == (version(query),)
    change(cast, query, "velorin awake")
    assert engine_of(cast.workspace.pk).match(VELORIN).versions == (version(query, 2),)
    change(cast, query, "glimo", expected=2)
    assert engine_of(cast.workspace.pk).match(VELORIN).versions == ()


def test_a_retired_query_finds_nothing_until_it_is_on_again(cast: Cast) -> None:
    query = save(cast, "velorin")
    found = engine_of(cast.workspace.pk).match(VELORIN).versions
    off = retiring.retire(query, by=cast.ben)
    assert engine_of(cast.workspace.pk).match(VELORIN).versions == ()
    retiring.resume(off, by=cast.ben)
    assert engine_of(cast.workspace.pk).match(VELORIN).versions == found == (version(query),)


def test_an_engine_reads_only_what_changed(cast: Cast) -> None:
    save(cast, "velorin")
    engine_of(cast.workspace.pk)
    with CaptureQueriesContext(connection) as asked:
        engine_of(cast.workspace.pk)
    assert len(asked) == 1, "one small question where nothing changed"
    save(cast, "glimo", "Second")
    with CaptureQueriesContext(connection) as asked:
        assert len(engine_of(cast.workspace.pk)) == 2
    assert all('revision" > ' in each["sql"] for each in asked.captured_queries[1:])


def test_the_queries_of_another_workspace_are_not_heard(cast: Cast) -> None:
    save(cast, "velorin")
    assert engine_of(cast.otto.workspace_id).match(VELORIN).versions == ()


def test_a_query_that_nobody_can_read_any_more_stops_no_other(cast: Cast) -> None:
    query, other = save(cast, "velorin"), save(cast, "awake", "Second")
    QueryVersion.objects.create(query=query, number=2, text="velorin AND", user_id=cast.ben.user_id, at=query.made_at)
    query.version, query.revision = 2, Event.objects.latest("pk").pk + 1
    query.save()
    Choices.objects.update(revision=query.revision)
    engine = engine_of(cast.workspace.pk)
    assert engine.match(VELORIN).versions == (version(other),)
    assert engine.unread == {version(query, 2): "Something to seek is missing after AND."}


def test_several_threads_match_while_queries_come_and_go(cast: Cast) -> None:
    engine = engine_of(cast.workspace.pk)
    save(cast, "velorin")
    wrong: list[object] = []

    def listen() -> None:
        for _ in range(2_000):
            try:
                engine.match(VELORIN)
            except RuntimeError as error:
                wrong.append(error)

    threads = [Thread(target=listen) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(40):
        save(cast, f"velorin OR w{number}", f"Query {number}")
        engine_of(cast.workspace.pk)
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(engine.match(VELORIN).versions) == 41


def test_words_that_trend_are_filed_under_others(cast: Cast) -> None:
    save(cast, "velorin awake")
    engine = engine_of(cast.workspace.pk)
    for number in range(2_100):
        engine.match(Post(f"velorin news {number}"))
    assert [filed.keys for filed in engine._matcher._queries.values()] == [frozenset({"awake"})]


def test_finds_are_counted_by_query_and_day(cast: Cast) -> None:
    query, other = save(cast, "velorin"), save(cast, "glimo", "Second")
    first, second = (datetime(2026, 7, 3, hour, tzinfo=UTC) for hour in (9, 11))
    counting.count([version(query), version(other), version(query)], at=second)
    counting.count([version(query)], at=first)
    counting.count([], at=first)
    counted = Found.objects.order_by("query_id").values_list("query", "posts", "last_at")
    assert list(counted) == [(query.pk, 3, second), (other.pk, 1, second)]


def test_an_engine_of_its_own_starts_whole(cast: Cast) -> None:
    kept = save(cast, "velorin")
    retiring.retire(save(cast, "awake", "Second"), by=cast.ben)
    engine = Engine(cast.workspace.pk)
    engine.follow()
    assert engine.match(VELORIN).versions == (version(kept),)
    assert saving.MOST >= 100_000
