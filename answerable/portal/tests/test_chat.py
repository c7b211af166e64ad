"""The web chat: what its window may ask, what is stored and when, and how an answer comes back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.channels.webchat import chatting, words
from answerable.channels.webchat.models import Chat, Line
from answerable.conversations.models import Identity
from answerable.core.access import House
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.replies import answering, continuing, outcomes
from answerable.replies.models import Attempt, Reply
from answerable.testing.cast import Cast

SITE = "https://www.glimo.example"


class Window:
    """What the script does, from one site."""

    def __init__(self, source: Source, origin: str = SITE) -> None:
        self.source, self.origin, self.client, self.token = source, origin, Client(), ""

    def ask(self, path: str, told: Any = None, *, method: str = "POST", **more: Any) -> HttpResponseBase:
        headers = {"Origin": self.origin, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        address = f"/chat/{self.source.slug}/{path}?language=pl"
        if method != "POST":
            return self.client.generic(method, address, headers=headers)
        if more:
            return self.client.post(address, more, headers=headers)
        return self.client.post(address, json.dumps(told), "application/json", headers=headers)

    def agree(self) -> None:
        about = told(self.ask("about", method="GET"))
        begun = self.ask("chats", {"agreement": about["agreement"], "language": about["language"]})
        assert begun.status_code == 201
        self.token = told(begun)["token"]

    def say(self, text: str, key: str = "k1", **more: Any) -> HttpResponseBase:
        return self.ask("lines", text=text, key=key, page=f"{SITE}/help", **more)


def told(answer: HttpResponseBase) -> Any:
    return json.loads(answer.content)  # type: ignore[attr-defined]


@pytest.fixture
def source(cast: Cast) -> Source:
    values = {"origins": f"{SITE}/ https://shop.glimo.example", "continue_after": 5}
    by = House(cast.workspace.pk, "tests")
    return connecting.connect("webchat", label="Web chat", team=cast.front_line, values=values, by=by)


@pytest.fixture
def window(source: Source) -> Window:
    opened = Window(source)
    opened.agree()
    return opened


def test_before_anybody_agrees_nothing_is_stored_and_no_cookie_is_set(source: Source) -> None:
    window = Window(source)
    asked = window.ask("about", method="GET")
    page = window.client.get(f"/chat/{source.slug}")
    assert not asked.cookies
    assert not page.cookies
    assert "privacy" in told(asked)
    assert not Chat.objects.exists()
    assert window.say("Hello").status_code == 401
    assert not Envelope.objects.exists()


def test_the_text_that_was_agreed_to_is_kept_word_for_word(source: Source) -> None:
    window = Window(source)
    about = told(window.ask("about", method="GET"))
    assert about["privacy"] == words.WORDS["pl"]["privacy"].format(desk="Glimo Care")
    window.agree()
    assert Chat.objects.get().agreed_to == about["privacy"]


@pytest.mark.parametrize("wrong", [{"agreement": "x"}, {}, {"website": "http://spam.example"}])
def test_nobody_begins_without_having_read_the_text_that_stands_there_now(
    source: Source, wrong: dict[str, str]
) -> None:
    window = Window(source)
    about = told(window.ask("about", method="GET"))
    given = {"language": "pl", **({"agreement": about["agreement"]} if "website" in wrong else {}), **wrong}
    assert window.ask("chats", given).status_code == 422
    assert not Chat.objects.exists()


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        (SITE, True),
        ("https://shop.glimo.example", True),
        ("https://glimo.example", False),
        ("http://www.glimo.example", False),
        ("https://www.glimo.example.evil.example", False),
        ("null", False),
    ],
)
def test_only_the_sites_that_the_source_names_may_ask(source: Source, origin: str, may: bool) -> None:
    asked = Window(source, origin).ask("about", method="GET")
    before = Window(source, origin).ask("lines", method="OPTIONS")
    assert (asked.status_code == 200) == may
    for answer in (asked, before):
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if may else None)
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


def test_what_is_said_is_an_envelope_then_a_case_and_the_same_again_is_one(window: Window, source: Source) -> None:
    photo = SimpleUploadedFile("leak.png", b"\x89PNG\r\n\x1a\n", "image/png")
    assert window.say("It leaks.", files=photo).status_code == 202
    assert window.say("It leaks.").status_code == 202
    assert Envelope.objects.get().state == Envelope.State.WAITING
    pipeline.open_waiting(source)
    case = Case.objects.get()
    message = case.filings.get().message
    assert (message.text, message.audience, message.language) == ("It leaks.", "private", "pl")
    assert message.attachments.get().name == "leak.png"
    assert message.notes == [f"Written on {SITE}/help"]


def test_the_second_line_joins_the_case_of_the_first(window: Window, source: Source) -> None:
    window.say("It leaks.")
    window.say("It is the small one.", key="k2")
    pipeline.open_waiting(source)
    assert Case.objects.get().filings.count() == 2


def test_a_secret_opens_its_own_chat_at_its_own_source_only(window: Window, source: Source, cast: Cast) -> None:
    by = House(cast.workspace.pk, "tests")
    other = connecting.connect("webchat", label="Other", team=cast.front_line, values={"origins": SITE}, by=by)
    elsewhere = Window(other)
    elsewhere.token = window.token
    assert elsewhere.say("Hello").status_code == 401
    window.ask("end", {})
    assert window.say("Hello").status_code == 401


@pytest.mark.parametrize("more", [{"text": ""}, {"text": "x" * 20_001}, {"text": "Hi", "key": ""}])
def test_what_cannot_be_sent_gets_a_sentence_and_stores_nothing(window: Window, more: dict[str, str]) -> None:
    answer = window.ask("lines", **{"text": "Hi", "key": "k", **more})
    assert answer.status_code == 422
    assert told(answer)["error"]
    assert not Line.objects.exists()


def test_a_flood_in_one_chat_is_told_to_wait(window: Window) -> None:
    statuses = [window.say("Hi", key=f"k{number}").status_code for number in range(62)]
    assert statuses == [202] * 60 + [429] * 2


def answered(source: Source, cast: Cast, text: str = "We look into it.") -> Reply:
    """An answer that went out: the network of the chat took it as it takes it from the wire."""
    pipeline.open_waiting(source)
    case = Case.objects.latest("pk")
    reply = answering.answer(case, text=text, audience="private", key=f"r-{text}", by=cast.ada)
    line = chatting.keep(Chat.objects.get(), key=f"us:{reply.key}", text=text, by_us=True)
    attempt = Attempt.objects.create(reply=reply, number=1, started_at=now())
    outcomes.sent(reply, attempt, external_id=f"line:{line.pk}")
    return reply


def test_the_network_takes_an_answer_once_and_shows_no_name_that_was_not_given(window: Window, source: Source) -> None:
    chat, key = Chat.objects.get(), source.values()["token_key"]
    body = json.dumps({"chat": str(chat.name), "key": "r1", "text": "Hello", "agent": ""})
    for authorisation, status in ((f"Bearer {key}", 201), (f"Bearer {key}", 201), ("Bearer x", 401), ("", 401)):
        address, headers = f"/chat/{source.slug}/api/replies", {"Authorization": authorisation}
        assert Client().post(address, body, "application/json", headers=headers).status_code == status
    assert [(line.text, line.agent) for line in chat.lines.all()] == [("Hello", "")]


def test_what_the_window_showed_is_seen(window: Window, source: Source, cast: Cast) -> None:
    window.say("It leaks.")
    reply = answered(source, cast)
    line = Line.objects.get(by_us=True)
    assert told(window.ask("seen", {"lines": [line.pk, line.pk + 99, "x", -1]}))["seen"] == [line.pk]
    pipeline.open_waiting(source)
    reply.refresh_from_db()
    assert reply.state == Reply.State.SEEN


def leave(window: Window, value: str, namespace: str = "email") -> HttpResponseBase:
    return window.ask("address", {"namespace": namespace, "value": value})


def test_an_unread_answer_goes_on_by_mail_once_in_the_same_case(window: Window, source: Source, cast: Cast) -> None:
    window.say("It leaks.")
    leave(window, "Pia@Example.net")
    first, second = answered(source, cast), answered(source, cast, "It is on its way.")
    assert continuing.go_on_everywhere() == 0
    Reply.objects.update(settled_at=now() - timedelta(minutes=6))
    assert continuing.go_on_everywhere() == 1
    assert continuing.go_on_everywhere() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    carrier = first.went_on_as
    assert carrier is not None
    assert carrier == second.went_on_as
    assert carrier.case_id == first.case_id
    assert carrier.conversation.source == cast.mailbox
    assert carrier.message.recipients["to"][0]["value"] == "pia@example.net"
    assert "We look into it.\n\nIt is on its way." in carrier.message.text
    assert Event.objects.filter(kind="reply_went_on", case_id=first.case_id).count() == 1


def test_what_was_seen_goes_nowhere(window: Window, source: Source, cast: Cast) -> None:
    window.say("It leaks.")
    leave(window, "pia@example.net")
    answered(source, cast)
    window.ask("seen", {"lines": [Line.objects.get(by_us=True).pk]})
    pipeline.open_waiting(source)
    Reply.objects.update(settled_at=now() - timedelta(hours=1))
    assert continuing.go_on_everywhere() == 0


def test_without_an_address_an_answer_waits_where_it_is(window: Window, source: Source, cast: Cast) -> None:
    window.say("It leaks.")
    answered(source, cast)
    Reply.objects.update(settled_at=now() - timedelta(hours=1))
    assert continuing.go_on_everywhere() == 0


def test_an_address_that_is_somebodys_stays_theirs(window: Window, source: Source, cast: Cast) -> None:
    other = Window(source)
    other.agree()
    other.say("Mine")
    leave(other, "pia@example.net")
    pipeline.open_waiting(source)
    owner = Identity.objects.get(value="pia@example.net").contact_id
    window.say("It leaks.")
    leave(window, "pia@example.net")
    pipeline.open_waiting(source)
    assert Identity.objects.get(value="pia@example.net").contact_id == owner
    assert Identity.objects.filter(elsewhere__value="pia@example.net").count() == 2


@pytest.mark.parametrize(("namespace", "value"), [("email", "pia"), ("phone", "+48 600 100 200"), ("pigeon", "x")])
def test_an_address_that_nobody_here_can_write_to_is_refused(window: Window, namespace: str, value: str) -> None:
    assert leave(window, value, namespace).status_code == 422


def test_a_window_is_forgotten_and_the_case_is_not(window: Window, source: Source) -> None:
    window.say("It leaks.")
    pipeline.open_waiting(source)
    chatting.forget(now() + timedelta(days=29))
    assert Chat.objects.exists()
    chatting.forget(now() + timedelta(days=31))
    assert not Chat.objects.exists()
    assert Case.objects.get().filings.get().message.text == "It leaks."


def test_every_language_says_the_same_things() -> None:
    assert {frozenset(each) for each in words.WORDS.values()} == {frozenset(words.WORDS["en"])}


def test_the_privacy_text_stands_in_the_readme_word_for_word() -> None:
    readme = connector("webchat").spec.docs
    with open(readme, encoding="utf-8") as file:
        assert words.WORDS["en"]["privacy"] in " ".join(file.read().replace("\n> ", " ").split())
