"""The firehose of a real Bluesky network: what is kept of what everybody says, by a listener that is killed and comes back."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.channels.models import Source
from answerable.conversations.models import Message, Relevance
from answerable.conversations.recording import once_key
from answerable.core.access import House
from answerable.core.models import User
from answerable.core.moments import now
from answerable.intake import polling, reconciling
from answerable.intake.models import Envelope, PassedBy
from answerable.listening import saving
from answerable.listening.models import Query
from answerable.testing.cast import Cast
from tests.peers import listener
from tests.peers.bluesky import Network, Person
from tests.peers.journeys import opened
from tests.peers.programs import eventually

pytestmark = pytest.mark.peers

MANY = int(os.environ.get("ANSWERABLE_FIREHOSE_POSTS", "200"))
PEOPLE = 50
SAID = {
    "en": ("My {} beeps at night.", "Lovely weather over the harbour."),
    "pt": ("O meu {} apita à noite.", "Que dia bonito no porto."),
    "pl": ("Mój {} piszczy w nocy.", "Piękna pogoda w porcie."),
}
IN: dict[str, str] = {}
"""In which language each post was said."""


@pytest.fixture
def port(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any) -> int:
    settings.ANSWERABLE_PRIVATE_NETWORKS = ["127.0.0.0/8", "::1/128"]
    monkeypatch.setenv("ANSWERABLE_PRIVATE_NETWORKS", "127.0.0.0/8 ::1/128")
    monkeypatch.setenv("ANSWERABLE_HOME", os.environ["ANSWERABLE_HOME"])
    return listener.environment(monkeypatch)


@pytest.fixture
def source(committed_cast: Cast, network: Network, port: int) -> Source:
    """Begins behind everything that was said in this network before."""
    care = network.person("listening")
    values = {
        "address": care.handle,
        "server": network.address,
        "app_password": care.app_password(f"desk {port}"),
        "words": "Glimo, infusion pump",
        "words_by": "firehose",
        "stream_server": network.address,
    }
    by = House(committed_cast.workspace.pk, "tests")
    source = connecting.connect("bluesky", label="Bluesky", team=committed_cast.front_line, values=values, by=by)
    polling.poll(source)
    assert source.failing_since is None, source.trouble
    return source


def crowd(network: Network, number: int) -> list[Person]:
    return [network.person(f"one{each}") for each in range(number)]


def counted() -> int:
    return Envelope.objects.count() + sum(PassedBy.objects.values_list("number", flat=True))


@contextmanager
def connected(source: Source, port: int, folder: Path) -> Iterator[None]:
    """A listener that hears the source: what was said before is heard from the cursor on, and there is none at first.

    It tells that it is connected twice a minute at most, so the moment to compare with is one before it began.
    """
    began = now()
    with listener.listening(port, folder):
        eventually(lambda: Source.objects.filter(pk=source.pk, asked_at__gt=began).exists(), within=30)
        yield


def reword(source: Source, words: str, cast: Cast) -> None:
    """As on the page of the source, while it is listened to."""
    connecting.change(
        source,
        label=source.label,
        team=source.team,
        values={**source.settings, "address": source.address, "words": words},
        by=cast.root,
    )


@transaction.atomic
def saved(cast: Cast, text: str) -> Query:
    holder = User.objects.get(pk=cast.ben.user_id)
    return saving.save(name="Ours", text=text, team=cast.front_line, holder=holder, by=cast.ben)


@transaction.atomic
def changed(query: Query, text: str, cast: Cast) -> None:
    query.refresh_from_db()
    name, team, holder = query.name, query.team, query.holder
    saving.change(query, expected=query.version, name=name, text=text, team=team, holder=holder, by=cast.ben)


def reasons() -> dict[str, tuple[str, int]]:
    """Why each message is here: the reason, and the number of the version that wanted it. Each has exactly one."""
    rows = list(Relevance.objects.values_list("message__once", "why", "version__number"))
    assert len({once for once, *_ in rows}) == len(rows)
    return {once: (why, number) for once, why, number in rows}


def besides(chance: random.Random) -> str:
    """Words that nobody else says with it: what many say with the same words is a copy, and set aside."""
    return " ".join("".join(chance.choices("bdfklmnprst", k=2) + chance.choices("aeiou", k=3)) for _ in range(9))


def talk(people: list[Person], number: int, word: str, chance: random.Random) -> set[str]:
    """Posts in three languages; returns the addresses of those that hold the word."""
    named = set()
    for each in range(number):
        language = chance.choice(list(SAID))
        holds = chance.random() < 0.2
        text = SAID[language][0].format(word) if holds else SAID[language][1]
        post = people[each % len(people)].post(f"{text} {besides(chance)} {each}", langs=[language])
        IN[post["uri"]] = language
        if holds:
            named.add(post["uri"])
    return named


def test_exactly_the_expected_posts_become_cases_while_the_words_change(
    committed_cast: Cast, network: Network, source: Source, port: int, tmp_path: Path
) -> None:
    people, chance = crowd(network, PEOPLE), random.Random(4)
    with connected(source, port, tmp_path):
        first = talk(people, MANY // 2, "Glimo", chance)
        eventually(lambda: counted() == MANY // 2, within=60)
        reword(source, "Velorin", committed_cast)
        second = talk(people, MANY // 4, "VELORIN", chance)
        talk(people, MANY // 4, "Glimo", chance)
        eventually(lambda: counted() == MANY // 2 + 2 * (MANY // 4), within=60)
    opened(source)

    assert set(Message.objects.values_list("once", flat=True)) == {once_key(source, uri) for uri in first | second}
    (line,) = reconciling.ledger(committed_cast.root)
    assert (line.held, line.filed) == (len(first | second), len(first | second))
    assert line.held + line.passed_by == MANY // 2 + 2 * (MANY // 4)


def test_saved_queries_change_and_the_listener_dies_and_each_post_is_a_case_once_with_its_reason(
    committed_cast: Cast, network: Network, source: Source, port: int, tmp_path: Path
) -> None:
    """Nothing is asked of the network: queries of the database decide, and the listener is killed between two of them.

    Each asks for a word that was not said yet: one that a fifth of all posts hold could not be saved.
    """
    reword(source, "", committed_cast)
    query = saved(committed_cast, "glimo NEAR/3 (beeps OR apita OR piszczy)")
    people, chance, part = crowd(network, PEOPLE), random.Random(6), MANY // 4
    with connected(source, port, tmp_path):
        first = talk(people, part, "Glimo", chance)
        eventually(lambda: counted() == part, within=120)
        changed(query, "velorin lang:pl", committed_cast)
    with listener.listening(port, tmp_path) as process:
        velorin = talk(people, part, "VELORIN", chance)
        os.kill(process, 9)
    talk(people, part, "Glimo", chance)
    with listener.listening(port, tmp_path):
        eventually(lambda: counted() == 3 * part, within=120)
        changed(query, "pulsa -velorin", committed_cast)
        third = talk(people, MANY - 3 * part, "Pulsa", chance)
        eventually(lambda: counted() == MANY, within=120)
    opened(source)

    second = {uri for uri in velorin if IN[uri] == "pl"}
    expected = [(first, 1), (second, 2), (third, 3)]
    assert reasons() == {once_key(source, uri): ("query", number) for uris, number in expected for uri in uris}
    assert Case.objects.exists()
    assert not Message.objects.filter(filing=None).exists()
    (line,) = reconciling.ledger(committed_cast.root)
    assert line.held + line.passed_by == MANY


def test_a_listener_killed_again_and_again_loses_nothing_and_doubles_nothing(
    committed_cast: Cast, network: Network, source: Source, port: int, tmp_path: Path
) -> None:
    people, chance, named = crowd(network, 5), random.Random(5), set()
    with connected(source, port, tmp_path):
        named |= talk(people, 1, "Glimo", chance)
        eventually(lambda: counted() == 1, within=30)
    for _ in range(3):
        with listener.listening(port, tmp_path) as process:
            named |= talk(people, 20, "Glimo", chance)
            os.kill(process, 9)
        named |= talk(people, 10, "Glimo", chance)

    with listener.listening(port, tmp_path):
        eventually(lambda: counted() >= 91, within=60)
    opened(source)

    assert counted() == 91
    assert set(Message.objects.values_list("once", flat=True)) == {once_key(source, uri) for uri in named}


def test_a_deletion_is_followed_at_once_and_those_of_strangers_are_not_kept(
    committed_cast: Cast, network: Network, source: Source, port: int, tmp_path: Path
) -> None:
    pia = network.person("one0")
    with connected(source, port, tmp_path):
        ours = pia.post("My Glimo beeps.")
        eventually(lambda: Envelope.objects.count() == 1, within=30)
        pia.take_back(pia.post("Lovely weather."))
        pia.take_back(ours)
        eventually(lambda: Envelope.objects.count() == 2, within=30)
    opened(source)

    assert Message.objects.get().withdrawn_at is not None
    assert PassedBy.objects.get().number == 1
