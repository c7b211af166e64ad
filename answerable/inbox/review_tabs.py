"""The tabs of Review: who sees which, and what waits in each. `review_frame.show` shows their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Right, Viewer
from answerable.triage import group_queries


@dataclass(frozen=True)
class Tab:
    """One page of Review. `waiting` counts what waits there; the tab of `name` is also that of all addresses below it."""

    name: str
    label: str | Promise
    right: Right
    waiting: Callable[[Viewer], int] | None = None


@dataclass(frozen=True)
class Shown:
    """A tab as this page shows it."""

    href: str
    label: str
    waiting: int
    current: bool


TABS = (
    Tab("groups", _("Groups"), Right.REVIEW, group_queries.count),
    Tab("review", _("Possible adverse events"), Right.REVIEW),
)
RIGHTS = tuple(dict.fromkeys(tab.right for tab in TABS))


def waiting(viewer: Viewer) -> int:
    """What waits in Review, for the rail: what a person is to look at first."""
    return 0


def tabs(request: HttpRequest, viewer: Viewer) -> list[Shown]:
    return [_shown(tab, request, viewer) for tab in TABS if viewer.may(tab.right)]


def _shown(tab: Tab, request: HttpRequest, viewer: Viewer) -> Shown:
    href = reverse(f"inbox:{tab.name}")
    below = tab.name != "review" and request.path.startswith(f"{href}/")
    return Shown(href, str(tab.label), tab.waiting(viewer) if tab.waiting else 0, request.path == href or below)
