"""Cases as rows of the list: which clock leads, which group they stand in, what they say at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2s
from typing import Any

from django.template.loader import get_template
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup

from answerable.cases.models import Case
from answerable.channels.contract import Unsupported
from answerable.channels.registry import connector
from answerable.clocks import queries
from answerable.clocks.queries import Glance
from answerable.core.access import Viewer

REMINDED = 3
MOST_TAGS = 3
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 10**18


@dataclass(frozen=True)
class Clock:
    """The promised time of a case. `legal` is for the clocks that the law runs."""

    due: datetime
    paused: bool
    legal: bool = False


@dataclass(frozen=True)
class Tag:
    label: str
    kind: str = ""


@dataclass(frozen=True)
class Channel:
    icon: str
    label: str


@dataclass(frozen=True)
class Row:
    """One case in the list. `version` changes when what the row shows does; rows stand in the order of `key`."""

    pk: int
    version: str
    key: str
    clock: Clock | None
    contact_name: str
    subject: str
    language: str
    last_text: str
    last_audience: str
    last_direction: str
    last_at: datetime
    answered: bool
    holder: str
    in_queue: bool
    mine: bool
    channels: tuple[Channel, ...]
    tags: tuple[Tag, ...]


WAITING: Mapping[str, str] = {Case.WaitingFor.DATE: "asleep", Case.WaitingFor.THIRD_PARTY: "elsewhere"}


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    rows: list[Row] = field(default_factory=list)


def groups(cases: Iterable[Case], viewer: Viewer, now: datetime) -> list[Group]:
    """The rows under their headings, in the order of the cases."""
    found: dict[str, Group] = {}
    cases = list(cases)
    glances = queries.glances(cases)
    for case in cases:
        key = group_of(case, now)
        if key not in found:
            found[key] = Group(key, _label(key))
        found[key].rows.append(row(case, viewer, glances[case.pk]))
    return list(found.values())


def group_of(case: Case, now: datetime) -> str:
    """Which heading: closed, waiting, elsewhere, asleep, over, today, week or later, by the days of the workspace."""
    if not case.is_open:
        return "closed"
    if case.waiting_since is not None:
        return WAITING.get(case.waiting_for, "waiting")
    if case.promised_at < now:
        return "over"
    due, today = localtime(case.promised_at).date(), localtime(now).date()
    if due == today:
        return "today"
    return "week" if due <= today + timedelta(days=6) else "later"


def row(case: Case, viewer: Viewer, glance: Glance) -> Row:
    """The strict date of the law's first clock leads when it comes first, and it never stands still."""
    holder = case.holder_user or case.holder_team
    return Row(
        pk=case.pk,
        version=_version(case, glance),
        key=_key(case),
        clock=_leading(case, glance) if case.is_open else None,
        contact_name=case.contact.name,
        subject=case.subject,
        language=case.language,
        last_text=case.last_text,
        last_audience=case.last_audience,
        last_direction=case.last_direction,
        last_at=case.last_at,
        answered=case.first_answer_at is not None,
        holder=holder.name if holder and case.is_open else "",
        in_queue=case.holder_user_id is None,
        mine=case.held_by(viewer),
        channels=tuple(_channel(kind) for kind in case.channels),
        tags=tuple(_tags(case, glance.who)),
    )


def _leading(case: Case, glance: Glance) -> Clock:
    """The promised time stands still while we wait for others, where its target grants that."""
    for_others = case.waiting_since is not None and case.waiting_for != Case.WaitingFor.DATE
    paused = for_others and glance.stands is not False
    if glance.legal is not None and (paused or glance.legal <= case.promised_at):
        return Clock(glance.legal, paused=False, legal=True)
    return Clock(case.promised_at, paused=paused)


def drawn(row: Row, now: datetime) -> Markup:
    """The row as HTML. The same row is drawn once for everybody who sees it in the same minute, language and zone."""
    return _drawn(row, now, get_language() or "", get_current_timezone_name())


def minute(now: datetime) -> datetime:
    """What a list takes for now: its clocks show minutes, so all its rows may be the same until the next one."""
    return now.replace(second=0, microsecond=0)


@lru_cache(maxsize=2000)
def _drawn(row: Row, now: datetime, _language: str, _zone: str) -> Markup:
    """Everything that the row shows is in the arguments; who may see it was decided before there was a row."""
    page: Any = get_template("parts/rows.html")
    drawing: Markup = page.template.module.row(row, now)
    return drawing


def _key(case: Case) -> str:
    """Letters in the order of the list: what waits for us by its promised time, what waits for the customer, the newest of
    what is closed.
    """
    if case.closed_at:
        return f"2.{FAR - _micros(case.closed_at):019d}.{FAR - case.pk:019d}"
    return f"{int(case.waiting_since is not None)}.{_micros(case.promised_at):019d}.{case.pk:019d}"


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _version(case: Case, glance: Glance) -> str:
    holder = f"u{case.holder_user_id}" if case.holder_user_id else f"t{case.holder_team_id}"
    shown = (
        case.last_at,
        holder,
        case.state,
        case.waiting_since,
        case.subject,
        case.product,
        case.contacts_count,
        tuple(case.tags),
        case.promised_at,
        glance,
    )
    return blake2s(repr(shown).encode(), digest_size=6).hexdigest()


def _tags(case: Case, who: str) -> list[Tag]:
    tags = [Tag(_("waits for %(whom)s") % {"whom": who})] if who else []
    tags += [Tag(case.product)] if case.product else []
    tags += [Tag(f"#{each}") for each in case.tags[:MOST_TAGS]]
    if not case.first_answer_at and case.contacts_count >= REMINDED and case.is_open:
        reminders = case.contacts_count - 1
        words = ngettext("%(num)d reminder", "%(num)d reminders", reminders) % {"num": reminders}
        tags.append(Tag(words, "soon"))
    return tags


def _channel(kind: str) -> Channel:
    try:
        spec = connector(kind).spec
    except Unsupported:
        return Channel("chat", kind)
    return Channel(spec.icon, _(spec.label))


def _label(key: str) -> str:
    return {
        "over": _("Over the promised time"),
        "today": _("Today"),
        "week": _("This week"),
        "later": _("Later"),
        "asleep": _("Put aside; their clocks run"),
        "elsewhere": _("Waiting for somebody else"),
        "waiting": _("Waiting for the customer"),
        "closed": _("Closed"),
    }[key]
