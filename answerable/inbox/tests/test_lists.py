"""Filters, saved views and many cases at once, as pages."""

from __future__ import annotations

import re

import pytest

from answerable.cases import describing, viewing
from answerable.cases.conditions import Condition
from answerable.cases.facts import Op
from answerable.cases.models import Bulk, Case, SavedView
from answerable.core.access import Viewer
from answerable.inbox import lists
from answerable.inbox.tests.test_pages import as_
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def cases(cast: Cast) -> list[Case]:
    made = []
    for name in ("Pia", "Rob", "Uma"):
        mail = letter("Hi", subject=f"S-{name}", sender=f"{name} <{name}@example.net>", message_id=f"<{name}@x>")
        case = arrive(mail, cast.mailbox)
        assert case is not None
        made.append(case)
    describing.tag(made[0], ["recall"], by=cast.ada)
    return made


def listed(viewer: Viewer, address: str) -> list[str]:
    return sorted(set(re.findall(r"· S-(\w+)</a>", as_(viewer).get(address).content.decode())))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("tag=Recall", ["Pia"]),
        ("words=rob", ["Rob"]),
        ("channel=form", []),
        ("channel=email&tag=recall", ["Pia"]),
        ("holder=nobody&late=no", ["Pia", "Rob", "Uma"]),
        ("view=mine&tag=recall", []),
        ("late=perhaps&followers=9", ["Pia", "Rob", "Uma"]),
    ],
)
def test_a_list_is_filtered(cast: Cast, cases: list[Case], asked: str, names: list[str]) -> None:
    assert listed(cast.ada, f"/?{asked}") == names


def test_rows_that_change_come_by_the_same_filters(cast: Cast, cases: list[Case]) -> None:
    ids = "&".join(f"case={case.pk}" for case in cases)
    assert listed(cast.ada, f"/rows?view=next&tag=recall&{ids}") == ["Pia"]


def test_filters_are_saved_shared_counted_and_ended(cast: Cast, cases: list[Case]) -> None:
    ben = as_(cast.ben)
    assert ben.post("/views", {"view": "next", "tag": "recall", "name": "Recalls"}).status_code == 303
    view = SavedView.objects.get()
    assert listed(cast.ben, f"/?view=saved-{view.pk}") == ["Pia"]
    assert re.search(r'Recalls <span class="num">1</span>', ben.get("/").content.decode())
    assert as_(cast.ada).get(f"/?view=saved-{view.pk}").status_code == 404
    ben.post(f"/views/{view.pk}/share", {"among": str(cast.front_line.pk)})
    assert listed(cast.ada, f"/?view=saved-{view.pk}") == ["Pia"]
    assert as_(cast.ada).post(f"/views/{view.pk}/end").status_code == 403
    ben.post(f"/views/{view.pk}/end")
    assert ben.get(f"/?view=saved-{view.pk}").status_code == 404
    assert ben.post("/views", {"view": "next", "name": "Nothing asked"}).status_code == 422


def test_a_saved_view_is_renamed_changed_and_no_longer_shared(cast: Cast, cases: list[Case]) -> None:
    ben = as_(cast.ben)
    ben.post("/views", {"view": "next", "tag": "recall", "name": "Recalls"})
    view = SavedView.objects.get()
    address = f"/views/{view.pk}"
    assert f'action="{address}"' in ben.get(f"/?view=saved-{view.pk}").content.decode()
    assert ben.post(address, {"name": "Nothing asked"}).status_code == 422
    ben.post(address, {"name": "Recalls by mail", "keep": "0", "channel": "email"})
    view.refresh_from_db()
    assert (view.name, [each["fact"] for each in view.conditions]) == ("Recalls by mail", ["tag", "channel"])
    ben.post(address, {"name": "Mail", "keep": "1"})
    view.refresh_from_db()
    assert [each["fact"] for each in view.conditions] == ["channel"]
    shown = listed(cast.ben, f"/?view=saved-{view.pk}")
    (count,) = [each.count for each in lists.saved_views(cast.ben) if each.label == "Mail"]
    assert count == len(shown) == 3
    ben.post(f"{address}/share", {"among": str(cast.front_line.pk)})
    assert as_(cast.ada).post(address, {"name": "Mine", "keep": "0"}).status_code == 403
    assert f'action="{address}"' not in as_(cast.ada).get(f"/?view=saved-{view.pk}").content.decode()
    ben.post(f"{address}/share", {"among": "me"})
    assert as_(cast.ada).get(f"/?view=saved-{view.pk}").status_code == 404


def test_a_shared_view_shows_and_counts_only_ones_own_cases(cast: Cast, cases: list[Case]) -> None:
    view = viewing.save(name="Mails", asked=(Condition("channel", Op.IS, ("email",)),), by=cast.root)
    viewing.share(view, among="everybody", by=cast.root)
    assert len(listed(cast.ada, f"/?view=saved-{view.pk}")) == 3
    page = as_(cast.mira).get(f"/?view=saved-{view.pk}").content.decode()
    assert "S-Pia" not in page
    assert re.search(r'Mails <span class="num">0</span>', page)


def test_several_are_looked_at_done_and_taken_back(cast: Cast, cases: list[Case]) -> None:
    client = as_(cast.ben)
    given = {"action": "queue", "value": "device SUPPORT", "case": [str(case.pk) for case in cases[:2]]}
    page = client.post("/many/preview", given).content.decode()
    assert "It will be done to 2 cases" in page
    assert Case.objects.filter(team=cast.front_line).count() == 3
    hidden = dict(re.findall(r'name="(key|action|value|seen)" value="([^"]*)"', page))
    for _click in range(2):
        answer = client.post("/many", hidden)
    bulk = Bulk.objects.get()
    assert answer["Location"] == f"/many/{bulk.pk}"
    assert Case.objects.filter(holder_team=cast.device_support).count() == 2
    assert "Take it back" in client.get(f"/many/{bulk.pk}").content.decode()
    client.post(f"/many/{bulk.pk}/undoing")
    assert Case.objects.filter(holder_team=cast.front_line).count() == 3
    assert "2 of 2 taken back" in client.get(f"/many/{bulk.pk}").content.decode()


def test_all_of_a_filtered_list_are_chosen_and_what_cannot_be_done_is_said(cast: Cast, cases: list[Case]) -> None:
    given = {"action": "tag", "value": "recall", "all": "1", "view": "next", "channel": "email"}
    page = as_(cast.ada).post("/many/preview", given).content.decode()
    assert "It will be done to 2 cases" in page
    assert "It has this tag already." in page


def test_nothing_chosen_and_nothing_to_do_are_refused(cast: Cast, cases: list[Case]) -> None:
    client = as_(cast.ada)
    assert client.post("/many/preview", {"action": "tag", "value": "x"}).status_code == 422
    assert client.post("/many/preview", {"case": [str(cases[0].pk)]}).status_code == 422
    assert client.post("/many", {"action": "tag", "value": "x", "seen": "rubbish", "key": "k"}).status_code == 422
    assert not Bulk.objects.exists()
