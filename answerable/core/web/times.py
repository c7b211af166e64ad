"""Time in words, in the viewer's language and the workspace's time zone. Nothing here reads the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, match_skeleton
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, to_locale
from markupsafe import Markup

NBSP = "\N{NO-BREAK SPACE}"
# British English: the day before the month and the clock of 24 hours, as in the other two languages.
LOCALES = {"en": "en_GB"}
NEAR = timedelta(days=6)


def locale() -> Locale:
    return _locale(get_language() or "en")


def words(span: timedelta) -> str:
    """The two largest units: "5 h 40 min", "1 d 2 h"."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        text = gettext("%(days)d d %(hours)d h") if hours else gettext("%(days)d d")
    elif hours:
        text = gettext("%(hours)d h %(minutes)d min") if rest else gettext("%(hours)d h")
    else:
        text = gettext("%(minutes)d min")
    return (text % {"days": days, "hours": hours, "minutes": rest}).replace(" ", NBSP)


def left(due: datetime, now: datetime) -> str:
    """What remains until `due`, or how much it is over, in its largest unit."""
    if due < now:
        return gettext("%(time)s over") % {"time": words(_rounded(now - due))}
    return words(due - now) if due - now < timedelta(hours=20) else brief(due, now)


def brief(at: datetime, now: datetime) -> str:
    """As short as it can be said: "13:58", "Tue 10:00", "3 August"."""
    here, today = localtime(at), localtime(now)
    clock = f"{here:%H:%M}"
    if here.date() == today.date():
        return clock
    if abs(here - today) < NEAR:
        return _joined(f"{_by_skeleton('E', here)} {clock}")
    return _joined(_by_skeleton("dMMMM" if here.year == today.year else "dMMMMy", here))


def full(at: datetime, now: datetime) -> str:
    """With the day and the clock: "Thu 2 July, 18:12". A narrow line may break between the two."""
    here = localtime(at)
    skeleton = "EdMMMM" if here.year == localtime(now).year else "dMMMMy"
    day = _by_skeleton(skeleton, here)
    return f"{_joined(day)}, {here:%H:%M}"


def day(at: datetime, now: datetime) -> str:
    """The heading of a day: "Today, Monday, 6 July"."""
    here, today = localtime(at), localtime(now)
    month = _by_skeleton("dMMMM" if here.year == today.year else "dMMMMy", here)
    name = f"{format_date(here, 'EEEE', locale=locale())}, {month}"
    ago = (today.date() - here.date()).days
    near = {0: gettext("Today"), 1: gettext("Yesterday")}.get(ago)
    return f"{near}, {name}" if near else name[:1].upper() + name[1:]


def dated(day: date) -> str:
    """A day that stands in a document: "31 August 2026"."""
    return _joined(_date("dMMMMy", day, locale()))


def element(at: datetime, text: str) -> Markup:
    """`text` as a `<time>` that carries the exact moment for machines and, as a title, for people."""
    exact = f"{localtime(at):%Y-%m-%d %H:%M:%S %Z}"
    return Markup('<time datetime="%s" title="%s">%s</time>') % (at.isoformat(), exact, text)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, to_locale(language)))


def _by_skeleton(skeleton: str, here: datetime) -> str:
    return _date(skeleton, here.date(), locale())


@lru_cache(maxsize=2048)
def _date(skeleton: str, day: date, locale: Locale) -> str:
    """Babel compares all patterns of a language to find one that fits; a page asks for the same day a hundred times."""
    return format_skeleton(_closest(skeleton, locale), day, locale=locale)


@cache
def _closest(skeleton: str, locale: Locale) -> str:
    known = locale.datetime_skeletons
    return skeleton if skeleton in known else match_skeleton(skeleton, known) or skeleton


def _rounded(span: timedelta) -> timedelta:
    unit = timedelta(days=1) if span >= timedelta(days=1) else timedelta(hours=1)
    return span // unit * unit if span >= unit else span


def _joined(text: str) -> str:
    return text.replace(" ", NBSP)
