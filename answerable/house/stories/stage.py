"""Where a story is played: whose doors it enters by, and who works there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from django.db.models import QuerySet

from answerable.cases.models import Case
from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.channels.sandbox import square
from answerable.channels.sandbox.models import Post
from answerable.channels.sandbox.server import canonical
from answerable.conversations.models import Conversation, Identity
from answerable.core import viewers
from answerable.core.access import Viewer
from answerable.core.errors import Conflict
from answerable.core.models import Membership, Team, Workspace
from answerable.core.moments import now
from answerable.core.text.fold import fold
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.intake.receiving import receive

PASSWORD = "a-desk-that-answers"  # noqa: S105 - of everybody who works in the demo, which listens on loopback only and prints it


@dataclass
class Stage:
    """`mark` makes the people of one playing others than those of the next. `opens`: no worker runs, so what arrives is
    opened here; where it `gathers`, all of it together afterwards. `kept` remembers ids of things said, by a word of the story."""

    workspace: Workspace
    sources: Mapping[str, Source]
    mark: str = ""
    opens: bool = False
    gathers: bool = False
    kept: dict[str, int | str] = field(default_factory=dict)

    def viewer(self, name: str) -> Viewer:
        """A person of the house, with the rights of this moment."""
        member = Membership.objects.select_related("user", "workspace").get(
            workspace=self.workspace, user__email=f"{name.lower()}@example.org"
        )
        return viewers.of_membership(member)

    def team(self, name: str) -> Team:
        return Team.objects.get(workspace=self.workspace, name=name)

    def address(self, name: str) -> str:
        return f"{fold(name)}{self.mark and '.' + self.mark}@example.com"

    def handle(self, name: str) -> str:
        return f"{name.lower()}{self.mark and '_' + self.mark}"

    def case(self, name: str) -> Case:
        """The case in which this person's newest word lies. Raises `Conflict` while the desk is still opening one of
        the story's words: who acts on what is not filed yet would act on another case, or in the wrong place."""
        found = self._cases(name).order_by("-filings__message__received_at", "-filings__id").first()
        if found is None or self._still_opening():
            raise Conflict("The desk is still opening what %(person)s said. Nothing was done.", person=name)
        self.kept["case"] = found.pk
        return found

    def first_case(self, name: str) -> Case:
        """The case that this person's first word opened."""
        self.case(name)
        known = Case.objects.filter(pk=self.kept.get(f"case of {name}", 0)).first()
        first = known or self._cases(name).order_by("filings__message__received_at", "filings__id")[0]
        self.kept[f"case of {name}"] = first.pk
        return first

    def other_cases(self, name: str, first: Case) -> list[Case]:
        """The other open cases in which this person spoke."""
        return list(self._cases(name).filter(state=Case.State.OPEN).exclude(pk=first.pk).order_by("pk").distinct())

    def conversation(self, word: str) -> Conversation:
        """The conversation of the post that was kept under this word."""
        external = str(self.kept[word])
        found = Conversation.objects.filter(source=self.sources["square"], references__value=external).first()
        if found is None:
            raise Conflict("The desk is still opening what was said on the square. Nothing was done.")
        return found

    def _cases(self, name: str) -> QuerySet[Case]:
        people = Identity.objects.filter(
            workspace=self.workspace, value__in=[self.address(name), self.handle(name), self.number(name)]
        )
        return Case.objects.filter(filings__message__author__in=people)

    def mail(self, name: str, subject: str, text: str, *, language: str, again: bool = False) -> None:
        """A mail in the customer's words; `again` goes on in the thread of the person's mail before."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = f"{name} <{self.address(name)}>", self._desk(), subject
        letter["Date"], letter["Message-ID"] = format_datetime(now()), f"<{uuid4().hex}@example.com>"
        if again:
            letter["In-Reply-To"] = letter["References"] = str(self.kept[f"mail of {name}"])
        self.kept[f"mail of {name}"] = letter["Message-ID"]
        letter.set_content(text)
        letter["Content-Language"] = language
        self._arrive("mail", letter.as_bytes())

    def form(self, name: str, subject: str, text: str, *, language: str, product: str) -> None:
        filled = {
            "name": name,
            "email": self.address(name),
            "subject": subject,
            "product": product,
            "message": text,
            "language": language,
            "key": uuid4().hex,
        }
        self._arrive("form", json.dumps(filled, ensure_ascii=False).encode(), external_id=str(filled["key"]))

    def say(self, name: str, text: str, *, private: bool = False, answers: str = "", door: str = "square") -> Post:
        """A post on the square; `answers` is the word under which the post before was kept. The door "heard" is another
        square, of which only what holds our words is heard."""
        parent = Post.objects.get(pk=self.kept[answers]) if answers else None
        post = square.post(
            self.sources[door],
            handle=self.handle(name),
            name=name.title(),
            text=text,
            private=private,
            parent=parent,
        )
        self._arrive(door, canonical(square.told(post)), pushed=not self.opens)
        return post

    def call(self, name: str, *, waited: int, summary: str = "", product: str = "", language: str = "en") -> None:
        """A call as the exchange tells of it; one without a summary was given up after `waited` seconds."""
        ended = now()
        told = {
            "call": uuid4().hex,
            "from": self.number(name),
            "name": name,
            "started": (ended - timedelta(seconds=waited)).isoformat(),
            "ended": ended.isoformat(),
            "waited": waited,
            "abandoned": not summary,
            "summary": summary,
            "product": product,
            "language": language,
        }
        self._arrive("calls", json.dumps(told, ensure_ascii=False).encode())

    def number(self, name: str) -> str:
        """A Polish mobile number that is this person's in this playing."""
        return f"+4850{int(hashlib.sha256((name + self.mark).encode()).hexdigest(), 16) % 10_000_000:07}"

    def _arrive(self, door: str, body: bytes, external_id: str = "", *, pushed: bool = False) -> None:
        """Bring it to a door, unless its network pushes it there by itself."""
        source = self.sources[door]
        self.kept[f"once by {door}"] = external_id or hashlib.sha256(body).hexdigest()
        if not pushed:
            receive(source, [Raw(body=body, external_id=external_id)], at=now())
        if not self.gathers:
            self._open(source)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """A night: much arrives, each at its moment, and is opened when the night is over."""
        self.gathers = True
        yield
        self.gathers = False
        for source in self.sources.values():
            self._open(source)

    def _open(self, source: Source) -> None:
        while self.opens and pipeline.open_waiting(source):
            pass

    def _still_opening(self) -> bool:
        """A source opens what it received in its order, so the newest envelope of each door tells of all."""
        newest = [(self.sources[door], self.kept.get(f"once by {door}")) for door in self.sources]
        return any(once and not _opened(source, str(once)) for source, once in newest)

    def _desk(self) -> str:
        return str(self.sources["mail"].values()["address"])


def _opened(source: Source, once: str) -> bool:
    return Envelope.objects.filter(source=source, once=once).exclude(state=Envelope.State.WAITING).exists()


def doors(workspace: Workspace) -> Mapping[str, Source]:
    """The first source of each sort, by the word that the stories use; a square that is searched for words is "heard"."""
    words = {"email": "mail", "form": "form", "sandbox": "square", "call": "calls"}
    found = Source.objects.filter(workspace=workspace, kind__in=words).select_related("workspace").order_by("-pk")
    return {"heard" if source.values().get("words") else words[source.kind]: source for source in found}
