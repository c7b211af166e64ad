"""A crowd at one desk: many people who take, offer, accept, decline, withdraw, release and return cases, all at once.

`python -m answerable.testing.crowd` is one process of it, with so many threads, each with a connection and a member of its
own; it prints what it did as JSON. `gather` starts several and watches, `faults` says whether custody held.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg

TRIES = 20
GLANCE = 0.02
ENDED = ("accept", "decline", "give_back", "withdraw")

# No open case without exactly one holder, never two open offers: asked from outside, of one snapshot at a time.
WATCHED = """
SELECT count(*), count(*) FILTER (WHERE num_nonnulls(holder_user_id, holder_team_id) <> 1),
    (SELECT count(*) FROM (SELECT case_id FROM cases_transfer WHERE state = 'offered' GROUP BY 1 HAVING count(*) > 1) two)
FROM cases_case WHERE state = 'open'
"""
# Each change of hands begins where the one before it ended: two holders at once would break the line.
BROKEN_LINES = """
SELECT count(*) FROM (
    SELECT data->>'from' AS begin, lag(data->>'to') OVER (PARTITION BY case_id ORDER BY seq) AS before FROM core_event
    WHERE kind IN ('case_taken', 'case_released', 'case_handed_over', 'case_returned', 'case_dealt', 'case_assigned')
) hands WHERE before IS NOT NULL AND before <> begin
"""
ENDS_ELSEWHERE = """
SELECT count(*) FROM cases_case JOIN LATERAL (
    SELECT data->>'to' AS mark FROM core_event WHERE chain = 'case:' || cases_case.id
    AND kind IN ('case_taken', 'case_released', 'case_handed_over', 'case_returned', 'case_dealt', 'case_assigned')
    ORDER BY seq DESC LIMIT 1
) last ON true WHERE mark <> coalesce('user:' || holder_user_id, 'team:' || holder_team_id)
"""
MISCOUNTED = """
SELECT count(*) FROM cases_case WHERE bounces_count <>
    (SELECT count(*) FROM cases_transfer WHERE case_id = cases_case.id AND state IN ('declined', 'returned'))
