"""Cases as rows of the list: which clock leads, which group they stand in, what they say at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2s

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from answerable.cases.models import Case
from answerable.channels.contract import Unsupported
from answerable.channels.registry import connector
from answerable.core.access import Viewer

REMINDED = 3


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
    """One case in the list. `version` changes when what the row shows does."""

    pk: int
    version: str
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
    channels: list[Channel]
    tags: list[Tag]


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    rows: list[Row] = field(default_factory=list)


def groups(cases: Iterable[Case], viewer: Viewer, now: datetime) -> list[Group]:
    """The rows under their headings, in the order of the cases."""
    found: dict[str, Group] = {}
    for case in cases:
        key = group_of(case, now)
        group = found.setdefault(key, Group(key, _label(key)))
        group.rows.append(row(case, viewer))
    return list(found.values())


def group_of(case: Case, now: datetime) -> str:
    """Which heading: closed, waiting, over, today, week or later, by the days of the workspace."""
    if not case.is_open:
        return "closed"
    if case.waiting_since is not None:
        return "waiting"
    if case.promised_at < now:
        return "over"
    due, today = localtime(case.promised_at).date(), localtime(now).date()
    if due == today:
        return "today"
    return "week" if due <= today + timedelta(days=6) else "later"


def row(case: Case, viewer: Viewer) -> Row:
    holder = case.holder_user or case.holder_team
    return Row(
        pk=case.pk,
        version=_version(case),
        clock=Clock(case.promised_at, paused=case.waiting_since is not None) if case.is_open else None,
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
        channels=[_channel(kind) for kind in case.channels],
        tags=_tags(case),
    )


def _version(case: Case) -> str:
    holder = f"u{case.holder_user_id}" if case.holder_user_id else f"t{case.holder_team_id}"
    shown = (case.last_at, holder, case.state, case.waiting_since, case.subject, case.product, case.contacts_count)
    return blake2s(repr(shown).encode(), digest_size=6).hexdigest()


def _tags(case: Case) -> list[Tag]:
    tags = [Tag(case.product)] if case.product else []
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
        "waiting": _("Waiting for the customer; their clocks stand still"),
        "closed": _("Closed"),
    }[key]
