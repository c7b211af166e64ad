"""Rows and the words for time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from answerable.cases.models import Case
from answerable.core.web import times
from answerable.inbox.rows import group_of

NOW = datetime(2026, 7, 6, 14, 20, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("english")
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def english() -> Iterator[None]:
    """A page that was asked for before leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("hours", "group"), [(-1, "over"), (0.1, "today"), (9, "today"), (10, "week"), (6 * 24, "week"), (7 * 24, "later")]
)
def test_a_case_stands_under_the_day_of_its_promise(hours: float, group: str) -> None:
    assert group_of(Case(promised_at=NOW + timedelta(hours=hours)), NOW) == group


def test_a_case_that_waits_for_the_customer_is_never_over() -> None:
    assert group_of(Case(promised_at=NOW - timedelta(days=3), waiting_since=NOW), NOW) == "waiting"


def test_the_day_of_a_promise_is_the_day_of_the_workspace() -> None:
    case = Case(promised_at=datetime(2026, 7, 6, 23, 30, tzinfo=UTC))
    assert group_of(case, NOW) == "today"
    with timezone.override("Europe/Warsaw"):
        assert group_of(case, NOW) == "week"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (340, "5 h 40 min"), (1440, "1 d"), (1560, "1 d 2 h"), (-35, "35 min")],
)
def test_a_span_is_said_in_its_two_largest_units(minutes: int, words: str) -> None:
    assert times.words(timedelta(minutes=minutes)) == words.replace(" ", NBSP)


def test_a_moment_is_as_short_as_it_can_be() -> None:
    said = [
        times.brief(NOW - timedelta(**ago), NOW).replace(NBSP, " ") for ago in ({"hours": 1}, {"days": 2}, {"days": 30})
    ]
    assert said == ["13:20", "Sat 14:20", "6 June"]
    with translation.override("pl"):
        assert times.brief(NOW - timedelta(days=30), NOW).replace(NBSP, " ") == "6 czerwca"


def test_the_heading_of_a_day_begins_with_a_capital() -> None:
    with translation.override("pt-br"):
        assert times.day(NOW - timedelta(days=3), NOW).replace(NBSP, " ") == "Sexta-feira, 3 de julho"
    assert times.day(NOW, NOW).replace(NBSP, " ") == "Today, Monday, 6 July"


@pytest.mark.parametrize(("minutes", "words"), [(35, "35 min over"), (241, "4 h over"), (3000, "2 d over")])
def test_what_is_over_is_said_in_its_largest_unit(minutes: int, words: str) -> None:
    assert times.left(NOW - timedelta(minutes=minutes), NOW).replace(NBSP, " ") == words
