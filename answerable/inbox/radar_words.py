"""What the radar says, in words: how unusual something is, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from answerable.core.web.pages import number
from answerable.metrics import waves
from answerable.metrics.models import Alarm, Incident

WEEKS_OF_YEAR = 52
BEYOND = 100

SENTENCES: Mapping[str, Callable[[], tuple[str, str, str]]] = {
    "incident_opened": lambda: ("flame", _("The radar opened an incident."), _("%(to)s holds it.")),
    "alarm_given": lambda: ("alert", _("Something stands out: %(seen)s people where %(expected)s are usual."), ""),
    "wave_over": lambda: ("check", _("A wave is over: what comes in is usual again."), ""),
    "incident_given": lambda: ("people", _("%(to)s holds an incident now."), _("Before, %(from)s held it.")),
    "incident_closed": lambda: ("check", _("%(who)s closed an incident."), ""),
    "post_put_in": lambda: ("plus", _("%(who)s put a post into an incident."), ""),
    "post_taken_out": lambda: ("undo", _("%(who)s took a post out of an incident."), ""),
    "source_quiet": lambda: (
        "hourglass",
        _("A source is silent for longer than is usual."),
        _("Its people were told."),
    ),
    "usual_learnt": lambda: ("chart", _("The radar learnt anew what is usual."), ""),
}
NOTICES: Mapping[str, Callable[[], str]] = {
    "incident_opened": lambda: _("The radar found a wave. You hold the incident."),
    "incident_given": lambda: _("An incident was given to you."),
    "wave_returned": lambda: _("The wave of an incident that you hold came back."),
    "source_quiet": lambda: _(
        "A source is silent for longer than is usual at this hour. See whether it still listens."
    ),
}


def found(alarm: Alarm) -> str:
    """What stood out, in one sentence."""
    facts = {
        "seen": number(alarm.seen),
        "minutes": number(alarm.minutes),
        "usual": number(round(alarm.expected, 1) if alarm.expected < 10 else round(alarm.expected)),
    }
    if alarm.sort == Alarm.Sort.TONE:
        return _("%(seen)s posts of the last hour sound negative; %(usual)s are usual.") % facts
    if alarm.sort == Alarm.Sort.SPEED:
        return (
            _("%(seen)s people in %(minutes)s minutes; after the hour before, %(usual)s were to be expected.") % facts
        )
    return _("%(seen)s people in %(minutes)s minutes; %(usual)s are usual for this hour and weekday.") % facts


def rarity(alarm: Alarm) -> str:
    """How often ordinary weeks bring as much, by the odds and the looks of a week."""
    weeks = 10 ** min(-alarm.odds, 12.0) / waves.chances(waves.Sort(alarm.sort), alarm.minutes)
    if weeks >= BEYOND * WEEKS_OF_YEAR:
        return _("Ordinary weeks bring this less than once in a hundred years.")
    if weeks >= WEEKS_OF_YEAR:
        years = round(weeks / WEEKS_OF_YEAR)
        return ngettext(
            "Ordinary weeks bring this about once in %(num)s year.",
            "Ordinary weeks bring this about once in %(num)s years.",
            years,
        ) % {"num": years}
    many = max(round(weeks), 1)
    return ngettext(
        "Ordinary weeks bring this about once in %(num)s week.",
        "Ordinary weeks bring this about once in %(num)s weeks.",
        many,
    ) % {"num": many}


def outcomes() -> list[tuple[str, str]]:
    return [(str(key), str(label)) for key, label in Incident.Outcome.choices]
