"""The resources of the API: each does what the page does, and the journal says so."""

from __future__ import annotations

import base64
import json

import pytest

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core import files
from answerable.core.access import House, Right
from answerable.core.models import Event, Read
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive
from answerable.replies.models import Reply
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast

HANDED = {
    "author": {"namespace": "email", "value": "Pia@example.net", "display": "Pia"},
    "text": "The lid is broken.",
    "product": "Glimo",
    "attachments": [{"name": "../lid.txt", "type": "text/plain", "base64": base64.b64encode(b"a lid").decode()}],
}


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


@pytest.fixture
def ada(cast: Cast) -> Program:
    return Program(cast.ada)


@pytest.fixture
def door(cast: Cast) -> Source:
    return connecting.connect(
        "api", label="Shop", team=cast.front_line, values={}, by=House(cast.workspace.pk, "tests")
    )


def test_a_case_is_taken_described_closed_and_opened_again(case: Case, ada: Program) -> None:
    mark = told(ada.get(f"cases/{case.pk}"))["holder_mark"]
    taken = told(ada.post(f"cases/{case.pk}/custody", {"expected": mark}))
    assert taken["holder"] == "Ada"
    assert (
        told(ada.put(f"cases/{case.pk}/description", {"subject": "Batteries", "product": "Glimo"}))["subject"]
        == "Batteries"
    )
    closed = told(ada.put(f"cases/{case.pk}/closure", {"disposition": "solved", "what_solved_it": "A new one."}))
    assert (closed["state"], closed["what_solved_it"]) == ("closed", "A new one.")
    assert told(ada.send("DELETE", f"cases/{case.pk}/closure"))["state"] == "open"
    for kind in ("case_taken", "case_described", "case_closed", "case_reopened"):
        assert happened(case, kind)


def test_closing_over_the_api_asks_the_customer_as_the_screen_does(case: Case, ada: Program) -> None:
    given = {"disposition": "solved", "what_solved_it": "A new one."}
    closed = told(ada.put(f"cases/{case.pk}/closure", given))
    assert (closed["whose_word"], closed["asked_at"] is not None) == ("agent", True)
    assert happened(case, "solved_asked")
    assert told(ada.put(f"cases/{case.pk}/closure", given), 409)


@pytest.mark.parametrize("given", [{"ask": False}, {"disposition": "no_word"}])
def test_nobody_is_asked_where_we_do_not_hold_it_to_be_solved_or_say_so(
    case: Case, ada: Program, given: dict[str, object]
) -> None:
    closed = told(
        ada.put(f"cases/{case.pk}/closure", {"disposition": "solved", "what_solved_it": "A new one.", **given})
    )
    assert closed["asked_at"] is None
    assert not happened(case, "solved_asked")


def test_who_comes_second_is_told_who_holds_it(cast: Cast, case: Case, ada: Program) -> None:
    mark = told(ada.get(f"cases/{case.pk}"))["holder_mark"]
    assert told(Program(cast.ben).post(f"cases/{case.pk}/custody", {"expected": mark}))
    assert "Ben" in told(ada.post(f"cases/{case.pk}/custody", {"expected": mark}), 409)["error"]


def test_a_case_is_offered_to_another_team_and_accepted_there(cast: Cast, case: Case, ada: Program) -> None:
    mark, mira = f"team:{cast.front_line.pk}", Program(cast.mira)
    given = {"expected": mark, "to_team": cast.device_support.pk}
    assert told(ada.post(f"cases/{case.pk}/transfers", {**given, "context": ""}), 422)["field"] == "context"
    made = told(ada.post(f"cases/{case.pk}/transfers", {**given, "context": "The lot is known."}), 201)
    (offered,) = told(mira.get("transfers"))
    assert offered == made
    accepted = told(mira.post(f"transfers/{made['id']}/acceptance", {}))
    assert (accepted["team"]["name"], accepted["holder"]) == ("Device support", "Mira")
    assert told(ada.get("transfers")) == []
    assert happened(case, "transfer_accepted")


