"""Public holidays as dated data: countries from the `holidays` library, the institutions of the EU from a file of ours.

A key is a country, or a country and its part: "PL", "BR", "BR-SP", "US", "DE", "DE-BY", "PT", "EU". No key, no holidays.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version as release
from pathlib import Path
from typing import Any

import holidays

from answerable.core.errors import Invalid

COUNTRIES = ("PL", "BR", "US", "DE", "PT")
PARTED = ("BR", "DE", "US")
INSTITUTIONS = "EU"
RELEASE = release("holidays")
FILE = Path(__file__).with_name("days") / "eu.toml"


def known() -> list[str]:
    """Every key that can be chosen: the whole countries first, then their parts."""
    parts_of = holidays.list_supported_countries()
    parts = [f"{country}-{part}" for country in PARTED for part in parts_of[country] if len(part) <= 3]
    return [*COUNTRIES, INSTITUTIONS, *parts]


def checked(key: str) -> str:
    """The key, if there is such a calendar. Raises `Invalid`."""
    if key and key not in known():
        raise Invalid(
            "No holidays are known for “%(key)s”. Nothing was changed. Choose one of the list.", "holidays", key=key
        )
    return key


@lru_cache(maxsize=512)
def days_off(key: str, year: int) -> Mapping[date, str]:
    """The holidays of one year by date, with their names in English. Those that fall on a weekend stand there, too."""
    if not key:
        return {}
    if key == INSTITUTIONS:
        return _of_institutions(year)
    country, _, part = key.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US")
    return {day: str(name) for day, name in found.items() if day.year == year}


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar. Source: the anonymous algorithm as Meeus prints it (1991, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    moon = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + moon - 7 * ((a + 11 * h + 22 * moon) // 451) + 114, 31)
    return date(year, month, day + 1)


def _of_institutions(year: int) -> Mapping[date, str]:
    """The newest pattern in force on the first of January, and what is written down for this very year."""
    table = _table()
    pattern = next((each for each in reversed(table["pattern"]) if each["valid_from"] <= date(year, 1, 1)), None)
    if pattern is None:
        return {}
    fixed = {date.fromisoformat(f"{year}-{day}"): name for day, name in pattern["fixed"].items()}
    moving = {easter(year) + timedelta(days=int(days)): name for days, name in pattern["easter"].items()}
    return dict(sorted({**fixed, **moving}.items()))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
