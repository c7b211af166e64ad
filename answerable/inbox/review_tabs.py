"""The tabs of Review: who sees which, and what waits in each. `review_frame.show` shows their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from answerable.core.access import Right, Viewer
from answerable.inbox import blind, to_read
from answerable.replies import approvals, wordings
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


def _approvals(viewer: Viewer) -> int:
    return approvals.waiting(viewer).count() + wordings.waiting(viewer).count()


TABS = (
    Tab("groups", _("Groups"), Right.REVIEW, group_queries.count),
    Tab("review", _("Possible adverse events"), Right.REVIEW, lambda viewer: to_read.counts(viewer)["review"]),
    Tab("one-by-one", _("One by one"), Right.REVIEW, lambda viewer: to_read.counts(viewer)["one-by-one"]),
    Tab("sample", _("Sample"), Right.REVIEW, blind.left),
    Tab("figures", _("How much is found"), Right.REVIEW),
    Tab("approvals", _("Approvals"), Right.APPROVE_WORDINGS, _approvals),
)
RIGHTS = tuple(dict.fromkeys(tab.right for tab in TABS))


def waiting(viewer: Viewer) -> int:
    """What waits in Review, for the rail: what a person is to look at first."""
    return to_read.counts(viewer)["review"] if viewer.may(Right.REVIEW) else 0


def tabs(path: str, viewer: Viewer) -> list[Shown]:
    """The tabs of the viewer, on the page with this path."""
    return [_shown(tab, path, viewer) for tab in TABS if viewer.may(tab.right)]


def _shown(tab: Tab, path: str, viewer: Viewer) -> Shown:
    href = reverse(f"inbox:{tab.name}")
    below = tab.name != "review" and path.startswith(f"{href}/")
    return Shown(href, str(tab.label), tab.waiting(viewer) if tab.waiting else 0, path == href or below)