def test_an_offer_is_declined_or_taken_back(cast: Cast, case: Case, ada: Program) -> None:
    mark, mira = f"team:{cast.front_line.pk}", Program(cast.mira)
    given = {"expected": mark, "to_team": cast.device_support.pk, "context": "The lot is known."}
    first = told(ada.post(f"cases/{case.pk}/transfers", given), 201)
    assert told(mira.post(f"transfers/{first['id']}/refusal", {"reason": "Not ours."}))["state"] == "declined"
    second = told(ada.post(f"cases/{case.pk}/transfers", given), 201)
    assert told(ada.post(f"transfers/{second['id']}/withdrawal"))["state"] == "withdrawn"
    assert told(mira.post(f"transfers/{second['id']}/acceptance", {}), 404)


def test_a_lead_hands_out_and_puts_back_over_the_api(cast: Cast, case: Case) -> None:
    ben, mark = Program(cast.ben), f"team:{cast.front_line.pk}"
    held = told(ben.put(f"cases/{case.pk}/holder", {"expected": mark, "to_user": cast.ada.user_id}))
    assert held["holder"] == "Ada"
    assert told(ben.put(f"cases/{case.pk}/holder", {"expected": held["holder_mark"]}))["holder"] == "Front line"
    assert happened(case, "case_released")


def test_lists_go_on_where_they_ended(cast: Cast, ada: Program) -> None:
    made = [
        arrive(letter("x", message_id=f"<{n}@example.net>", sender=f"p{n}@example.net"), cast.mailbox) for n in range(5)
    ]
    first = told(ada.get("cases", limit=2))
    second = told(ada.get("cases", limit=2, cursor=first["next"]))
    third = told(ada.get("cases", limit=2, cursor=second["next"]))
    assert third["next"] is None
    seen = [each["id"] for page in (first, second, third) for each in page["items"]]
    assert seen == [each.pk for each in made if each]


def test_filters_narrow_a_view(cast: Cast, case: Case, ada: Program) -> None:
    assert len(told(ada.get("cases", channel="email"))["items"]) == 1
    for other in ({"channel": "sandbox"}, {"product": "Glimo"}, {"language": "pl"}, {"contact": case.contact_id + 1}):
        assert told(ada.get("cases", **other))["items"] == []
    assert told(ada.get("cases", view="nonsense"), 404)


def test_a_note_with_the_same_key_is_one_note(case: Case, ada: Program) -> None:
    first, second = (told(ada.post(f"cases/{case.pk}/notes", {"text": "Look."}, key="n1"), 201) for _ in range(2))
    assert first == second
    assert case.filings.count() == 2


def test_messages_are_listed_read_and_found(case: Case, ada: Program) -> None:
    said = told(ada.get(f"cases/{case.pk}/messages"))["items"][0]
    assert said["author"]["value"] == "barbara@example.net"
    assert told(ada.get(f"messages/{said['id']}")) == said
    assert told(ada.get("messages", words="take which batt"))["items"] == [said]
    assert told(ada.get("messages", words="which lids"))["items"] == []
    assert Read.objects.filter(what="message", row_id=said["id"]).exists()


def test_an_answer_needs_a_key_and_the_same_key_is_one_answer(case: Case, ada: Program) -> None:
    answer = {"text": "We send a new one."}
    assert told(ada.post(f"cases/{case.pk}/replies", answer), 422)["field"] == "Idempotency-Key"
    first, second = (told(ada.post(f"cases/{case.pk}/replies", answer, key="a1"), 201) for _ in range(2))
    assert first == second
    assert first["recipients"] == ["barbara@example.net"]
    assert Reply.objects.count() == 1
    assert told(ada.get(f"replies/{first['id']}"))["state"] == "queued"
    assert happened(case, "reply_queued")


def test_an_answer_that_may_not_go_out_says_why(case: Case, ada: Program) -> None:
    refusal = told(ada.post(f"cases/{case.pk}/replies", {"text": "Hello", "audience": "public"}, key="a1"), 422)
    assert "cannot answer like this" in refusal["error"]
    assert not Reply.objects.exists()


