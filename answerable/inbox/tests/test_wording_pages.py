"""Wordings as pages and over the API: written, approved by another, offered in a case, and kept with what was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from answerable.cases.models import Case
from answerable.channels.sandbox.server import canonical
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.inbox.tests.test_pages import as_
from answerable.replies.models import Draft, Reply, Wording, WordingVersion
from answerable.replies.tests.test_wordings import approved, begun, proposed
from answerable.testing.arriving import arrive
from answerable.testing.cast import Cast

BEGUN = {"code": "VEL-STORE-04", "title": "Outside the fridge", "audience": "anywhere", "product": "Velorin"}


def written(**facts: str) -> dict[str, str]:
    day = now().date()
    until = {"valid_from": day.isoformat(), "valid_to": (day + timedelta(days=60)).isoformat()}
    return {"language": "en", "text": "Below 25 °C, {name}.", "because": "Journeys.", "sources": "5.", **until, **facts}


@pytest.fixture
def case(cast: Cast) -> Case:
    post = {"handle": "pia", "id": 7, "name": "Pia", "parent": None, "private": False, "text": "Where is the leaflet?"}
    made = arrive(canonical({**post, "at": "2026-07-02T10:00:00+00:00"}), cast.square)
    assert made is not None
    return made


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_wording_is_begun_written_and_approved_by_another(cast: Cast) -> None:
    mira, ben = as_(cast.mira), as_(cast.ben)
    assert mira.post("/wordings", BEGUN).status_code == 303
    wording = Wording.objects.get()
    assert mira.post(f"/wordings/{wording.pk}", written()).status_code == 303
    version = WordingVersion.objects.get()
    assert 'value="approve"' not in page(mira, f"/wordings/{wording.pk}")
    assert 'value="approve"' in page(ben, f"/wordings/{wording.pk}")
    assert ben.post(f"/wording-versions/{version.pk}", {"decision": "approve"}).status_code == 303
    assert "said now" in page(as_(cast.ada), f"/wordings/{wording.pk}")
    assert "English: version 1, until" in page(as_(cast.ada), "/wordings?words=fridge")
    assert "No wording has all of these words" in page(as_(cast.ada), "/wordings?words=zebra")


def test_what_cannot_be_taken_comes_back_with_what_was_written(cast: Cast) -> None:
    mira, wording = as_(cast.mira), begun(cast.mira)
    answer = mira.post(f"/wordings/{wording.pk}", written(text="Dear {patient}"))
    assert answer.status_code == 422
    assert "Dear {patient}" in answer.content.decode()
    assert mira.post("/wordings", {**BEGUN, "code": "?"}).status_code == 422
    assert mira.post(f"/wordings/{wording.pk}", written(valid_to="soon")).status_code == 422


def test_the_writer_and_who_may_not_are_refused(cast: Cast) -> None:
    version = proposed(begun(cast.mira), cast.mira)
    own = as_(cast.mira).post(f"/wording-versions/{version.pk}", {"decision": "approve"})
    assert own.status_code == 422
    assert "You wrote this version" in own.content.decode()
    assert as_(cast.ada).post("/wordings", BEGUN).status_code == 403
    assert as_(cast.ben).post(f"/wording-versions/{version.pk}", {"decision": "decline"}).status_code == 422
    assert WordingVersion.objects.get().state == "proposed"
    assert page(as_(cast.otto), f"/wordings/{version.wording_id}", 404)


def test_what_changed_between_two_versions_is_marked(cast: Cast) -> None:
    wording = begun(cast.mira)
    approved(wording, cast, "Keep it for 14 days.")
    approved(wording, cast, "Keep it for 7 days.")
    assert "<del>14</del><ins>7</ins>" in page(as_(cast.ada), f"/wordings/{wording.pk}")


def test_a_case_offers_what_fits_and_the_answer_keeps_its_version(cast: Cast, case: Case) -> None:
    version = approved(begun(cast.mira, product=""), cast, "In the box, {name}.")
    ada = as_(cast.ada)
    offered = page(ada, f"/cases/{case.pk}/saved-answers")
    assert "In the box, Pia." in offered
    assert "VEL-STORE-04" in offered
    assert "valid until" in offered

    chosen = page(ada, f"/cases/{case.pk}?wording={version.pk}")
    assert f'name="wording" value="{version.pk}" checked' in chosen

    given = {"text": "In the box, Pia.", "audience": "public", "key": "k", "wording": str(version.pk)}
    assert ada.post(f"/cases/{case.pk}/draft", given).status_code == 200
    assert Draft.objects.get().wording == version
    assert ada.post(f"/cases/{case.pk}/replies", given).status_code == 303
    assert Reply.objects.get().wording == version


def test_words_that_left_their_wording_are_told_so(cast: Cast, case: Case) -> None:
    version = approved(begun(cast.mira, product=""), cast, "In the box, {name}.")
    given = {"text": "In the bag, Pia.", "audience": "public", "key": "k", "wording": str(version.pk)}
    told_so = as_(cast.ada).post(f"/cases/{case.pk}/draft", given, headers={"hx-request": "true"}).content.decode()
    assert "Your words left VEL-STORE-04, version 1" in told_so


def test_a_second_public_answer_is_stopped_and_the_invitation_offered(cast: Cast, case: Case) -> None:
    ada = as_(cast.ada)
    assert ada.post(f"/cases/{case.pk}/replies", {"text": "In the box.", "audience": "public", "key": "k1"})
    answer = ada.post(f"/cases/{case.pk}/replies", {"text": "And on our site.", "audience": "public", "key": "k2"})
    assert answer.status_code == 422
    assert "This person has one public answer already" in answer.content.decode()
    assert answer.content.decode().count("Invite to private") > 1
    assert Reply.objects.count() == 1


def test_a_program_writes_approves_and_says_a_wording(cast: Cast, case: Case) -> None:
    mira, ben, ada = Program(cast.mira), Program(cast.ben), Program(cast.ada)
    made = told(mira.post("wordings", BEGUN), 201)
    version = told(mira.post(f"wordings/{made['id']}/versions", written()), 201)
    decision = f"wording-versions/{version['id']}/decision"
    assert told(mira.put(decision, {"decision": "approve"}), 403)
    assert told(ben.put(decision, {"decision": "approve"}))["state"] == "approved"
    assert told(ada.get(f"wordings/{made['id']}"))["versions"][0]["approver"] == "Ben"
    (fitting,) = told(ada.get(f"cases/{case.pk}/wordings"))
    assert fitting["filled"] == "Below 25 °C, Pia."
    says = {"text": fitting["filled"], "audience": "public", "wording": fitting["id"]}
    assert told(ada.put(f"cases/{case.pk}/draft", says))["text"] == fitting["filled"]
    reply = told(ada.post(f"cases/{case.pk}/replies", says, key="one"), 201)
    assert reply["wording"] == version["id"]
    withdrawn = told(ben.put(decision, {"decision": "withdraw", "because": "Wrong."}))
    assert withdrawn["withdrawn_because"] == "Wrong."
    assert told(ada.get(f"cases/{case.pk}/wordings")) == []