"""
STRAY_GRANTS = """
SELECT (SELECT count(*) FROM core_grant WHERE why = 'offered') - (SELECT count(*) FROM cases_transfer WHERE state = 'offered')
"""


@dataclass(frozen=True)
class Outcome:
    """What a crowd did in the `seconds` that it worked: `acts` by name, how often the watcher looked and what it saw."""

    seconds: float
    acts: Counter[str]
    glances: int
    seen: Counter[str]

    @property
    def transfers(self) -> float:
        """Offers that were answered or came back, a second."""
        return sum(self.acts[name] for name in ENDED) / self.seconds

    @property
    def committed(self) -> int:
        notes = ("told", "nothing", "kept", "deadlock retried", "deadlock given up")
        return sum(count for name, count in self.acts.items() if name not in notes)


def gather(workspace_id: int, *, cases: int, people: int, processes: int, seconds: float, least: int = 0) -> Outcome:
    """Let so many people work for so long, in several processes, and watch them from outside.

    Each of them tries `least` so many acts, however long that takes: how much is done in a time is the machine's affair.
    """
    environment = {**os.environ, "DATABASE_URL": address(), "DJANGO_SETTINGS_MODULE": "answerable.house.settings"}
    command = [sys.executable, "-m", "answerable.testing.crowd", str(workspace_id), str(seconds), str(least)]
    running = [
        subprocess.Popen([*command, str(number), str(processes), str(people)], stdout=subprocess.PIPE, env=environment)
        for number in range(processes)
    ]
    seen, glances = Counter[str](), 0
    with psycopg.connect(address(), autocommit=True) as watcher:
        while any(process.poll() is None for process in running):
            open_, astray, twice = _row(watcher, WATCHED)
            seen += Counter({"cases gone": cases - open_, "without one holder": astray, "offered twice": twice})
            glances += 1
            time.sleep(GLANCE)
    acts, worked = Counter[str](), 0.0
    for process in running:
        output, _ = process.communicate()
        assert process.returncode == 0, "a process of the crowd failed; its error stands above"
        told = json.loads(output)
        acts.update(told["acts"])
        worked = max(worked, told["seconds"])
    return Outcome(worked, acts, glances, +seen)


def faults() -> dict[str, int]:
    """What must be nothing, once the crowd has gone home."""
    with psycopg.connect(address(), autocommit=True) as connection:
        found = {
            "hands that do not follow each other": _row(connection, BROKEN_LINES)[0],
            "journals that end at another holder": _row(connection, ENDS_ELSEWHERE)[0],
            "bounces miscounted": _row(connection, MISCOUNTED)[0],
            "cases open to whom they are not offered": _row(connection, STRAY_GRANTS)[0],
        }
    return {name: count for name, count in found.items() if count}


def furnish(*, cases: int, people: int) -> int:
    """A workspace with four teams, so many members and so many cases in the queues; returns its id."""
    from answerable.cases.models import Case
    from answerable.conversations.models import Contact
    from answerable.core.models import Team
    from answerable.core.moments import now
    from answerable.testing.cast import join, make_user, make_workspace

    at, workspace = now(), make_workspace("Crowd", "crowd")
    lead = make_user("crowd-lead")
    teams = [Team.objects.create(workspace=workspace, name=f"Team {number}", lead=lead) for number in range(4)]
    join(workspace, lead, ["agent", "lead"], teams)
    for number in range(people):
        join(workspace, make_user(f"crowd-{number}"), ["agent"], [teams[number % 4]])
    contact = Contact.objects.create(workspace=workspace, name="Barbara", created_at=at)
    moments = {"opened_at": at, "first_word_at": at, "promised_at": at, "last_at": at}
    Case.objects.bulk_create(
        Case(workspace=workspace, contact=contact, team=team, holder_team=team, subject="Crowd", **moments)
        for team in (teams[number % 4] for number in range(cases))
    )
    return int(workspace.pk)


class Worker:
    """One member who does one thing after the other, at random, as fast as it goes."""

    def __init__(self, viewer: Any, colleagues: list[int], teams: list[int], seed: int) -> None:
        self.viewer, self.colleagues, self.teams = viewer, colleagues, teams
        self.chance, self.acts = random.Random(seed), Counter[str]()

    def work(self, until: float, least: int) -> None:
        acts: list[Callable[[], str]] = [self.take, self.offer, self.offer, self.answer, self.answer, self.answer]
        acts += [self.end_own, self.release]
        tries = 0
        while tries < least or time.monotonic() < until:
            if self.try_(self.chance.choice(acts)) == "nothing":
                # Who finds nothing to do makes work for others.
                self.try_(self.take)
                self.try_(self.offer)
            tries += 1

    def try_(self, act: Callable[[], str]) -> str:
        """In a transaction of its own. A deadlock is tried again; that somebody was first is an answer."""
        from django.db import OperationalError, transaction

        from answerable.core.errors import HouseError

        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    done = act()
            except HouseError:
                done = "told"
            except OperationalError as error:
                if "deadlock" not in str(error):
                    raise
                self.acts["deadlock retried"] += 1
                continue
            self.acts[done] += 1
            return done
        self.acts["deadlock given up"] += 1
        return "deadlock given up"

    def take(self) -> str:
        from answerable.cases import assigning
        from answerable.cases.models import Case

        case = self._any(Case.objects.filter(holder_team_id__in=self.viewer.team_ids))
        if case is None:
            return "nothing"
        assigning.take(case, expected=assigning.holder_mark(case), by=self.viewer)
        return "take"

    def offer(self) -> str:
        from answerable.cases import assigning, transferring
        from answerable.cases.models import Case
        from answerable.core.models import Team, User

        case = self._any(Case.objects.filter(holder_user_id=self.viewer.user_id, transfers__state=None)) or self._any(
            Case.objects.filter(holder_user_id=self.viewer.user_id)
        )
        if case is None:
            return "nothing"
        to: dict[str, Any] = {"to_user": User.objects.get(pk=self.chance.choice(self.colleagues))}
        if self.chance.random() < 0.5:
            to = {"to_team": Team.objects.get(pk=self.chance.choice(self.teams))}
        transferring.offer(case, context="Look.", expected=assigning.holder_mark(case), by=self.viewer, **to)
        return "offer"

    def answer(self) -> str:
        from answerable.cases import custody_queries, transferring
        from answerable.cases.models import Transfer

        mine = Transfer.objects.filter(custody_queries.addressed(self.viewer), state="offered")
        transfer = self._any(mine)
        if transfer is None:
            return "nothing"
        if self.chance.random() < 0.6:
            transferring.accept(transfer, by=self.viewer)
            return "accept"
        transferring.decline(transfer, reason="Not ours.", by=self.viewer)
        return "decline"

    def end_own(self) -> str:
        from answerable.cases import transferring
        from answerable.cases.models import Transfer
        from answerable.core.access import House

        transfer = self._any(Transfer.objects.filter(from_user_id=self.viewer.user_id, state="offered"))
        if transfer is None:
            return "nothing"
        if self.chance.random() < 0.3:
            transferring.withdraw(transfer, by=self.viewer)
            return "withdraw"
        by = House(self.viewer.workspace_id, "crowd")
        return "give_back" if transferring.give_back(transfer, because="time", by=by) else "told"

    def release(self) -> str:
        from answerable.cases import assigning
        from answerable.cases.models import Case

        if self.chance.random() < 0.7:
            return "kept"
        case = self._any(Case.objects.filter(holder_user_id=self.viewer.user_id))
        if case is None:
            return "nothing"
        assigning.release(case, expected=assigning.holder_mark(case), by=self.viewer)
        return "release"

    def _any(self, rows: Any) -> Any:
        """One of the first few, as it was when it was looked at: others look at the same ones."""
        found = list(rows.order_by("pk")[:8])
        return self.chance.choice(found) if found else None


def main() -> int:
    given = _options()
    _set_up()
    workers = list(_workers(given))
    begun = time.monotonic()
    until = begun + given.seconds
    threads = [threading.Thread(target=_run, args=(worker, until, given.least)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    acts = sum((worker.acts for worker in workers), Counter[str]())
    print(json.dumps({"acts": acts, "seconds": time.monotonic() - begun}))  # noqa: T201 - what the parent reads
    return 0


def _run(worker: Worker, until: float, least: int) -> None:
    from django.db import connection

    try:
        worker.work(until, least)
    finally:
        connection.close()


def _set_up() -> None:
    import django
    from django.conf import settings

    # A connection of its own for each thread; the pool of the house is for many more people than connections.
    database: Any = settings.DATABASES["default"]
    database["OPTIONS"].pop("pool", None)
    database["CONN_MAX_AGE"] = None
    django.setup()


def _workers(given: argparse.Namespace) -> Iterator[Worker]:
    from answerable.core import viewers
    from answerable.core.models import Membership, Team

    members = list(
        Membership.objects.select_related("user", "workspace")
        .filter(workspace_id=given.workspace, user__name__startswith="crowd-")
        .exclude(user__name="crowd-lead")
        .order_by("pk")[: given.people]
    )
    teams = list(Team.objects.filter(workspace_id=given.workspace).values_list("pk", flat=True))
    for number, member in enumerate(members):
        if number % given.processes == given.number:
            others = [each.user_id for each in members if each.pk != member.pk]
            yield Worker(viewers.of_membership(member), others, teams, seed=number)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("least", type=int)
    parser.add_argument("number", type=int)
    parser.add_argument("processes", type=int)
    parser.add_argument("people", type=int)
    return parser.parse_args()


def address() -> str:
    from django.db import connection

    database = connection.settings_dict
    who = quote(str(database["USER"])) + (f":{quote(str(database['PASSWORD']))}" if database["PASSWORD"] else "")
    return f"postgresql://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def _row(connection: psycopg.Connection[Any], question: str) -> tuple[int, ...]:
    row = connection.execute(question).fetchone()
    assert row is not None
    return tuple(int(value) for value in row)


if __name__ == "__main__":
    sys.exit(main())
