"""A small world in which everything that moves messages between cases can be done at random, and what must hold then."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

from answerable.cases import closing, filing, joining, noting, redirects, splitting, undoing, uniting
from answerable.cases.models import Case, Filing, Move
from answerable.channels.contract import Audience, Handle, Said
from answerable.conversations import linking
from answerable.conversations.models import Contact, Identity, Link, Message
from answerable.conversations.recording import record
from answerable.core import journal
from answerable.core.access import House
from answerable.core.errors import HouseError, NotThere
from answerable.core.moments import now
from answerable.replies import answering
from answerable.testing.cast import Cast

M = TypeVar("M", bound=Model)
STEPS = ("file", "join", "merge", "split", "refile", "undo", "link", "unlink", "reply", "note", "close")
PEOPLE = 4
PROBLEMS = ("It eats batteries", "The strap broke", "My invoice is wrong", "The screen stays dark")


@dataclass
class World:
    """One sequence: what was done, and where each message was filed first."""

    cast: Cast
    random: Random = field(default_factory=lambda: Random(0))
    steps: list[str] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)

    def step(self, name: str, choice: int) -> None:
        """Do one thing, or be refused with a sentence; then everything must hold. `choice` decides which of many."""
        self.random = Random(choice)
        self.steps.append(name)
        try:
            with transaction.atomic():
                getattr(self, name)()
        except HouseError as error:
            self.steps[-1] += f" (refused: {error.sentence})"
        self.learn()
        self.check()

    def file(self) -> None:
        """Somebody writes about something."""
        self._say(self.random.randrange(PEOPLE))

    def join(self) -> None:
        """Somebody answers in a thread that we have."""
        earlier = self._one(Message.objects.filter(direction=Message.Direction.IN))
        reference = earlier.references.order_by("id").first()
        assert reference is not None
        assert earlier.author is not None
        self._say(int(earlier.author.value[1]), reference.value)

    def merge(self) -> None:
        one, other = self._case(), self._case()
        joining.merge(one, into=other, reason="Both speak of it.", confirm=True, by=self.cast.root)

    def split(self) -> None:
        case = self._case()
        messages = list(case.filings.values_list("message_id", flat=True))
        some = self.random.sample(messages, self.random.randint(1, max(1, len(messages) - 1))) if messages else []
        splitting.split(case, some, subject="Something else", reason="Another problem.", by=self.cast.root)

    def refile(self) -> None:
        splitting.refile(self._one(Message.objects.all()), into=self._case(), by=self.cast.root)

    def undo(self) -> None:
        undoing.undo(self._one(Move.objects.all()), reason="It was wrong.", by=self.cast.root)

    def link(self) -> None:
        one, other = self._one(Contact.objects.all()), self._one(Contact.objects.all())
        said = Identity.Evidence.SAID_SO
        suggested = linking.suggest(one, other, evidence=said, words="I am also…", by=self.cast.root)
        if suggested is not None:
            uniting.unite(suggested, by=self.cast.root)

    def unlink(self) -> None:
        uniting.part(self._one(Link.objects.all()), reason="Two people.", by=self.cast.root)

    def reply(self) -> None:
        answering.answer(
            self._case(), text="We look.", audience="private", key=f"k{len(self.steps)}", by=self.cast.root
        )

    def note(self) -> None:
        noting.note(self._case(), text="Seen.", key=f"n{len(self.steps)}", by=self.cast.root)

    def close(self) -> None:
        closing.close(self._case(), disposition="withdrawn", by=self.cast.root)

    def take_all_back(self) -> None:
        """Links first, because what they undo are moves as well; then every move, in any order."""
        links = list(Link.objects.filter(state=Link.State.CONFIRMED))
        self.random.shuffle(links)
        for link in links:
            uniting.part(link, reason="Everything back.", by=self.cast.root)
            self.check()
        moves = list(Move.objects.filter(undone_at=None))
        self.random.shuffle(moves)
        for move in moves:
            undoing.undo(move, reason="Everything back.", by=self.cast.root)
            self.check()

    def learn(self) -> None:
        """Where a new message was filed first: a thread belongs where it began."""
        new = Filing.objects.exclude(message__in=self.first).select_related("message__conversation").order_by("id")
        for each in new:
            self.first[each.message_id] = self._beginning(each)

    def _beginning(self, new: Filing) -> int:
        thread = new.message.conversation
        before = Filing.objects.filter(message__conversation=thread, pk__lt=new.pk).order_by("id").first()
        return self.first[before.message_id] if thread is not None and before is not None else new.case_id

    def check(self) -> None:
        """What must hold after every step."""
        assert not Message.objects.filter(filing=None).exists(), "a message is lost"
        cases = list(Case.objects.all())
        ends = redirects.ends({case.pk for case in cases})
        living = {case.pk for case in cases if case.state != Case.State.MERGED}
        assert set(ends.values()) <= living, "a number leads nowhere"
        filled = set(Filing.objects.values_list("case_id", flat=True))
        assert filled == living, f"filled {filled}, living {living}"
        holders = [bool(case.holder_user_id) + bool(case.holder_team_id) for case in cases if case.is_open]
        assert set(holders) <= {1}, "a case without one holder"

    def check_all_is_back(self) -> None:
        assert {each.message_id: each.case_id for each in Filing.objects.all()} == self.first
        assert list(journal.verify()) == []

    def _say(self, person: int, thread: str = "") -> None:
        number = len(self.steps)
        said = Said(
            external_id=f"<{number}@example.net>",
            author=Handle("email", f"p{person}@example.net", f"Person {person}"),
            audience=Audience.PRIVATE,
            text=f"{self.random.choice(PROBLEMS)}, number {number}.",
            subject=self.random.choice(PROBLEMS),
            posted_at=None,
            own_ids=(f"<{number}@example.net>",),
            thread_ids=(thread,) if thread else (),
        )
        recorded = record(said, source=self.cast.mailbox, received_at=now())
        filing.file(recorded, source=self.cast.mailbox, by=House(self.cast.workspace.pk, "tests"))

    def _case(self) -> Case:
        return self._one(Case.objects.all())

    def _one(self, rows: QuerySet[M]) -> M:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise NotThere("There is none yet.")
        return rows.get(pk=self.random.choice(keys))
