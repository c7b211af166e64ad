"""An utterance is one message, in the conversation of those who take part in it, and of nobody else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from answerable.cases.models import Case, Suggestion
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Conversation, Identity, Message
from answerable.core.access import House
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, make_mailbox


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("Which batteries does it take?"), cast.mailbox)
    assert made is not None
    return made


def write(cast: Cast, number: int, *, sender: str = "barbara@example.net", text: str = "More.", **headers: str) -> Case:
    made = arrive(letter(text, sender=sender, message_id=f"<n{number}@example.net>", **headers), cast.mailbox)
    assert made is not None
    return made


def test_the_author_gets_an_identity_with_its_evidence(cast: Cast, case: Case) -> None:
    identity = Identity.objects.get(value="barbara@example.net")
    assert (identity.contact, identity.evidence) == (case.contact, "wrote_from")
    assert happened(case, "message_filed")


def test_the_same_person_is_one_contact_whatever_the_spelling(cast: Cast, case: Case) -> None:
    write(cast, 2, sender="BARBARA@Example.NET", subject="Invoice", text="Where is it?")
    assert Contact.objects.count() == 1
    assert Case.objects.count() == 2


def test_the_same_mail_in_two_mailboxes_is_one_message_sighted_twice(cast: Cast, case: Case) -> None:
    other = make_mailbox(cast.device_support, by=House(cast.workspace.pk, "tests"), address="help@example.org")
    again = arrive(letter("Which batteries does it take?"), other)
    assert again == case
    message = Message.objects.get()
    assert message.sightings.count() == 2


def test_an_answer_in_the_thread_joins_its_case(cast: Cast, case: Case) -> None:
    assert write(cast, 2, In_Reply_To="<one@example.net>") == case
    assert Conversation.objects.count() == 1


def test_whoever_was_addressed_takes_part(cast: Cast) -> None:
    case = arrive(letter("With my daughter.", Cc="Dora <dora@example.net>"), cast.mailbox)
    assert write(cast, 2, sender="dora@example.net", In_Reply_To="<one@example.net>") == case


@pytest.mark.parametrize("quote", ["message-id", "references", "number", "number in the subject", "reply address"])
def test_a_stranger_who_quotes_an_id_or_a_number_enters_nothing(cast: Cast, case: Case, quote: str) -> None:
    headers, to, subject, text = dict[str, str](), "care@example.org", "Hello", "I am her."
    if quote == "message-id":
        headers = {"In_Reply_To": "<one@example.net>"}
    elif quote == "references":
        headers = {"References": "<x@example.net> <one@example.net>"}
    elif quote == "number":
        text = f"My case is {case.number}."
    elif quote == "number in the subject":
        subject = f"Re: [{case.number}] Glimo"
    else:
        to = f"care+{case.number}@example.org"
    mail = letter(text, sender="eve@example.com", message_id="<eve@example.com>", subject=subject, to=to, **headers)
    other = arrive(mail, cast.mailbox)
    assert other is not None
    assert other != case
    assert other.contact != case.contact
    assert case.filings.count() == 1


def test_what_a_stranger_quotes_becomes_a_hint_for_a_person(cast: Cast, case: Case) -> None:
    other = write(cast, 2, sender="eve@example.com", In_Reply_To="<one@example.net>")
    hint = Suggestion.objects.get()
    assert (hint.case, hint.other) == (other, case)
    assert happened(other, "link_hinted")


def test_a_stranger_who_quotes_an_id_takes_nothing_from_those_who_take_part(cast: Cast, case: Case) -> None:
    write(cast, 2, sender="eve@example.com", In_Reply_To="<one@example.net>")
    assert write(cast, 3, In_Reply_To="<one@example.net>") == case


def test_messages_that_arrive_before_their_parent_find_each_other(cast: Cast) -> None:
    first = write(cast, 3, References="<n1@example.net>")
    assert write(cast, 2, References="<n1@example.net>") == first


def test_an_old_id_under_a_new_text_is_taken_and_flagged(cast: Cast, case: Case) -> None:
    arrive(letter("Something else.").replace(b"Message-ID: <one", b"X: y\nMessage-ID: <one"), cast.mailbox)
    texts = {message.text.strip(): message.marks for message in Message.objects.all()}
    assert texts.pop("Which batteries does it take?") == []
    assert texts == {"Something else.": ["id_reused"]}


def test_text_with_a_nul_is_kept_as_far_as_the_database_can(cast: Cast) -> None:
    source = _api(cast)
    arrive(_handed("a\u0000b"), source)
    assert Message.objects.get().text == "a\ufffdb"


def test_words_are_found_whatever_their_accents_and_case(cast: Cast) -> None:
    from answerable.cases import queries

    arrive(_handed("Żółw is not charging"), _api(cast))
    assert len(queries.search(cast.ada, "zolw CHARG")) == 1
    assert queries.search(cast.ada, "zebra") == []


def _api(cast: Cast) -> Source:
    return connecting.connect("api", label="App", team=cast.front_line, values={}, by=House(cast.workspace.pk, "tests"))


def _handed(text: str) -> bytes:
    given: dict[str, Any] = {"author": {"namespace": "app", "value": "7"}, "text": text}
    return json.dumps(given).encode()
