"""A small world in which everything that moves messages between cases can be done at random, and what must hold then."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from answerable.cases import assigning, closing, filing, joining, noting, splitting, transferring, undoing, uniting
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
STEPS = (
    "file",
    "join",
    "merge",
    "split",
    "refile",
    "undo",
    "link",
    "unlink",
    "reply",
    "note",
    "close",
    "reopen",
    "offer",
)
PEOPLE = 4
PROBLEMS = ("It eats batteries", "The strap broke", "My invoice is wrong", "The screen stays dark")
# What may never be, by name, with the ids of those of which it is so: one question, because it is asked after each step.
FAULTS = """
WITH RECURSIVE way (origin, id, onwards, hops) AS (
    SELECT id, id, merged_into_id, 0 FROM cases_case
    UNION ALL
    SELECT way.origin, next.id, next.merged_into_id, way.hops + 1
    FROM way JOIN cases_case AS next ON next.id = way.onwards WHERE way.hops < 100
), one AS (
    SELECT id, state, num_nonnulls(holder_user_id, holder_team_id) AS holders,
        EXISTS (SELECT FROM cases_filing WHERE case_id = cases_case.id) AS filled,
        EXISTS (SELECT FROM cases_transfer WHERE case_id = cases_case.id AND state = 'offered') AS offered,
        (SELECT count(*) FROM cases_closure WHERE case_id = cases_case.id AND reopened_at IS NULL) AS closures
    FROM cases_case
), wrong (name, id) AS (
    SELECT 'a message is lost', id FROM conversations_message AS message
    WHERE NOT EXISTS (SELECT FROM cases_filing WHERE message_id = message.id)
    UNION ALL SELECT 'a number leads nowhere', id FROM one
    WHERE NOT EXISTS (SELECT FROM way WHERE origin = one.id AND onwards IS NULL)
    UNION ALL SELECT 'a living case is empty', id FROM one WHERE state <> 'merged' AND NOT filled
    UNION ALL SELECT 'a merged case holds messages', id FROM one WHERE state = 'merged' AND filled
    UNION ALL SELECT 'a case without one holder', id FROM one WHERE state = 'open' AND holders <> 1
    UNION ALL SELECT 'closed without a closure', id FROM one WHERE state = 'closed' AND closures <> 1
    UNION ALL SELECT 'open with a closure in force', id FROM one WHERE state = 'open' AND closures <> 0
    UNION ALL SELECT 'on offer and not open', id FROM one WHERE state <> 'open' AND offered
)
SELECT name, array_agg(id) FROM wrong GROUP BY name
"""


@dataclass
class World:
    """One sequence: what was done, and where each message was filed first."""

    cast: Cast
    random: Random = field(default_factory=lambda: Random(0))
    steps: list[str] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)
    newest: int = 0

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

    def reopen(self) -> None:
        closing.reopen(self._case(), because="by_hand", by=self.cast.root)

    def offer(self) -> None:
        """To the other team, while the case goes its ways."""
        case, support = self._case(), self.cast.device_support
        mark = assigning.holder_mark(case)
        transferring.offer(case, context="Look.", expected=mark, to_team=support, by=self.cast.root)

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
        new = Filing.objects.filter(pk__gt=self.newest).select_related("message__conversation").order_by("id")
        for each in new:
            self.first[each.message_id] = self._beginning(each)
            self.newest = each.pk

    def _beginning(self, new: Filing) -> int:
        thread = new.message.conversation
        before = Filing.objects.filter(message__conversation=thread, pk__lt=new.pk).order_by("id").first()
        return self.first[before.message_id] if thread is not None and before is not None else new.case_id

    def check(self) -> None:
        """What must hold after every step."""
        with connection.cursor() as cursor:
            cursor.execute(FAULTS)
            faults = dict(cursor.fetchall())
        assert not faults, faults

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
