"""Customers who write and agents who answer while the house is dying around them. They are patient and never give up."""

from __future__ import annotations

import json
import smtplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPConnection, HTTPException
from itertools import count
from random import Random
from threading import Event, Thread
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction
from procrastinate.exceptions import ConnectorException

from answerable.channels.models import Source
from answerable.channels.sandbox import square
from answerable.channels.sandbox.models import Post
from tests.crash.house import Crashing

CARE = "care@example.org"
PATIENCE = 0.3
LARGE = 400 * 1024


@dataclass
class Told:
    """What the house has confirmed, and so must hold for ever."""

    mails: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Customers:
    """Their mail servers keep a mail until 250 was said, and bring the same bytes again."""

    def __init__(self, house: Crashing, told: Told, seed: int) -> None:
        self.house, self.told, self.random = house, told, Random(seed)

    def letters(self) -> Iterator[tuple[str, EmailMessage]]:
        for number in count(1):
            mark = f"mail-{number}."
            mail = EmailMessage()
            person = self.random.randrange(1, 40)
            mail["From"], mail["To"], mail["Message-ID"] = f"pia{person}@example.net", CARE, f"<{mark}x@example.net>"
            mail["Subject"] = "My Glimo beeps"
            if number > 40 and self.random.random() < 0.3:
                mail["In-Reply-To"] = f"<mail-{self.random.randrange(1, number)}.x@example.net>"
            mail.set_content(f"{mark}\n\nIt beeps.")
            if self.random.random() < 0.08:
                mail.add_attachment(self.random.randbytes(LARGE), maintype="image", subtype="png", filename="it.png")
            yield mark, mail

    def write(self, stop: Event) -> None:
        for mark, mail in self.letters():
            while not self._brought(mail):
                time.sleep(PATIENCE)
            self.told.mails.append(mark)
            if stop.wait(self.random.uniform(0.02, 0.25)):
                return

    def _brought(self, mail: EmailMessage) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.house.smtp, "peer.example.net", 10) as smtp:
                return smtp.sendmail(str(mail["From"]), [CARE], mail.as_bytes(policy=SMTP)) == {}
        except (smtplib.SMTPException, OSError):
            return False


class Visitors:
    """On the square, whose own table says what was posted: a post counts when it is there."""

    def __init__(self, place: Source, seed: int) -> None:
        self.place, self.random = place, Random(seed)

    def post(self, stop: Event) -> None:
        for number in count(1):
            handle = f"rob{self.random.randrange(1, 20)}"
            private = self.random.random() < 0.3
            text = f"post-{number}. It beeps."
            patiently(lambda text=text, handle=handle, private=private: self._post(text, handle, private))  # type: ignore[misc]
            if stop.wait(self.random.uniform(0.05, 0.5)):
                break
        connection.close()

    @transaction.atomic
    def _post(self, text: str, handle: str, private: bool) -> None:
        """Who lost the connection does not know whether the post stands there, so a visitor looks before posting again."""
        if not Post.objects.filter(square=self.place.slug, text=text).exists():
            square.post(self.place, handle=handle, name=handle, text=text, private=private)


class Agents:
    """They answer through the API. When it breaks they ask again with the same key."""

    def __init__(self, house: Crashing, told: Told, token: str, seed: int) -> None:
        self.house, self.told, self.token, self.random = house, told, token, Random(seed)

    def answer(self, stop: Event) -> None:
        for number in count(1):
            case = self._choose()
            if case:
                self._reply(case, f"reply-{number}.")
            if stop.wait(self.random.uniform(0.1, 0.5)):
                return

    def settle(self, reply_id: int, *, arrived: bool) -> None:
        self.ask("PUT", f"replies/{reply_id}/outcome", {"arrived": arrived})

    def _choose(self) -> dict[str, Any] | None:
        _, page = self.ask("GET", "cases?limit=50")
        cases = page.get("items", [])
        return self.random.choice(cases) if cases else None

    def _reply(self, case: dict[str, Any], mark: str) -> None:
        audience = "public" if case["channels"] == ["sandbox"] else "private"
        said = {"text": f"{mark} We look into it.", "audience": audience}
        status, answer = self.ask("POST", f"cases/{case['id']}/replies", said, key=mark)
        (self.told.replies if status == 201 else self.told.refused).append(
            mark if status == 201 else f"{mark} {answer}"
        )

    def ask(self, method: str, path: str, said: object = None, *, key: str = "") -> tuple[int, dict[str, Any]]:
        """Until there is an answer that is one: a broken connection and a 5xx are asked again, word for word."""
        while True:
            try:
                status, answer = self._once(method, path, said, key)
            except (OSError, HTTPException, ValueError):
                status, answer = 0, {}
            if 200 <= status < 500 and status != 429:
                return status, answer
            time.sleep(PATIENCE)

    def _once(self, method: str, path: str, said: object, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        line = HTTPConnection("127.0.0.1", self.house.web, timeout=20)
        try:
            line.request(method, f"/api/{path}", json.dumps(said) if said is not None else None, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()


def patiently(work: Callable[[], Any]) -> Any:
    """Once more whenever the database was gone. Whether the first try counted is what the balance will say."""
    while True:
        try:
            return work()
        except (DatabaseError, InterfaceError, ConnectorException):
            connection.close()
            time.sleep(PATIENCE)


class Work(Thread):
    """Somebody at work until told to stop. What broke them off is kept, so that nobody leaves unnoticed."""

    def __init__(self, work: Callable[[Event], None], stop: Event) -> None:
        super().__init__(daemon=True)
        self._work, self._stop_sign = work, stop
        self.trouble = ""

    def run(self) -> None:
        try:
            self._work(self._stop_sign)
        except Exception as error:  # noqa: BLE001 - whatever it was, the balance is worth nothing without this one
            self.trouble = repr(error)

    def ended(self, within: float) -> str:
        """Why it did not end well; nothing if it did."""
        self.join(within)
        return self.trouble or ("somebody is still waiting for an answer" if self.is_alive() else "")


def busy(*works: Callable[[Event], None]) -> tuple[Event, list[Work]]:
    stop = Event()
    people = [Work(work, stop) for work in works]
    for each in people:
        each.start()
    return stop, people
