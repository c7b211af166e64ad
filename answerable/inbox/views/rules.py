"""Rules for routing and reminders: the list, one rule, its trial on last week, and what it did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.cases.facts import Use
from answerable.cases.models import ProductField
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.moments import now
from answerable.core.web.saying import said
from answerable.inbox import asked, firings, spelling
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.spelling import Line, Spelling
from answerable.triage import ruling, trying
from answerable.triage.actions import LABELS
from answerable.triage.models import Rule
from answerable.triage.triggers import TRIGGERS

MOST_LINES = 20
LOGGED = 50


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    names = spelling.of(viewer)
    rules = access.rows(Rule, viewer).select_related("user").order_by("place", "pk")
    shown = [{"rule": rule, **_said(rule, names)} for rule in rules]
    return show(request, "settings/rules.html", rules=shown)


@staff
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    if request.method == "GET":
        return _form(request, viewer, None, [Line()], [Line()])
    made: list[Rule] = []
    return _kept(request, viewer, None, lambda says: made.append(ruling.make(**says, by=viewer)), made)


@staff
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    rule = access.one(Rule, viewer, pk=pk)
    if request.method == "GET":
        names = spelling.of(viewer)
        when = [
            Line(each.fact, str(each.op), ", ".join(names.said(each.fact, value) for value in each.values))
            for each in ruling.conditions_of(rule)
        ]
        do = [Line(str(each.do), "", names.action_value(each)) for each in ruling.actions_of(rule)]
        return _form(request, viewer, rule, [*when, Line()], [*do, Line()])
    expected = asked.number(request.POST.get("version", "")) or 0
    kept = [rule]
    return _kept(request, viewer, rule, lambda says: ruling.change(rule, expected=expected, **says, by=viewer), kept)


@staff
@require_POST
def switch(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    on = request.POST.get("state") == "on"
    ruling.switch(access.one(Rule, viewer, pk=pk), on=on, by=viewer)
    return go(request, reverse("inbox:rules"), said=_("The rule is on.") if on else _("The rule is off."))


@staff
@require_POST
def move(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    ruling.move(access.one(Rule, viewer, pk=pk), up=request.POST.get("to") == "up", by=viewer)
    return go(request, reverse("inbox:rules"), said=_("The order is kept."))


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    ruling.end(access.one(Rule, viewer, pk=pk), by=viewer)
    return go(request, reverse("inbox:rules"), said=_("The rule is ended. What it did stays in the journal."))


@staff
@require_GET
def trial(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One step of a trial. The page asks for the next by itself; the totals go along in the address."""
    rule = access.one(Rule, viewer, pk=pk)
    after, looked, found = (asked.number(request.GET.get(name, "")) or 0 for name in ("after", "looked", "found"))
    step = trying.step(rule, after=after, at=now(), by=viewer)
    looked, found = looked + step.looked_at, found + len(step.found)
    more = {"after": step.after, "looked": looked, "found": found} if step.after is not None else None
    context: dict[str, Any] = {"rule": rule, "step": step, "looked": looked, "found": found, "more": more}
    return show(request, "settings/rule_trial.html", **{**context, **_said(rule, spelling.of(viewer))})


def _kept(request: HttpRequest, viewer: Viewer, rule: Rule | None, verb: Any, kept: list[Rule]) -> HttpResponse:
    names, given = spelling.of(viewer), request.POST
    when, do = _lines(given, "condition"), _lines(given, "action")
    if "more" in given:
        return _form(request, viewer, rule, [*when, Line()], [*do, Line()])
    wrong = tried(lambda: verb(_says(given, when, do, names)), Invalid, Conflict)
    if wrong:
        return _form(
            request, viewer, rule, _marked(when, "condition", wrong), _marked(do, "action", wrong), wrong=wrong
        )
    return go(
        request, reverse("inbox:rule", args=[kept[0].pk]), said=_("The rule is kept. Try it before you rely on it.")
    )


def _says(given: QueryDict, when: list[Line], do: list[Line], names: Spelling) -> dict[str, Any]:
    return {
        "name": given.get("name", ""),
        "trigger": given.get("trigger", ""),
        "asked": [{"fact": each.what, "op": each.how, "values": names.read(each.what, each.value)} for each in when],
        "done": [{"do": each.what, "value": names.read_action(each.what, each.value)} for each in do],
    }


def _lines(given: QueryDict, sort: str) -> list[Line]:
    """The rows of a form that somebody filled in; a row without its first choice is as if it were not there."""
    rows = (
        Line(
            given.get(f"{sort}-{place}", ""),
            given.get(f"{sort}-{place}-how", ""),
            given.get(f"{sort}-{place}-value", ""),
        )
        for place in range(MOST_LINES)
    )
    return [each for each in rows if each.what]


def _marked(lines: list[Line], sort: str, wrong: HouseError) -> list[Line]:
    place = getattr(wrong, "field", "").removeprefix(f"{sort}-")
    marked = [replace(each, error=said(wrong)) if str(at) == place else each for at, each in enumerate(lines)]
    return [*marked, Line()]


def _form(
    request: HttpRequest,
    viewer: Viewer,
    rule: Rule | None,
    when: list[Line],
    do: list[Line],
    *,
    wrong: HouseError | None = None,
) -> HttpResponse:
    given = {name: request.POST.get(name) or (getattr(rule, name) if rule else "") for name in ("name", "trigger")}
    fields = access.rows(ProductField, viewer).filter(ended_at=None).order_by("label").values_list("key", "label")
    context = {
        "rule": rule,
        "given": given,
        "when": when,
        "do": do,
        "wrong": wrong,
        "at_field": getattr(wrong, "field", ""),
        "triggers": [(name, str(each.label)) for name, each in TRIGGERS.items()],
        "facts": spelling.facts(Use.RULES, dict(fields).items()),
        "ops": spelling.ops(),
        "doings": [("", "–"), *((str(each), str(words)) for each, words in LABELS.items())],
        "suggestions": spelling.of(viewer).suggestions(),
        "log": firings.of_rule(rule, viewer, most=LOGGED) if rule else [],
    }
    return show(request, "settings/rule.html", status=422 if wrong else 200, **context)


def _said(rule: Rule, names: Spelling) -> dict[str, Any]:
    return {
        "trigger": str(TRIGGERS[rule.trigger].label),
        "asks": [names.condition(each) for each in ruling.conditions_of(rule)],
        "does": [names.action(each) for each in ruling.actions_of(rule)],
    }
