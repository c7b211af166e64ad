"""Asking a source: what came is stored with the cursor that passes it; trouble is said and loses nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from answerable.channels import connecting
from answerable.channels.models import Allowance, Source
from answerable.core import wire
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.core.wire.calls import HttpAnswer, HttpCall
from answerable.core.wire.failures import NoAnswer
from answerable.intake import polling
from answerable.intake.models import Envelope
from answerable.intake.receiving import LARGE
from answerable.testing.cast import Cast

POST = {"handle": "pia", "text": "It beeps.", "private": False, "at": "2026-07-02T10:00:00+00:00"}


class Square:
    """The other side: answers each question with the next of `pages`; keeps the questions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[HttpCall] = []
        self.pages: list[Any] = []
        monkeypatch.setattr(wire, "run", self.run)

    def run(self, call: HttpCall, **_: object) -> HttpAnswer:
        self.asked.append(call)
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return page if isinstance(page, HttpAnswer) else HttpAnswer(200, {}, json.dumps(page).encode())


@pytest.fixture
def square(monkeypatch: pytest.MonkeyPatch) -> Square:
    return Square(monkeypatch)


def page(*numbers: int, more: bool = False, **changes: Any) -> dict[str, Any]:
    posts = [{**POST, "id": number, **changes} for number in numbers]
    return {"posts": posts, "more": more, "today": now().date().isoformat(), "count_today": len(numbers)}


def kinds(source: Source) -> list[str]:
    events = Event.objects.filter(chain=f"source:{source.pk}").order_by("seq")
    return list(events.values_list("kind", flat=True))[1:]


def test_it_asks_until_nothing_more_waits_and_remembers_where_it_was(cast: Cast, square: Square) -> None:
    square.pages = [page(1, 2, more=True), page(3)]
    assert polling.poll(cast.square) == 3
    assert [call.url.rpartition("=")[2] for call in square.asked] == ["0", "2"]
    assert Source.objects.get(pk=cast.square.pk).cursor == {"after": 3}
    assert cast.square.provider_counts.get().says == 1


def test_what_is_known_already_is_not_new(cast: Cast, square: Square) -> None:
    square.pages = [page(1, 2), page(2, 3)]
    assert [polling.poll(cast.square) for _ in range(2)] == [2, 1]
    assert Envelope.objects.count() == 3


@pytest.mark.parametrize(
    "trouble",
    [NoAnswer("Nobody answers."), HttpAnswer(500), HttpAnswer(429), HttpAnswer(404), HttpAnswer(200, {}, b"<")],
)
def test_trouble_moves_no_cursor_and_is_said_once(cast: Cast, square: Square, trouble: Any) -> None:
    square.pages = [page(1), trouble, trouble, page(2)]
    for _ in range(3):
        polling.poll(cast.square)
    cast.square.refresh_from_db()
    assert cast.square.cursor == {"after": 1}
    assert cast.square.trouble
    assert kinds(cast.square) == ["gap_began", "source_failing"]
    polling.poll(cast.square)
    assert kinds(cast.square) == ["gap_began", "source_failing", "source_recovered", "gap_ended"]


def test_a_key_that_is_no_longer_accepted_pauses_the_source(cast: Cast, square: Square) -> None:
    square.pages = [HttpAnswer(401)]
    polling.poll(cast.square)
    assert polling.poll(cast.square) == 0
    assert len(square.asked) == 1
    assert kinds(cast.square) == ["gap_began", "source_failing", "source_paused", "notice_left", "notice_left"]


def test_a_full_disk_leaves_it_with_the_other_side(cast: Cast, square: Square, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")
    settings.ANSWERABLE_FILES = tmp_path / "taken"
    square.pages = [page(1, text="x" * LARGE)]
    polling.poll(cast.square)
    cast.square.refresh_from_db()
    assert cast.square.cursor == {}
    assert "Nothing was lost" in cast.square.trouble


def test_a_source_is_due_when_its_pause_is_over_and_never_while_it_is_off(cast: Cast, square: Square) -> None:
    assert cast.square in polling.due()
    square.pages = [page(1)]
    polling.poll(cast.square)
    assert cast.square not in polling.due()
    later = now() + timedelta(seconds=6)
    assert cast.square in polling.due(later)
    connecting.pause(cast.square, by=cast.root)
    assert cast.square not in polling.due(later)


def test_a_used_up_source_starves_nothing_else(cast: Cast, square: Square) -> None:
    """The one whose budget is gone is asked nothing and makes no trouble; the next in the row is asked as ever."""
    renews_at = now() + timedelta(minutes=5)
    Allowance.objects.create(source=cast.square, bucket="", left=0, most=100, renews_at=renews_at)
    other = Source.objects.get(pk=cast.square.pk)
    other.pk, other.slug, other.label = None, "another-square", "Another square"
    other.save()
    square.pages = [page(1)]

    due = [source for source in polling.due() if source.slug in (cast.square.slug, other.slug)]
    for source in due:
        polling.poll(source)

    assert len(due) == 2
    assert ["another-square" in call.url for call in square.asked] == [True]
    assert Envelope.objects.filter(source=other).count() == 1
    cast.square.refresh_from_db()
    assert (cast.square.failing_since, cast.square.trouble) == (None, "")
