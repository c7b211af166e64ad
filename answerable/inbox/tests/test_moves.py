"""The pages and the API on which cases are merged, split and taken apart, and people linked."""

from __future__ import annotations

import pytest
from django.test import Client

from answerable.cases import joining, naming, suggesting, uniting
from answerable.cases.models import Case, Move, Party, Suggestion
from answerable.cases.tests.test_joining import ROB, write
from answerable.conversations import linking
from answerable.conversations.models import Identity, Link, Message
from answerable.core.access import House
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import Event, User
from answerable.core.moments import now
from answerable.inbox.tests.asking import Program, told
from answerable.testing.arriving import happened
from answerable.testing.cast import Cast


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=cast.ada.user_id))
    return client


@pytest.fixture
def first(cast: Cast) -> Case:
    made = write(cast, "first")
    write(cast, "more", In_Reply_To="<first@example.net>")
    return made


def test_the_number_of_a_merged_case_opens_the_living_one_and_says_so(cast: Cast, ada: Client, first: Case) -> None:
    other = write(cast, "strap")
    joining.merge(other, into=first, reason="The same.", by=cast.ada)
    answer = ada.get(f"/cases/{other.pk}", follow=True)
    assert answer.redirect_chain == [(f"/cases/{first.pk}", 303)]
    assert f"{other.number} goes on here." in answer.content.decode()
    assert told(Program(cast.ada).get(f"cases/{other.pk}"))["merged_into"] == first.pk


def test_a_page_that_was_open_during_the_merge_leads_on_and_keeps_what_is_sent_from_it(
    cast: Cast, ada: Client, first: Case
) -> None:
    other = write(cast, "strap")
    joining.merge(other, into=first, reason="The same.", by=cast.ada)
    news = ada.get(f"/cases/{other.pk}/news", {"after": 0})
    assert "This case goes on in another one" in news.content.decode()
    sent = ada.post(f"/cases/{other.pk}/replies", {"text": "We look.", "audience": "private", "key": "k"})
    assert sent.status_code == 303
    assert Message.objects.get(text="We look.").filing.case == first


def test_a_merge_is_shown_before_it_is_done(cast: Cast, ada: Client, first: Case) -> None:
    other = write(cast, "strap")
    page = ada.get(f"/cases/{other.pk}/merges", {"into": first.number}).content.decode()
    assert "What will happen" in page
    assert first.number in page
    refused = ada.post(f"/cases/{other.pk}/merges", {"into": first.number, "reason": ""})
    assert refused.status_code == 422
    unknown = ada.post(f"/cases/{other.pk}/merges", {"into": "2026-999999", "reason": "x"})
    assert unknown.status_code == 422
    assert ada.post(f"/cases/{other.pk}/merges", {"into": first.number, "reason": "The same."}).status_code == 303
    assert Case.objects.get(pk=other.pk).merged_into == first
    page = ada.get(f"/cases/{first.pk}").content.decode()
    assert "Joined and split" in page
    move = Move.objects.get()
    assert ada.post(f"/cases/{first.pk}/undoings", {"move": move.pk}).status_code == 303
    assert ada.post(f"/cases/{first.pk}/undoings", {"move": move.pk}).status_code == 409
    assert Case.objects.get(pk=other.pk).is_open


def test_a_merge_of_two_people_s_cases_asks_whether_they_are_one(cast: Cast, ada: Client, first: Case) -> None:
    theirs = write(cast, "rob", sender=ROB)
    page = ada.get(f"/cases/{theirs.pk}/merges", {"into": first.number}).content.decode()
    assert f"{theirs.contact.name} and {first.contact.name} are one person" in page
    assert 'name="confirm" value="1" checked' not in page
    again = ada.post(f"/cases/{theirs.pk}/merges", {"into": first.number, "reason": "", "confirm": "1"})
    assert again.status_code == 422
    assert 'name="confirm" value="1" checked' in again.content.decode()


