"""`answerable clocks`: when a rule of the law runs out, with the reckoning, and old cases brought up to date."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from answerable.clocks import daysoff, rulebook
from answerable.clocks.reckoning import Roll, due, first_day
from answerable.clocks.rulebook import Rule
from answerable.core.errors import Invalid
from answerable.house.trouble import Trouble


def tell(options: Namespace) -> int:
    """Print both dates of a rule and how they come about. Needs no database. Raises `Trouble` for what cannot be read."""
    if not options.rule or not options.since:
        raise Trouble("Say which rule and from when: answerable clocks due --rule eu.mdr.87.3 --from 2026-07-01")
    if options.zone not in available_timezones():
        raise Trouble(f"“{options.zone}” is no time zone. Name one as Europe/Warsaw.")
    start = _moment(options.since, options.zone)
    try:
        rule = rulebook.rule(options.rule, on=start.date())
    except Invalid as error:
        known = ", ".join(sorted({each.id for each in rulebook.rules()}))
        raise Trouble(
            f"No rule “{options.rule}” is in force on {start.date()}. Those of the house: {known}."
        ) from error
    if options.holidays and options.holidays not in rule.holidays:
        raise Trouble(f"This rule knows the holidays of: {', '.join(rule.holidays) or 'nobody'}.")
    print(*reckoning(rule, start, options.zone, options.holidays), sep="\n")
    return 0


def reckoning(rule: Rule, start: datetime, zone: str, holidays: str = "") -> Iterator[str]:
    """The lines that say when a limit runs out, and why then."""
    limit = rule.limit(holidays)
    found = due(start, limit, zone=zone)
    yield f"{rule.named('en')} ({rule.id}, version {rule.version}, in force since {rule.valid_from})"
    yield f"Source:  {rule.source}. {EVIDENCE[rule.evidence]}"
    yield f"From:    {_day(start.date())} {start:%H:%M} {zone}; usually counted from {rule.start}"
    yield f"Counted: {rule.length} {rule.unit.replace('_', ' ')}; day 1 is {_day(first_day(start.date(), limit.day_one))}"
    yield f"Strict:  {_day(found.strict_day)} {found.strict_at.astimezone(ZoneInfo(zone)):%H:%M:%S}"
    yield f"Legal:   {_day(found.legal_day)} {found.legal_at.astimezone(ZoneInfo(zone)):%H:%M:%S}. {ROLLS[limit.roll]}"
    for day, name in daysoff.days_off(limit.holidays, found.strict_day.year).items():
        if start.date() <= day <= found.legal_day:
            yield f"Holiday: {_day(day)} {name} ({limit.holidays})"
    if rule.may_roll is not Roll.NONE:
        yield f"Switch:  off by itself: {ROLLS[rule.may_roll]} {rule.may_roll_source}"


EVIDENCE = {
    rulebook.Evidence.VERIFIED: "Read in the official text.",
    rulebook.Evidence.SECONDARY: "Read in a secondary source.",
    rulebook.Evidence.RECALLED: "Recalled: check it against the official text.",
}
ROLLS = {
    Roll.NONE: "The last day does not move.",
    Roll.NEXT_WORKING_DAY: "A last day on a weekend or holiday moves to the next working day.",
    Roll.EU_1182_71: "Regulation 1182/71: to the next working day, with at least two working days inside.",
    Roll.ONE_WORKING_DAY: "At least until the end of the next working day.",
}


def catch_up() -> int:
    """Begin, for every workspace, to bring the clocks of its open cases up to date; the worker does it."""
    from answerable.clocks import catching_up
    from answerable.core.models import Workspace

    for workspace in Workspace.objects.order_by("pk"):
        begun = catching_up.begin(workspace)
        print(
            f"{workspace.name}: {begun.total} open cases are brought up in the background. Settings, Calendars says how far."
        )
    return 0


def _moment(text: str, zone: str) -> datetime:
    """A day, or a day and a time by the clock on the wall; a day alone is its beginning."""
    try:
        day, _, rest = text.partition("T")
        at = time.fromisoformat(rest) if rest else time.min
        return datetime.combine(date.fromisoformat(day), at, ZoneInfo(zone))
    except ValueError:
        raise Trouble(f"“{text}” is no date. Write it as 2026-07-01, or 2026-07-01T09:30.") from None


def _day(day: date) -> str:
    return f"{day:%a} {day.isoformat()}"
