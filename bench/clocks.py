"""A calendar changes: how long it takes until every clock of a hundred thousand open cases is right, and who notices."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import Any

import psycopg
from django.db import transaction
from psycopg import sql

from answerable.clocks import calendaring, targeting
from answerable.clocks.calendars import plain_week
from answerable.clocks.models import Calendar, Recalculation
from answerable.core import viewers
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.house.state import State
from bench import bulk, house
from bench.asking import Browser
from bench.figures import Figure
from bench.people import World, signed_in

AIM, SLOWER = 60, 1.2
LOOKER = "agent of two teams"
MORNING, EVENING = [(480, 720), (750, 990)], [(480, 720), (750, 1020)]
PATIENCE = 600.0
WAKES = 5.0
WHY = "the database, the worker and the page share the processors of the machine that measures"

# Two clocks a case, as a workspace with a target for the first answer has; one case in a hundred has a legal one, too.
# What is over was said long ago.
CLOCKS = """
INSERT INTO clocks_clock (case_id, sort, rule, version, round, start_field, started_at, strict_due_at, legal_due_at,
    strict_day, legal_day, length, unit, calendar_id, holidays, roll, part, why, decided_at, moved_because, paused_at,
    stopped_because, stopped_why, breached_at, alarm_at)
SELECT id, {sort}, {rule}, {version}, 0, 'captured_at', opened_at, due, due, due::date, due::date, {length}, {unit},
    {calendar}, '', '', 'bench', '', opened_at, '',
    CASE WHEN {sort} = 'service' AND {rule} = 'resolution' THEN waiting_since END, '', '',
    CASE WHEN due < now() THEN due END,
    CASE WHEN due > now() AND NOT ({rule} = 'resolution' AND waiting_since IS NOT NULL) THEN due END
FROM cases_case, LATERAL (SELECT opened_at + make_interval(hours => {hours}) AS due) reckoned
WHERE workspace_id = {ours} AND state = 'open' AND id % {every} = 0
ON CONFLICT DO NOTHING
"""
PAUSES = """
INSERT INTO clocks_pause (case_id, reason, started_at)
SELECT id, 'customer', waiting_since FROM cases_case
WHERE workspace_id = {ours} AND state = 'open' AND waiting_since IS NOT NULL
"""
SURPLUS = """
UPDATE cases_case SET state = 'closed', closed_at = now(), holder_user_id = NULL, holder_team_id = NULL WHERE id IN
    (SELECT id FROM cases_case WHERE workspace_id = {ours} AND state = 'open' ORDER BY id OFFSET {count})
"""


def measure(state: State, world: World, *, count: int, rounds: int) -> list[Figure]:
    """The inbox is asked before and, without a rest, while the clocks are reckoned anew. The worker runs all the time, as in
    every house: what it costs by itself is not the clocks' doing.
    """
    by = _admin(world)
    calendar = _calendar(world, by)
    bulk.grow(state, world, round(count / bulk.OPEN * 1.02))
    with house.as_admin(state) as admin:
        _wind_up(admin, world, calendar, count)
    with house.pages() as port:
        cookie = signed_in(world.viewers[LOOKER])
        with house.running("worker"):
            time.sleep(WAKES)
            before = Browser(port, cookie).times(["/"], rounds)
            during, done = _while_reckoning(Browser(port, cookie), calendar, by)
            after = Browser(port, cookie).times(["/"], rounds)
    took = (done.ended_at or now()) - done.at
    slower = median(during) / median(before)
    found = f"{done.done:,} cases, {done.moved:,} clocks moved"
    return [
        Figure(f"Clocks anew, {count:,} open cases", took.total_seconds(), "s", most=AIM, note=found, why=WHY),
        Figure(
            "Inbox meanwhile, median by median before",
            slower,
            "times",
            most=SLOWER,
            note=f"{median(before):.1f} ms before, {median(during):.1f} ms meanwhile, {median(after):.1f} ms afterwards",
            why=WHY,
        ),
    ]


def _admin(world: World) -> Viewer:
    viewer = viewers.of_user(world.viewers["lead who sees all"])
    assert viewer is not None
    return replace(viewer, roles=frozenset({"admin"}))


def _calendar(world: World, by: Viewer) -> Calendar:
    with transaction.atomic():
        return _set_up(world, by)


def _set_up(world: World, by: Viewer) -> Calendar:
    calendar = _keep(None, MORNING, by)
    for service, hours in (("resolution", 16), ("first_answer", 4)):
        targeting.set_target(service=service, minutes=hours * 60, calendar=calendar, pauses=["customer"], by=by)
    Recalculation.objects.filter(workspace=world.ours).update(ended_at=now())
    return calendar


def _keep(calendar: Calendar | None, shifts: list[tuple[int, int]], by: Viewer) -> Calendar:
    week = plain_week(shifts)
    return calendaring.keep_calendar(
        calendar, name="Office", time_zone="Europe/Warsaw", holidays="PL", week=week, by=by
    )


def _wind_up(admin: psycopg.Connection[Any], world: World, calendar: Calendar, count: int) -> None:
    ours = sql.Literal(world.ours.pk)
    admin.execute(sql.SQL(SURPLUS).format(ours=ours, count=sql.Literal(count)))
    admin.execute("SET session_replication_role = replica")
    sorts = (
        ("service", "resolution", 0, 16 * 60, "service_hours", calendar.pk, 48, 1),
        ("service", "first_answer", 0, 4 * 60, "service_hours", calendar.pk, 12, 1),
        ("legal", "eu.mdr.87.3", 1, 15, "calendar_days", None, 15 * 24, 100),
    )
    names = ("sort", "rule", "version", "length", "unit", "calendar", "hours", "every")
    for values in sorts:
        facts = {name: sql.Literal(value) for name, value in zip(names, values, strict=True)}
        admin.execute(sql.SQL(CLOCKS).format(ours=ours, **facts))
    admin.execute(sql.SQL(PAUSES).format(ours=ours))
    admin.execute("SET session_replication_role = origin")
    for table in ("cases_case", "clocks_clock", "clocks_pause"):
        admin.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
    admin.execute("CHECKPOINT")


def _while_reckoning(browser: Browser, calendar: Calendar, by: Viewer) -> tuple[list[float], Recalculation]:
    with transaction.atomic():
        _keep(calendar, EVENING, by)
    times, deadline = list[float](), time.monotonic() + PATIENCE
    done = Recalculation.objects.latest("pk")
    while done.ended_at is None and time.monotonic() < deadline:
        times += [browser.ask("/") for _ in range(5)]
        done.refresh_from_db()
    return times, done
