"""Many cases at once: chosen in a list, looked at before, done, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.cases import assigning, handling_many, queries
from answerable.cases.handling_many import Act, Plan
from answerable.cases.models import Bulk
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.models import Team
from answerable.core.text.fold import fold
from answerable.inbox import asked, lists, spelling
from answerable.inbox.frame import go, show, staff

SHOWN = 200


@staff
@require_POST
def preview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What would happen to each chosen case. Nothing is changed."""
    viewer.require(Right.ANSWER)
    plan = handling_many.read(request.POST.get("action", ""), _value(request.POST, viewer), by=viewer)
    looked = handling_many.preview(_chosen(request.POST, viewer), plan, by=viewer)
    fine = [each.case for each in looked if each.refusal is None]
    context: dict[str, Any] = {
        "what": words_of(plan, viewer),
        "plan": plan,
        "fine": fine,
        "refused": [each for each in looked if each.refusal is not None],
        "seen": " ".join(f"{case.pk}={assigning.holder_mark(case)}" for case in fine),
        "key": uuid4().hex,
    }
    return show(request, "many_preview.html", **context)


@staff
@require_POST
def begin(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    given = request.POST
    plan = handling_many.read(given.get("action", ""), given.get("value", ""), by=viewer)
    bulk = handling_many.begin(_seen(given.get("seen", "")), plan, key=given.get("key", ""), by=viewer)
    return go(request, reverse("inbox:many-one", args=[bulk.pk]))


@staff
@require_GET
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """How far it is, what could not be done, and the way back."""
    bulk = access.one(Bulk, viewer, pk=pk)
    items = bulk.items.select_related("case__contact")
    context: dict[str, Any] = {
        "bulk": bulk,
        "what": words_of(handling_many.plan_of(bulk), viewer),
        "at_work": bulk.finished_at is None or (bulk.undone_at is not None and bulk.undo_finished_at is None),
        "all": bulk.items.count(),
        "handled": bulk.items.exclude(handled_at=None).count(),
        "undone": bulk.items.filter(undone=True).count(),
        "refused": list(items.exclude(refused="")[:SHOWN]),
        "left": list(items.exclude(left="")[:SHOWN]),
    }
    return show(request, "many.html", **context)


@staff
@require_POST
def undo(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    bulk = handling_many.undo(access.one(Bulk, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:many-one", args=[bulk.pk]))


def actions() -> list[tuple[str, str]]:
    return [("", _("Choose")), *((str(act), words_of_act(act)) for act in Act)]


def words_of_act(act: Act) -> str:
    return {
        Act.QUEUE: _("Put into the queue of a team"),
        Act.TAG: _("Add a tag"),
        Act.UNTAG: _("Take a tag away"),
        Act.PRODUCT: _("Set the product"),
        Act.NOT_A_CASE: _("Close as not a problem of a customer"),
    }[act]


def words_of(plan: Plan, viewer: Viewer) -> str:
    """What it does, in words."""
    value = spelling.of(viewer).teams.get(plan.value, plan.value) if plan.act == Act.QUEUE else plan.value
    return f"{words_of_act(plan.act)}: {value}" if value else words_of_act(plan.act)


def _value(given: QueryDict, viewer: Viewer) -> str:
    words = given.get("value", "")
    if given.get("action") != Act.QUEUE:
        return words
    named = {fold(name): str(pk) for pk, name in access.rows(Team, viewer).values_list("pk", "name")}
    return named.get(fold(words.strip()), words)


def _chosen(given: QueryDict, viewer: Viewer) -> list[int]:
    """The cases that were marked, or all of the list."""
    if "all" not in given:
        return asked.numbers(given.getlist("case"), most=handling_many.MOST)
    views = [*queries.views(viewer, count=False), *lists.saved_views(viewer, count=False)]
    listing = lists.of(viewer, given, views)
    return queries.ids(viewer, listing.base, most=handling_many.MOST, only=listing.only(viewer))


def _seen(text: str) -> dict[int, str]:
    """Each case with who held it on the screen."""
    parts = (each.partition("=") for each in text.split())
    return {number: mark for key, _sep, mark in parts if (number := asked.number(key)) is not None}
