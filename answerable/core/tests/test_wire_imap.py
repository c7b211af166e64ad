"""What a mail server may say when we sign in and look; a real one is read in tests/peers."""

from __future__ import annotations

import base64
import re
import socket
import threading
from collections.abc import Callable

import pytest

from answerable.core import wire
from answerable.core.tests.wire_peers import speaking
from answerable.core.wire import running, watching
from answerable.core.wire.calls import FetchMail, Login, MailAnswer, MailServer
from answerable.core.wire.failures import NoAnswer, SignInRefused

Answers = Callable[[str], list[str]]

ALWAYS = {
    "CAPABILITY": ["* CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "{tag} OK done"],
    "LOGOUT": ["* BYE bye", "{tag} OK done"],
}


def server(answers: Answers, told: list[str] | None = None) -> Callable[[socket.socket], None]:
    """An IMAP server that answers each command by `answers`; {tag} stands for the command's tag."""

    def script(connection: socket.socket) -> None:
        connection.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] here\r\n")
        stream = connection.makefile("rb")
        tag = ""
        for line in stream:
            text = line.decode().strip()
            if told is not None:
                told.append(text)
            tag = text.split(" ")[0] if re.match(r"[A-Z]{4}\d+ ", text) else tag
            command = text.removeprefix(tag).strip()
            for answer in ALWAYS.get(command) or answers(command):
                connection.sendall(answer.format(tag=tag).encode() + b"\r\n")

    return script


def signing_in(answer: str) -> Answers:
    return lambda command: [answer] if command.startswith("LOGIN") else ["{tag} OK done"]


def fetch(port: int, login: Login, *, above: int = 0, at_most: int = 50) -> MailAnswer:
    answer = wire.run(
        FetchMail(MailServer("127.0.0.1", port, "none", login), "INBOX", None, above, at_most), allow_private=True
    )
    assert isinstance(answer, MailAnswer)
    return answer


ADA = Login("ada", "battery horse")


@pytest.mark.parametrize(
    "words", ["[AUTHENTICATIONFAILED] Authentication failed.", "LOGIN failed.", "Invalid: battery horse"]
)
def test_a_refused_password_is_told_without_it(words: str) -> None:
    with speaking(server(signing_in(f"{{tag}} NO {words}"))) as port, pytest.raises(SignInRefused) as refusal:
        fetch(port, ADA)

    assert "battery" not in refusal.value.sentence


@pytest.mark.parametrize(
    "words", ["[UNAVAILABLE] Try later", "[INUSE] Locked", "[ALERT] Too many simultaneous connections"]
)
def test_a_server_in_trouble_says_nothing_about_the_password(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.01)
    with speaking(server(signing_in(f"{{tag}} NO {words}")), times=3) as port, pytest.raises(NoAnswer) as failure:
        fetch(port, ADA)

    assert not isinstance(failure.value, SignInRefused)


def test_a_token_wins_over_a_password() -> None:
    told: list[str] = []

    def answers(command: str) -> list[str]:
        if command.startswith("AUTHENTICATE"):
            return ["+ "]
        return ["{tag} NO [AUTHENTICATIONFAILED] expired"]

    with speaking(server(answers, told)) as port, pytest.raises(SignInRefused):
        fetch(port, Login("ada", "battery horse", token="ripe-token"))

    assert base64.b64decode(told[2]) == b"user=ada\1auth=Bearer ripe-token\1\1"


def test_a_folder_with_gaps_is_searched_in_windows_that_grow() -> None:
    searched: list[str] = []

    def answers(command: str) -> list[str]:
        if command.startswith("EXAMINE"):
            return ["* 1 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 4000000001] x", "{tag} OK [READ-ONLY] x"]
        if command.startswith("UID SEARCH"):
            searched.append(command)
            low, high = map(int, re.findall(r"\d+", command))
            return ["* SEARCH 4000000000" if low <= 4_000_000_000 <= high else "* SEARCH", "{tag} OK done"]
        if command.startswith("UID FETCH"):
            return ["{tag} OK done"]
        return ["{tag} OK done"]

    with speaking(server(answers)) as port:
        answer = fetch(port, ADA)

    assert answer.uids == [4_000_000_000]
    assert len(searched) < 25


def test_where_idle_is_not_offered_the_folder_is_asked_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "POLL_EVERY", 0.01)
    stop, asked = threading.Event(), []

    def news() -> None:
        asked.append(1)
        if len(asked) == 3:
            stop.set()

    with speaking(server(lambda _: ["{tag} OK done"])) as port:
        watching.watch(MailServer("127.0.0.1", port, "none", ADA), "INBOX", news, stop, allow_private=True)

    assert len(asked) == 3


def test_a_watch_ends_when_the_password_is_refused() -> None:
    with speaking(server(signing_in("{tag} NO no"))) as port, pytest.raises(SignInRefused):
        watching.watch(
            MailServer("127.0.0.1", port, "none", ADA), "INBOX", lambda: None, threading.Event(), allow_private=True
        )
