"""Every reason why a reply may not go out."""

from __future__ import annotations

import json

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Identity
from answerable.core.access import House
from answerable.core.moments import now
from answerable.replies import answering, checking
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

POST = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "It beeps."}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(canonical({**POST, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def codes(case: Case, text: str = "We come.", audience: str = "public", *people: Identity) -> dict[str, bool]:
    place = answering.place(case, audience)
    found = checking.check(case, text=text, audience=audience, conversation=place, recipients=people or None)
    return {concern.code: concern.blocks for concern in found}


def test_a_plain_answer_may_go_out(case: Case) -> None:
    assert codes(case) == {}


@pytest.mark.parametrize("text", ["My number is 601 202 303.", "It was pia@example.net.", "Order 12345678 left."])
def test_what_points_to_one_person_stays_out_of_public(case: Case, text: str) -> None:
    assert codes(case, text) == {"personal_data": True}
    assert codes(case, text, "private") == {}


def test_an_empty_or_overlong_text_is_stopped(case: Case) -> None:
    assert codes(case, " \n") == {"empty": True}
    assert codes(case, "x" * 501) == {"too_long": True}
    assert codes(case, "x" * 500) == {}


def test_a_paused_source_lets_it_wait(cast: Cast, case: Case) -> None:
    connecting.pause(cast.square, by=cast.root)
    assert codes(case) == {"paused": False}


def test_where_nobody_can_be_answered_it_is_said(cast: Cast, case: Case) -> None:
    found = checking.check(case, text="x", audience="public", conversation=None)
    assert [(each.code, each.blocks) for each in found] == [("nowhere", True)]


def test_a_private_answer_to_nobody_is_stopped(case: Case) -> None:
    place = answering.place(case, "private")
    found = checking.check(case, text="We come.", audience="private", conversation=place, recipients=())
    assert [(each.code, each.blocks) for each in found] == [("nobody", True)]


def test_an_address_that_sent_mail_back_and_a_stranger_are_pointed_out(cast: Cast, case: Case) -> None:
    pia = Identity.objects.get(value="pia")
    assert codes(case, "x", "private", pia) == {}
    Identity.objects.filter(pk=pia.pk).update(unreachable_at=now(), unreachable_because="no such user")
    other = arrive(canonical({**POST, "id": 8, "handle": "rob", "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert other is not None
    pia.refresh_from_db()
    found = codes(case, "x", "private", pia, Identity.objects.get(value="rob"))
    assert found == {"unreachable": False, "outside": False}


def test_where_one_answer_is_kept_a_second_one_says_that_it_replaces_the_first(cast: Cast) -> None:
    by = House(cast.workspace.pk, "tests")
    values = {"location": "accounts/1/locations/2", "client_id": "x", "client_secret": "y"}
    shop = connecting.connect("googlereviews", label="Shop", team=cast.front_line, values=values, by=by)
    review = {
        "id": "r1",
        "name": "Pia",
        "title": "",
        "text": "Nobody answers.",
        "stars": 1,
        "language": "",
        "beside": [],
    }
    case = arrive(json.dumps({"review": {**review, "at": "2026-07-02T16:12:00Z"}}).encode(), shop)
    assert case is not None
    place = answering.place(case, "public")
    assert place is not None
    reply = answering.answer(case, text="Thank you.", audience="public", key="k", by=cast.ada)
    codes = [each.code for each in checking.check(case, text="Again.", audience="public", conversation=place)]
    assert "replaces" not in codes
    Reply.objects.filter(pk=reply.pk).update(state="sent", external_id="answer:r1")
    found = checking.check(case, text="Again.", audience="public", conversation=place)
    assert [each.blocks for each in found if each.code == "replaces"] == [False]
