"""Groups on screen: suggested, confirmed, answered, checked, sent; and what each page keeps from whom."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.inbox.tests.asking import Program, told
from answerable.replies.models import CheckedLine, GroupAnswer, Reply
from answerable.testing.asking_the_same import (
    answered_in,
    approved,
    confirmed,
    line_of,
    reviewer,
    says_in_public,
    suggested,
    they_ask,
    writes,
)
from answerable.testing.cast import Cast
from answerable.triage.models import Group

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(cast: Cast) -> Viewer:
    return reviewer(cast)


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def page(viewer: Viewer, address: str) -> str:
    answer = browser(viewer).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def at(group: Group, part: str = "") -> str:
    return f"/review/groups/{group.pk}{part}"


def test_the_list_says_what_is_asked_by_how_many_in_which_languages(cast: Cast, mira: Viewer) -> None:
    they_ask(cast)
    client = browser(mira)
    assert client.post("/review/groups/suggestions").status_code == 303
    words = client.get("/review/groups").content.decode()
    assert "How to keep it: cold, warmth, frost" in words
    assert "English, Polski, Português" in words
    assert "1 new group is suggested." in words


def test_a_suggestion_shows_the_words_it_stands_on_and_is_confirmed(cast: Cast, mira: Viewer) -> None:
    they_ask(cast)
    group = suggested(cast, mira)
    words = page(mira, at(group))
    assert "<mark>ice</mark>" in words
    assert "<mark>bez lodówki</mark>" in words
    assert "Is this one question?" in words
    browser(mira).post(at(group, "/confirmation"), {"title": "May Velorin travel without a fridge?"})
    group.refresh_from_db()
    assert (group.state, group.holder_id) == ("confirmed", mira.user_id)
    assert "May Velorin travel without a fridge?" in page(mira, at(group))


def test_one_answer_is_chosen_checked_line_by_line_and_sent(cast: Cast, mira: Viewer) -> None:
    group = confirmed(cast, mira)
    version = approved(cast, "en", by=mira)
    client = browser(mira)
    assert "Nothing approved: these lines do not go" in page(mira, at(group))
    client.post(at(group, "/answers"), {"wording": version.pk})
    words = page(mira, at(group))
    assert "VEL-STORE-04, version 1" in words
    assert "0 of 4 checked" in words
    helen, owen = line_of(group, "Helen"), line_of(group, "Owen")
    to = client.post(f"/review/group-lines/{helen.pk}/checks").headers["Location"]
    assert to == f"{at(group)}?line={owen.pk}"
    assert "Send the 1 checked" in page(mira, to)
    client.post(at(group, "/sendings"))
    assert "1 answer is on its way." in client.get(at(group)).content.decode()
    client.post(at(group, "/sendings"))
    assert Reply.objects.count() == 1


def test_adapted_words_without_a_reason_come_back_with_nothing_lost(cast: Cast, mira: Viewer) -> None:
    group = confirmed(cast, mira)
    answered_in(cast, group, "pt-br", by=mira)
    line = line_of(group, "Caio")
    answer = browser(mira).post(f"/review/group-lines/{line.pk}/checks", {"text": "Olá, Caio. Nove horas, sem gelo."})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Olá, Caio. Nove horas, sem gelo.</textarea>" in words
    assert "Say why the words are changed" in words
    given = {"text": "Olá, Caio. Nove horas, sem gelo.", "because": "Nine hours."}
    assert browser(mira).post(f"/review/group-lines/{line.pk}/checks", given).status_code == 303
    words = page(mira, f"{at(group)}?line={line.pk}")
    assert "<ins>Nove</ins>" in words
    assert "Adapted" in words


def test_a_line_is_pulled_out_with_a_reason_and_put_back(cast: Cast, mira: Viewer) -> None:
    group = confirmed(cast, mira)
    line, client = line_of(group, "Owen"), browser(mira)
    assert client.post(f"/review/group-lines/{line.pk}/outside", {"because": " "}).status_code == 422
    client.post(f"/review/group-lines/{line.pk}/outside", {"because": "It asks about ice only."})
    words = page(mira, at(group))
    assert "Pulled out of this group: Owen" in words
    assert "It asks about ice only." in words
    client.post(f"/review/group-lines/{line.pk}/outside/end", {"because": "Ice is storage."})
    line.refresh_from_db()
    assert (line.state, line.because) == ("in", "Ice is storage.")


def test_what_a_person_must_see_first_stands_beside_the_group(cast: Cast, mira: Viewer) -> None:
    writes(cast, "Silvia", "O Velorin ficou no carro, sem geladeira. Usei e desde ontem estou com enjoo e vômito.")
    words = page(mira, at(confirmed(cast, mira)))
    assert "Held out of this group: Silvia" in words
    assert "There is a report on it." in words


def test_a_public_line_says_that_only_the_way_to_private_goes_in_public(cast: Cast, mira: Viewer) -> None:
    says_in_public(cast, "Dorota", "Jadę pod namiot. Jak przechowywać Velorin bez lodówki?")
    group = confirmed(cast, mira)
    answered_in(cast, group, "pl", by=mira)
    line = line_of(group, "dorota")
    client = browser(mira)
    client.post(f"/review/group-lines/{line.pk}/checks")
    client.post(at(group, "/sendings"))
    assert "Invited to private" in page(mira, at(group))
    assert "25" not in Message.objects.get(direction="out").text


def test_a_text_of_ones_own_is_approved_by_a_colleague_on_screen(cast: Cast, mira: Viewer) -> None:
    group, nick = confirmed(cast, mira), reviewer(cast, "Nick")
    wrong = browser(mira).post(at(group, "/answers"), {"language": "en", "text": ""})
    assert wrong.status_code == 422
    browser(mira).post(at(group, "/answers"), {"language": "en", "text": "Below 25 °C, {name}."})
    answer = GroupAnswer.objects.get()
    assert "I stand for this text" not in page(mira, at(group))
    assert "I stand for this text" in page(nick, at(group))
    browser(nick).post(f"/review/group-answers/{answer.pk}/approval")
    assert "Approved by Nick" in page(mira, at(group))


def test_a_line_is_unchecked_and_a_group_taken_and_ended(cast: Cast, mira: Viewer) -> None:
    group, nick = confirmed(cast, mira), reviewer(cast, "Nick")
    answered_in(cast, group, "en", by=mira)
    line = line_of(group, "Owen")
    browser(mira).post(f"/review/group-lines/{line.pk}/checks")
    browser(mira).post(f"/review/group-lines/{line.pk}/checks/end")
    assert not CheckedLine.objects.filter(line=line, ended_at=None).exists()
    browser(nick).post(at(group, "/holder"))
    assert Group.objects.get(pk=group.pk).holder_id == nick.user_id
    assert browser(nick).post(at(group, "/end"), {"because": ""}).status_code == 422
    browser(nick).post(at(group, "/end"), {"because": "Three questions."})
    words = page(mira, "/review/groups")
    assert "Not one question" in words
    assert "Three questions." in page(mira, at(group))


def test_a_group_that_is_done_by_hand_leaves_the_rest_waiting(cast: Cast, mira: Viewer) -> None:
    group = confirmed(cast, mira)
    client = browser(mira)
    client.post(at(group, "/end"), {"outcome": "done"})
    assert Group.objects.get(pk=group.pk).state == "done"
    assert "What was not answered waits on" in client.get("/review/groups").content.decode()


def test_who_may_not_review_sees_no_groups_and_who_sees_no_case_sees_no_group(cast: Cast, mira: Viewer) -> None:
    group = confirmed(cast, mira)
    assert browser(cast.ada).get("/review/groups").status_code == 403
    assert browser(cast.ada).get(at(group)).status_code == 403
    assert browser(cast.mira).get(at(group)).status_code == 404
    assert "cold, warmth" not in page(cast.mira, "/review/groups")
    assert browser(cast.otto).get(at(group)).status_code in (403, 404)


def test_a_program_does_the_same(cast: Cast, mira: Viewer) -> None:
    they_ask(cast)
    program, nick = Program(mira), Program(reviewer(cast, "Nick"))
    (new,) = told(program.post("groups/suggestions", {}))
    at_group = f"groups/{new['id']}"
    assert told(program.get("groups"))["items"][0]["question"] == "storage"
    assert told(program.put(f"{at_group}/confirmation", {"title": "Fridge?"}))["holder"] == mira.user_id
    version = approved(cast, "en", by=mira)
    assert told(program.put(f"{at_group}/answers", {"wording": version.pk}))["approved"]
    own = told(program.put(f"{at_group}/answers", {"language": "pl", "text": "Do 25 °C."}))
    assert not own["approved"]
    assert told(nick.put(f"group-answers/{own['id']}/approval", {}))["approved"]
    lines = told(program.get(f"{at_group}/lines"))
    assert {each["language"]: each["answer"] is not None for each in lines} == {"en": True, "pt": False, "pl": True}
    first, second, *_others = [each["id"] for each in lines if each["answer"]]
    assert told(program.put(f"group-lines/{first}/check", {}))["goes"]
    assert not told(program.send("DELETE", f"group-lines/{first}/check", {}))["goes"]
    assert told(program.put(f"group-lines/{first}/check", {}))["check"]["state"] == "checked"
    assert told(program.put(f"group-lines/{second}/outside", {"because": "x"}))["state"] == "pulled_out"
    assert told(program.send("DELETE", f"group-lines/{second}/outside", {"because": "x"}))["state"] == "in"
    assert told(program.post(f"{at_group}/sendings", {})) == [{"line": first, "state": "sent", "trouble": ""}]
    assert told(nick.put(f"{at_group}/holder", {}))["holder"] != mira.user_id
    assert told(program.put(f"{at_group}/end", {"outcome": "done"}))["state"] == "done"