def test_an_unknown_outcome_is_settled_by_a_person(case: Case, ada: Program) -> None:
    made = told(ada.post(f"cases/{case.pk}/replies", {"text": "We send a new one."}, key="a1"), 201)
    assert told(ada.put(f"replies/{made['id']}/outcome", {"arrived": True}), 409)
    reply = Reply.objects.get()
    reply.attempts.create(number=1, state="unknown", started_at=now())
    Reply.objects.update(state=Reply.State.UNKNOWN)
    assert told(ada.put(f"replies/{made['id']}/outcome", {"arrived": True}))["state"] == "sent"
    assert happened(case, "reply_settled")


def test_a_draft_is_kept_and_thrown_away(case: Case, ada: Program) -> None:
    assert told(ada.get(f"cases/{case.pk}/draft"), 404)
    assert told(ada.put(f"cases/{case.pk}/draft", {"text": "Dear"}))["text"] == "Dear"
    assert told(ada.get(f"cases/{case.pk}/draft"))["audience"] == "private"
    assert ada.send("DELETE", f"cases/{case.pk}/draft").status_code == 204
    assert told(ada.get(f"cases/{case.pk}/draft"), 404)


def test_reading_the_details_of_a_contact_is_kept_in_the_read_log(cast: Cast, case: Case, ada: Program) -> None:
    assert [each["id"] for each in told(ada.get("contacts"))["items"]] == [case.contact_id]
    assert not Read.objects.filter(what="contact").exists()
    contact = told(ada.get(f"contacts/{case.contact_id}"))
    assert contact["identities"][0]["evidence"] == "wrote_from"
    assert contact["cases"] == [case.pk]
    assert Read.objects.get(what="contact").user_id == cast.ada.user_id


def test_a_source_is_connected_changed_and_switched_without_ever_telling_a_secret(cast: Cast) -> None:
    root = Program(cast.root)
    values = {"address": "help@example.org", "smtp_host": "127.0.0.1", "smtp_password": "hush-hush"}
    mailbox = {"kind": "email", "label": "Help", "team": cast.front_line.pk, "values": values}
    made = root.post("sources", mailbox)
    source = told(made, 201)
    again = told(root.post("sources", mailbox), 422)
    assert again["field"] == "address"
    changed = root.put(f"sources/{source['id']}", {**mailbox, "label": "Helpers", "silence_hours": 4})
    assert (told(changed)["label"], told(changed)["silence_hours"]) == ("Helpers", 4)
    assert told(root.put(f"sources/{source['id']}/state", {"state": "paused"}))["state"] == "paused"
    assert told(root.put(f"sources/{source['id']}/state", {"state": "on"}))["state"] == "on"
    kinds = set(Event.objects.filter(chain=f"source:{source['id']}").values_list("kind", flat=True))
    assert kinds == {"source_connected", "source_changed", "source_paused", "gap_began", "gap_ended", "source_resumed"}
    told_about_it = (made, changed, root.get("sources"), root.get(f"sources/{source['id']}"), root.get("journal"))
    assert not [each for each in told_about_it if b"hush-hush" in each.content]
    assert Source.objects.get(pk=source["id"]).values()["smtp_password"] == "hush-hush"


def test_an_agent_sees_the_health_of_a_source_and_not_its_settings(cast: Cast, ada: Program) -> None:
    source = told(ada.get(f"sources/{cast.mailbox.pk}"))
    assert (source["state"], source["silent"], source["settings"]) == ("on", False, None)
    assert told(ada.put(f"sources/{cast.mailbox.pk}/state", {"state": "paused"}), 403)
    assert told(Program(cast.root).get(f"sources/{cast.mailbox.pk}"))["settings"]["smtp_host"] == "127.0.0.1"


def test_an_envelope_is_listed_read_saved_and_opened_again(cast: Cast, case: Case) -> None:
    ben, body = Program(cast.ben), letter("Which batteries does it take?")
    envelope = told(ben.get("envelopes", state="filed"))["items"][0]
    opened = told(ben.get(f"envelopes/{envelope['id']}"))
    assert opened["messages"] == [case.filings.get().message_id]
    raw = ben.get(f"envelopes/{envelope['id']}/bytes")
    assert raw.content == body
    assert raw["Content-Disposition"].startswith("attachment")
    assert Read.objects.filter(what="envelope", row_id=envelope["id"]).exists()
    hops = told(ben.post(f"envelopes/{envelope['id']}/replays", {"dry": True}))
    assert [hop["name"] for hop in hops] == ["known", "filed", "done"]
    assert told(ben.post(f"envelopes/{envelope['id']}/replays", {}))
    assert Event.objects.filter(kind="envelope_replayed").count() == 1
    assert told(Program(cast.ada).get(f"envelopes/{envelope['id']}/bytes"), 403)


