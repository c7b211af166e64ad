"""A query that finds far more than was thought: at the bell, in the list, on its page, and over the API."""

from __future__ import annotations

from datetime import timedelta

import pytest

from answerable.core.moments import now
from answerable.inbox import bell
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import as_
from answerable.listening import counting, glimpsing, overshooting
from answerable.listening.models import Query
from answerable.listening.posts import Post
from answerable.listening.tests.saved import save, version
from answerable.testing.cast import Cast

SENTENCE = "A query finds far more than was thought."


@pytest.fixture
def query(cast: Cast) -> Query:
    said = ["velorin", *["so tired"] * 99]
    glimpsing.keep(cast.square, [Post(each) for each in said], at=now() - timedelta(days=1))
    query = save(cast, "velorin")
    counting.count([version(query)] * 1_234, at=now())
    overshooting.watch(at=now())
    return query


def test_the_bell_rings_until_the_query_was_looked_at(cast: Cast, query: Query) -> None:
    assert bell.unseen(cast.ben) == 1
    shown = as_(cast.ben).get("/notices").content.decode()
    assert SENTENCE in shown
    assert f'href="/listening/queries/{query.pk}"' in shown
    assert "Brand: 1,234 found on" in shown
    as_(cast.ada).get(f"/listening/queries/{query.pk}")
    assert bell.unseen(cast.ben) == 1
    as_(cast.ben).get(f"/listening/queries/{query.pk}")
    assert bell.unseen(cast.ben) == 0
    assert SENTENCE not in as_(cast.otto).get("/notices").content.decode()


def test_the_list_the_page_and_the_api_say_it(cast: Cast, query: Query) -> None:
    assert "far more than expected" in as_(cast.ada).get("/listening").content.decode()
    page = as_(cast.ben).get(f"/listening/queries/{query.pk}").content.decode()
    assert "it found 1,234, and 1 were expected" in page
    assert told(Program(cast.ben).get(f"queries/{query.pk}"))["far_more_on"] == str(now().date())
