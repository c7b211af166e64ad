"""A desk to make trouble for: the real house, furnished, on a database that can be taken away and given back."""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg

from answerable.house import state as states
from answerable.house.database.cluster import Cluster
from tests.crash.house import Crashing

HOSTILE = Path(__file__).parent / "hostile"
CARE = "care@example.org"


class Desk:
    """The house is told the address of its database, so it never raises it by itself."""

    def __init__(self) -> None:
        self._database = states.at(states.for_tests().home.with_name(f"trouble-database-{os.getpid()}"))
        self.give_database()
        self.url = states.database_url(self._database)
        self.house = Crashing("trouble", DATABASE_URL=self.url, PYTHONPATH=str(HOSTILE))

    def open(self) -> None:
        self.house.start()
        self.house.wait()
        self.token = json.loads(self.house.ask("seed", "--json").stdout)["token"]

    def close(self) -> None:
        self.house.end()
        self.take_database()
        self.house.forget()
        shutil.rmtree(self._database.home)

    def take_database(self) -> None:
        Cluster(self._database).stop()

    def give_database(self) -> None:
        own = {name: value for name, value in os.environ.items() if name not in states.NAMES}
        command = [sys.executable, "-m", "answerable.house.database"]
        subprocess.run(command, env=own | {"ANSWERABLE_HOME": str(self._database.home)}, check=True)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as line:
            return line.execute(query, values).fetchall()

    def run(self, code: str) -> str:
        """Run a piece of our code inside the house."""
        done = self.house.ask("manage", "shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def bring(self, mail: EmailMessage | bytes) -> tuple[int, str]:
        """Bring a mail as another server does; returns the answer that decided."""
        with smtplib.SMTP("127.0.0.1", self.house.smtp, "peer.example.net", 60) as smtp:
            try:
                smtp.sendmail(
                    "pia@example.net", [CARE], mail if isinstance(mail, bytes) else mail.as_bytes(policy=SMTP)
                )
            except smtplib.SMTPRecipientsRefused as refusal:
                code, words = refusal.recipients[CARE]
                return code, _words(words)
            except smtplib.SMTPResponseException as refusal:
                return refusal.smtp_code, _words(refusal.smtp_error)
        return 250, ""

    def get(self, path: str) -> tuple[int, str]:
        """As a browser with a session and as a program with a token."""
        line = HTTPConnection("127.0.0.1", self.house.web, timeout=20)
        try:
            line.request(
                "GET", path, headers={"Cookie": f"sessionid={'x' * 32}", "Authorization": f"Bearer {self.token}"}
            )
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()


def _words(said: bytes | str) -> str:
    return said.decode() if isinstance(said, bytes) else said


def letter(mark: str, *, attachment: int = 0) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        "pia@example.net",
        CARE,
        mark,
        f"<{mark}@example.net>",
    )
    mail.set_content(f"{mark}: it beeps.")
    if attachment:
        mail.add_attachment(os.urandom(attachment), maintype="video", subtype="mp4", filename="it beeps.mp4")
    return mail


@contextmanager
def open_desk() -> Iterator[Desk]:
    desk = Desk()
    try:
        desk.open()
        yield desk
    finally:
        desk.close()
