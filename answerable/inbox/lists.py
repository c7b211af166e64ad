"""Which list an address asks for: one of the house's, a saved one, and the filters on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from answerable.cases import conditions, queries, viewing
from answerable.cases.conditions import Conditions
from answerable.cases.facts import FACTS, Moment, Op, Use
from answerable.cases.models import SavedView
from answerable.cases.queries import View
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid, NotThere
from answerable.core.moments import now
from answerable.inbox import asked
from answerable.inbox.spelling import Spelling

SAVED = "saved-"
FILTERS = ("words", "channel", "product", "language", "tag", "holder", "team", "waiting_for", "raised", "late")


@dataclass(frozen=True)
class Listing:
    """One list as it is asked for. `base` is the list of the house under it; `params` lead back to it."""

    view: View
    base: str
    asked: Conditions = ()
    params: Mapping[str, str] = field(default_factory=dict)
    saved: SavedView | None = None

    def only(self, viewer: Viewer) -> Q | None:
        """What narrows it now, for this viewer; None when nothing does."""
        return conditions.q(self.asked, _here(viewer)) if self.asked else None


@dataclass(frozen=True)
class Control:
    """One filter of the bar: its choices, or free words."""

    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]] = ()


def of(viewer: Viewer, given: QueryDict, views: Sequence[View]) -> Listing:
    """The list of this address. Raises `NotThere` for one that is not the viewer's."""
    key = given.get("view", "next")
    saved_ = saved(viewer, key) if key.startswith(SAVED) else None
    view = next((each for each in views if each.key == key), None)
    if view is None:
        raise NotThere("There is no such list for you. Go back to the inbox.")
    filters, params = read(given)
    all_ = (*(viewing.asked_by(saved_) if saved_ else ()), *filters)
    return Listing(view, "next" if saved_ else key, all_, {"view": key, **params}, saved_)


def read(given: QueryDict) -> tuple[Conditions, dict[str, str]]:
    """The filters in an address; what cannot be asked is as if it were not there."""
    found: list[conditions.Condition] = []
    params: dict[str, str] = {}
    for name in FILTERS:
        value = given.get(name, "").strip()
        op = Op.HAVE if name == "words" else Op.IS
        try:
            parsed = conditions.parse([{"fact": name, "op": op, "values": [value]}], use=Use.VIEWS) if value else ()
        except Invalid:
            parsed = ()
        if parsed:
            found += parsed
            params[name] = value
    return tuple(found), params


def saved_views(viewer: Viewer, *, count: bool = True) -> list[View]:
    """The saved views of this viewer: their own and those shared with them; counted over their own cases only."""
    rows = list(access.rows(SavedView, viewer).order_by("name", "pk"))
    wanted = {f"{SAVED}{each.pk}": viewing.asked_by(each) for each in rows}
    here = _here(viewer)
    counts = queries.narrowed(viewer, {key: conditions.q(each, here) for key, each in wanted.items()}) if count else {}
    return [View(f"{SAVED}{each.pk}", each.name, counts.get(f"{SAVED}{each.pk}")) for each in rows]


def saved(viewer: Viewer, key: str) -> SavedView:
    """The saved view of this key ("saved-7"). Raises `NotThere` for one that is not the viewer's."""
    return access.one(SavedView, viewer, pk=asked.number(key.removeprefix(SAVED)) or 0)


def only(view: SavedView, viewer: Viewer) -> Q:
    """The cases that a saved view asks for, now and for this viewer."""
    return conditions.q(viewing.asked_by(view), _here(viewer))


def controls(params: Mapping[str, str], names: Spelling) -> list[Control]:
    """The filter bar, with what is set."""
    return [Control(name, str(FACTS[name].label), params.get(name, ""), _choices(name, names)) for name in FILTERS]


def _choices(name: str, names: Spelling) -> Sequence[tuple[str, str]]:
    fact = FACTS[name]
    rows = {"team": names.teams, "person": names.people, "channel": names.channels}.get(fact.of, {})
    known = [*((key, str(words)) for key, words in fact.choices.items()), *rows.items()]
    return [("", _("Any")), *known] if known else ()


def _here(viewer: Viewer) -> Moment:
    return Moment(now(), zone=viewer.time_zone, user_id=viewer.user_id)