def test_the_ledger_balances(cast: Cast, case: Case, ada: Program) -> None:
    line = told(ada.get("ledger"))[0]
    assert (line["held"], line["filed"], line["balanced"]) == (1, 1, True)


def test_the_journal_shows_its_chain(cast: Cast, case: Case) -> None:
    lines = told(Program(cast.ben).get("journal", case=case.pk))["items"]
    assert [line["kind"] for line in lines] == ["clock_started", "message_assessed", "message_filed", "case_opened"]
    assert [line["before"] for line in lines[:-1]] == [line["hash"] for line in lines[1:]]


def test_a_message_is_handed_in_once_and_becomes_a_case(cast: Cast, door: Source, ada: Program) -> None:
    first, second = (told(ada.post("messages", HANDED, key="order-1"), 202) for _ in range(2))
    assert first == second
    envelope = Envelope.objects.get()
    assert (envelope.pk, bytes(envelope.body)) == (first["envelope"], json.dumps(HANDED).encode())
    assert Event.objects.filter(kind="message_handed_in", user_id=cast.ada.user_id).count() == 1
    case = arrive(letter("unrelated"), door) or Case.objects.get()
    said = told(ada.get(f"cases/{case.pk}/messages"))["items"][0]
    assert said["author"] == {"namespace": "email", "value": "pia@example.net", "display": "Pia"}
    assert said["attachments"][0]["name"] == "lid.txt"


def test_a_handed_in_file_is_fetched_and_the_fetching_logged(cast: Cast, door: Source, ada: Program) -> None:
    told(ada.post("messages", HANDED, key="order-1"), 202)
    arrive(b"{}", door)
    file = told(ada.get(f"cases/{Case.objects.get().pk}/messages"))["items"][0]["attachments"][0]
    saved = ada.get(f"attachments/{file['id']}")
    assert (saved.content, saved["Content-Type"]) == (b"a lid", "application/octet-stream")
    assert Read.objects.filter(what="attachment", row_id=file["id"]).count() == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": "Another one."}, 409),
        ({"author": {"namespace": "E-Mail", "value": "x"}}, 422),
        ({"posted_at": "2026-07-02T18:12:00"}, 422),
        ({"posted_at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"attachments": [{"name": "x", "base64": "?"}]}, 422),
    ],
)
def test_what_does_not_fit_is_refused_while_somebody_is_there_to_mend_it(
    door: Source, ada: Program, change: dict[str, object], status: int
) -> None:
    told(ada.post("messages", HANDED, key="order-1"), 202)
    told(ada.post("messages", {**HANDED, **change}, key="order-1"), status)
    assert Envelope.objects.count() == 1


def test_handing_in_needs_the_right_a_key_and_an_open_source(cast: Cast, door: Source, ada: Program) -> None:
    assert told(ada.post("messages", HANDED), 422)["field"] == "Idempotency-Key"
    assert told(Program(cast.ada, Right.READ_CASES).post("messages", HANDED, key="k"), 403)
    assert told(Program(cast.mira).post("messages", HANDED, key="k"), 422)["field"] == "source"
    assert told(ada.post(f"messages?source={cast.mailbox.pk}", HANDED, key="k"), 404)
    connecting.pause(door, by=cast.root)
    assert "paused" in told(ada.post("messages", HANDED, key="k"), 409)["error"]
    connecting.resume(door, by=cast.root)
    assert told(ada.post(f"messages?source={door.pk}", HANDED, key="k"), 202)


def test_bytes_that_left_the_store_are_said_to_be_gone(cast: Cast) -> None:
    (pk,) = receive(cast.mailbox, [Raw(body=b"x" * 300_000)], at=now())
    ben = Program(cast.ben)
    assert len(ben.get(f"envelopes/{pk}/bytes").content) == 300_000
    files.place(Envelope.objects.get().file).unlink()
    assert told(ben.get(f"envelopes/{pk}/bytes"), 404)["error"]