def test_messages_are_split_off_and_moved_on_a_page(cast: Cast, ada: Client, first: Case) -> None:
    more = Message.objects.get(subject="moresubject")
    assert f'value="{more.pk}"' in ada.get(f"/cases/{first.pk}/splits").content.decode()
    given = {"messages": [more.pk], "subject": "Something else", "reason": ""}
    assert ada.post(f"/cases/{first.pk}/splits", {**given, "subject": ""}).status_code == 422
    assert ada.post(f"/cases/{first.pk}/splits", given).status_code == 303
    write(cast, "again", In_Reply_To="<more@example.net>")
    assert ada.get(f"/cases/{more.filing.case_id}/moves").status_code == 200
    moved = ada.post(f"/cases/{more.filing.case_id}/moves", {"message": more.pk, "into": first.number})
    assert moved.status_code == 303
    assert Message.objects.get(pk=more.pk).filing.case == first


def test_a_suggestion_is_said_with_its_evidence_and_declined_with_a_reason(
    cast: Cast, ada: Client, first: Case
) -> None:
    other = write(cast, "strap")
    evidence = [{"sort": "number", "words": "4711", "weight": 0.8}]
    facts = {"workspace": cast.workspace, "score": 0.8, "evidence": evidence, "at": now()}
    suggestion = Suggestion.objects.create(case=first, other=other, **facts)
    page = ada.get(f"/cases/{first.pk}").content.decode()
    assert "Both name the number 4711." in page
    assert "Strong evidence" in page
    joined = ada.post(f"/cases/{first.pk}/suggestions", {"suggestion": suggestion.pk, "decision": "confirm"})
    assert joined["Location"] == f"/cases/{first.pk}/merges?into={other.number}"
    given = {"suggestion": suggestion.pk, "decision": "decline", "reason": "Two orders."}
    assert ada.post(f"/cases/{first.pk}/suggestions", given).status_code == 303
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.reason) == ("declined", "Two orders.")
    assert happened(first, "suggestion_declined")
    with pytest.raises(Conflict):
        suggesting.decline(suggestion, reason="", by=cast.ada)


def test_a_program_merges_splits_and_takes_it_back(cast: Cast, first: Case) -> None:
    program, other = Program(cast.ada), write(cast, "strap")
    more = Message.objects.get(subject="moresubject")
    merged = told(program.post(f"cases/{other.pk}/merges", {"into": first.pk, "reason": "The same."}), 201)
    assert (merged["from_case"], merged["into_case"], merged["messages"]) == (other.pk, first.pk, 1)
    split = told(program.post(f"cases/{first.pk}/splits", {"messages": [more.pk], "subject": "Else"}), 201)
    moved = program.post(f"cases/{split['into_case']}/moves", {"message": more.pk, "into": first.pk})
    assert moved.status_code == 422
    assert told(program.post(f"cases/{first.pk}/undoings", {"move": merged["id"]}), 201)["undone_at"]
    assert [each["id"] for each in told(program.get(f"cases/{first.pk}/moves"))] == [split["id"], merged["id"]]


@pytest.fixture
def link(cast: Cast, first: Case) -> Link:
    rob = write(cast, "rob", sender=ROB)
    said = Identity.Evidence.SAID_SO
    made = linking.suggest(first.contact, rob.contact, evidence=said, words="I am also Rob.", by=cast.ada)
    assert made is not None
    return made


def test_two_people_are_confirmed_to_be_one_and_taken_apart(cast: Cast, ada: Client, first: Case, link: Link) -> None:
    page = ada.get(f"/contacts/{first.contact_id}").content.decode()
    assert "I am also Rob." in page
    assert "Good evidence" in page
    address, given = f"/contacts/{first.contact_id}/links", {"link": link.pk, "decision": "confirm"}
    assert ada.post(address, given).status_code == 303
    rob = Identity.objects.get(value="rob@example.net")
    assert rob.contact == first.contact
    assert rob.proofs.get().words == "I am also Rob."
    case = Case.objects.get(subject="robsubject")
    assert case.contact == first.contact
    assert happened(case, "case_contact_joined")
    assert ada.post(address, {"link": link.pk, "decision": "undo", "reason": "Brothers."}).status_code == 303
    rob.refresh_from_db()
    case.refresh_from_db()
    assert (rob.contact, case.contact) == (link.joined, link.joined)
    assert Event.objects.filter(kind="people_link_undone").exists()


