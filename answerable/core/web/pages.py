"""The templates' environment: what a page may call, and nothing that asks the database."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from answerable.core.web import times
from answerable.core.web.saying import said

THEMES = ("system", "light", "dark")


def environment(**options: Any) -> Environment:
    """Jinja2 as Django starts it, with our words. A name that a page does not know is an error, not a blank."""
    options["undefined"] = StrictUndefined
    env = Environment(  # noqa: S701 - Django passes autoescape in the options
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, **options
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        _=words,
        static=static,
        url=url,
        icon=icon,
        said=said,
        theme=theme,
        single_keys=single_keys,
        language=get_language,
        languages=settings.LANGUAGES,
    )
    env.filters.update(
        words=times.words,
        left=times.left,
        moment=moment,
        full_moment=full_moment,
        day=times.day,
        brief=times.brief,
        dated=times.dated,
        full=times.full,
        initials=initials,
        size=size,
        number=number,
        money=money,
    )
    return env


def words(message: str, **facts: object) -> Markup:
    """A sentence in the language of the page; facts are escaped. Nearly all of a page says the same each time."""
    return _template(message, get_language()) % facts if facts else _plain(message, get_language())


@lru_cache(maxsize=8192)
def _plain(message: str, language: str | None) -> Markup:
    return _template(message, language) % {}


@lru_cache(maxsize=8192)
def _template(message: str, _language: str | None) -> Markup:
    return Markup(gettext(message))  # noqa: S704 - our own words


@lru_cache(maxsize=4096)
def url(name: str, *args: object, **kwargs: object) -> str:
    """A page of fifty rows names two hundred addresses; finding one out again costs more than writing it."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@cache
def icon(name: str, *, small: bool = True) -> Markup:
    """A drawing of the sprite. It never stands alone: the word beside it says the same."""
    kind = "icon icon--s" if small else "icon"
    return Markup('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>').format(kind, name)


def theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("theme", "system")
    return chosen if chosen in THEMES else "system"


def single_keys(request: HttpRequest) -> bool:
    """A voice control reads words as keys; whoever uses one switches single keys off."""
    return request.COOKIES.get("keys") != "off"


def moment(at: datetime, now: datetime) -> Markup:
    return times.element(at, times.brief(at, now))


def full_moment(at: datetime, now: datetime) -> Markup:
    return times.element(at, times.full(at, now))


def initials(name: str) -> str:
    """One letter for a person, two for a name of two words."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


def number(value: float) -> str:
    return str(format_decimal(value, locale=times.locale()))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, as the reader's language writes it: "10,00 zł", "PLN 10.00"."""
    return str(format_currency(amount, currency, locale=times.locale())) if currency else number(float(amount))


def size(octets: int) -> str:
    """Decimal units, as the file manager of the reader shows them."""
    if octets < 1000:
        return f"{octets}{times.NBSP}B"
    if octets < 1_000_000:
        return f"{number(round(octets / 1000))}{times.NBSP}kB"
    return f"{number(round(octets / 1_000_000, 1))}{times.NBSP}MB"
