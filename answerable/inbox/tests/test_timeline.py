"""A long case: the newest first, the earlier ones when asked for, and only what is new while somebody looks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from answerable.cases import noting, raising
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.core.access import House, Viewer
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.inbox import timeline
from answerable.replies import answering, outcomes
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

pytestmark = pytest.mark.django_db
ENTRY = re.compile(r'id="(m-\d+)"')
REGION = re.compile(r'<\w+[^>]* id="([\w-]+)" data-swap')


def as_(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def long_case(cast: Cast, count: int, *, apart: timedelta = timedelta(hours=7), ends: datetime | None = None) -> Case:
    """A customer who writes again and again, the last time `ends`."""
    ends = ends or now()
    case = None
    for number in range(count):
        again = {"In_Reply_To": "<m.0@x>"} if number else {}
        body = letter(f"Letter {number}", message_id=f"<m.{number}@x>", **again)
        case = arrive(body, cast.mailbox, at=ends - apart * (count - 1 - number))
    assert case is not None
    return case


def shown(page: str) -> list[str]:
    return ENTRY.findall(page)


def all_of(case: Case) -> list[str]:
    return [f"m-{pk}" for pk in Message.objects.filter(filing__case=case).order_by("pk").values_list("pk", flat=True)]


def get(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def link(page: str) -> str:
    found = re.search(r'hx-get="(/cases/\d+/earlier\?[^"]+)"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_a_long_case_begins_with_its_newest_whole_days(cast: Cast) -> None:
    case = long_case(cast, 50)
    page = get(as_(cast.ada), f"/cases/{case.pk}")
    here = shown(page)
    assert timeline.NEWEST <= len(here) < timeline.NEWEST + 4
    assert here == all_of(case)[-len(here) :]
    assert f"Show the {50 - len(here)} earlier messages" in page


def test_the_earlier_ones_are_the_rest_and_nothing_twice(cast: Cast) -> None:
    case, client = long_case(cast, 50), as_(cast.ada)
    page = get(client, f"/cases/{case.pk}")
    above = get(client, link(page))
    assert [*shown(above), *shown(page)] == all_of(case)
    assert (above + page).count("The case was opened.") == 1


def test_without_script_one_link_shows_all(cast: Cast) -> None:
    case = long_case(cast, 45)
    page = get(as_(cast.ada), f"/cases/{case.pk}", all="1")
    assert shown(page) == all_of(case)
    assert "earlier message" not in page


def test_a_case_of_few_messages_shows_all_of_them(cast: Cast) -> None:
    case = long_case(cast, timeline.NEWEST)
    page = get(as_(cast.ada), f"/cases/{case.pk}")
    assert shown(page) == all_of(case)
    assert 'id="earlier"' not in page


def test_a_reminder_is_said_by_its_message_alone(cast: Cast) -> None:
    case = long_case(cast, 5)
    assert Event.objects.filter(case_id=case.pk, kind="case_raised", data__because="reminder").exists()
    page = get(as_(cast.ada), f"/cases/{case.pk}", all="1")
    assert "The case was raised." not in page
    Case.objects.filter(pk=case.pk).update(raised_at=None)
    case.refresh_from_db()
    assert raising.raise_case(case, by=House(cast.workspace.pk, "tests"))
    assert "The case was raised." in get(as_(cast.ada), f"/cases/{case.pk}", all="1")


def test_a_very_long_day_is_cut_and_its_heading_moves_up(cast: Cast) -> None:
    evening = now().replace(hour=20)
    case, client = long_case(cast, 70, apart=timedelta(minutes=3), ends=evening), as_(cast.ada)
    page = get(client, f"/cases/{case.pk}")
    day = re.search(r'<h3 class="day" id="(day-[\d-]+)"', page)
    above = get(client, link(page))
    assert len(shown(page)) == timeline.NEWEST
    assert [*shown(above), *shown(page)] == all_of(case)
    assert day
    assert f'<h3 id="{day[1]}" hx-swap-oob="delete">' in above


@pytest.mark.parametrize("which", [0, 5, 49])
def test_a_link_to_a_message_reaches_back_to_it(cast: Cast, which: int) -> None:
    case = long_case(cast, 50)
    named = all_of(case)[which]
    assert named in shown(get(as_(cast.ada), f"/cases/{case.pk}", message=named.removeprefix("m-")))


@pytest.mark.parametrize("odd", ["0", "-1", "x", "9" * 5000, "²"])
def test_a_message_that_is_not_of_this_case_changes_nothing(cast: Cast, odd: str) -> None:
    case, client = long_case(cast, 45), as_(cast.ada)
    assert shown(get(client, f"/cases/{case.pk}", message=odd)) == shown(get(client, f"/cases/{case.pk}"))


def test_search_leads_to_the_message_itself(cast: Cast) -> None:
    case, client = long_case(cast, 50), as_(cast.ada)
    first = all_of(case)[0]
    assert f"/cases/{case.pk}?message={first.removeprefix('m-')}#{first}" in get(client, "/search", q="Letter 0")


def test_the_news_of_a_case_are_what_came_and_what_looks_different(cast: Cast) -> None:
    case, client = long_case(cast, 3), as_(cast.ada)
    reply = answering.answer(case, text="We look.", audience="private", key="k", by=cast.ada)
    get(client, f"/cases/{case.pk}")  # the first look writes a line of its own, the second none
    seq = re.search(r'data-seq="(\d+)"', get(client, f"/cases/{case.pk}"))
    assert seq
    assert shown(get(client, f"/cases/{case.pk}/news", after=seq[1])) == []

    outcomes.tell("reply_delayed", reply)
    note = noting.note(case, text="She called.", key="n", by=cast.ada)

    new = get(client, f"/cases/{case.pk}/news", after=seq[1])
    assert shown(new) == [f"m-{reply.message_id}", f"m-{note.pk}"]
    assert "on its way for longer" in new
    assert f'data-seq="{int(seq[1]) + 2}"' in new


def test_the_news_leave_out_what_stands_above_the_page(cast: Cast) -> None:
    case, client = long_case(cast, 3), as_(cast.ada)
    since = (now() - timedelta(hours=8)).isoformat()
    assert shown(get(client, f"/cases/{case.pk}/news", after="0", since=since)) == all_of(case)[-2:]


def test_every_region_that_changes_is_in_the_news(cast: Cast) -> None:
    case, client = long_case(cast, 1), as_(cast.ada)
    regions = set(REGION.findall(get(client, f"/cases/{case.pk}")))
    assert regions
    assert regions == set(REGION.findall(get(client, f"/cases/{case.pk}/news")))