def test_parting_takes_merges_and_what_was_written_since_apart(cast: Cast, first: Case, link: Link) -> None:
    uniting.unite(link, by=cast.ada)
    rob = Case.objects.get(subject="robsubject")
    move = joining.merge(rob, into=first, reason="The same.", by=cast.ada)
    since = write(cast, "since", sender=ROB, In_Reply_To="<first@example.net>")
    assert since == first

    uniting.part(link, reason="Brothers.", by=cast.ada)

    move.refresh_from_db()
    rob.refresh_from_db()
    assert move.undone_at is not None
    assert (rob.state, rob.contact) == ("open", link.joined)
    own = Message.objects.get(subject="sincesubject").filing.case
    assert own != first
    assert own.contact == link.joined
    assert write(cast, "later", sender=ROB, In_Reply_To="<since@example.net>") == own
    assert write(cast, "hers", In_Reply_To="<first@example.net>") == first


def test_the_house_joins_two_people_on_strong_evidence_only(cast: Cast, link: Link) -> None:
    house = House(cast.workspace.pk, "inviting")
    with pytest.raises(Invalid, match="too weak"):
        uniting.unite(link, by=house)
    strong = linking.suggest(link.kept, link.joined, evidence=Identity.Evidence.VERIFIED_CODE, by=house)
    assert strong is not None
    uniting.unite(strong, by=house)
    with pytest.raises(Conflict):
        uniting.unite(link, by=cast.ada)


def test_what_was_declined_is_not_suggested_again_on_the_same_evidence(cast: Cast, link: Link) -> None:
    linking.decline(link, reason="Brothers.", by=cast.ada)
    weak, strong = Identity.Evidence.WROTE_FROM, Identity.Evidence.VERIFIED_CODE
    assert linking.suggest(link.joined, link.kept, evidence=weak, by=cast.ada) is None
    again = linking.suggest(link.joined, link.kept, evidence=strong, by=cast.ada)
    assert again is not None
    assert again.strength == "strong"


def test_an_agent_adds_an_address_and_a_known_one_is_a_suggestion(cast: Cast, ada: Client, first: Case) -> None:
    write(cast, "rob", sender=ROB)
    address = f"/contacts/{first.contact_id}/identities"
    given = {"namespace": "email", "value": "New@example.net", "words": "She told me."}
    assert ada.post(address, given).status_code == 303
    identity = Identity.objects.get(value="new@example.net")
    assert (identity.contact, identity.evidence) == (first.contact, "agent_said")
    assert ada.post(address, {**given, "value": "rob@example.net"}).status_code == 303
    assert Link.objects.get().state == "suggested"
    assert ada.post(address, {**given, "namespace": "nothing"}).status_code == 422
    assert ada.post(f"/contacts/{first.contact_id}/channel", {"channel": "email"}).status_code == 303
    first.contact.refresh_from_db()
    assert first.contact.preferred_channel == "email"


def test_a_mother_reports_for_her_son_and_he_is_marked_as_a_minor(cast: Cast, ada: Client, first: Case) -> None:
    given = {"name": "Tim", "role": "affected", "relation": "my son", "minor": "1"}
    assert ada.post(f"/cases/{first.pk}/parties", given).status_code == 303
    party = Party.objects.get()
    assert (party.contact.name, party.relation, party.minor) == ("Tim", "my son", True)
    assert "a minor" in ada.get(f"/cases/{first.pk}").content.decode()
    assert happened(first, "party_named")
    assert ada.post(f"/cases/{first.pk}/parties", {"role": "affected"}).status_code == 422
    with pytest.raises(Conflict):
        naming.add_party(first, role="affected", contact=party.contact, by=cast.ada)
    assert ada.post(f"/cases/{first.pk}/parties", {"end": party.pk}).status_code == 303
    with pytest.raises(Conflict):
        naming.end_party(party, by=cast.ada)
