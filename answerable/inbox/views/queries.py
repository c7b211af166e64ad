"""Saved queries: the list, the editor with what a query would find, versions, files of other tools, and spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.channels.registry import connector
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.core.models import Membership, Team, User
from answerable.inbox import asked, marked
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.listening import choosing, estimating, importing, overshooting, queries, retiring, saving
from answerable.listening.estimating import Estimate
from answerable.listening.lexing import Misread
from answerable.listening.models import Query, QueryVersion
from answerable.listening.parsing import parse


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    words = request.GET.get("q", "")
    rows = queries.listed(viewer, words=words)
    context: dict[str, Any] = {"rows": rows, "words": words, "count": queries.count(viewer), "most": queries.SHOWN}
    return show(request, "listening/queries.html", may=viewer.may(Right.MANAGE_RULES), **context)


@staff
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    if request.method == "GET":
        return _form(request, viewer, None)
    made: list[Query] = []
    return _kept(request, viewer, None, lambda says: made.append(saving.save(**says, by=viewer)), made)


@staff
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Looking here is what makes notices about it seen."""
    query = access.one(Query, viewer, pk=pk)
    if request.method == "GET":
        overshooting.see(query, by=viewer)
        return _form(request, viewer, query)
    viewer.require(Right.MANAGE_RULES)
    expected = asked.number(request.POST.get("version", "")) or 0
    return _kept(
        request, viewer, query, lambda says: saving.change(query, expected=expected, **says, by=viewer), [query]
    )


@staff
@require_POST
def switch(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    query, on = access.one(Query, viewer, pk=pk), request.POST.get("state") == "on"
    (retiring.resume if on else retiring.retire)(query, by=viewer)
    done = _("The query is on. It finds from now on.") if on else _("The query is off. What it found stays.")
    return go(request, reverse("inbox:query", args=[pk]), said=done)


@staff
@require_POST
def trial(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the words in the editor mean and would find, while they are written. Nothing is kept."""
    viewer.require(Right.MANAGE_RULES)
    return part(request, "listening/trial.html", **_tried(request.POST.get("text", ""), viewer))


@staff
@require_http_methods(["GET", "POST"])
def files(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A file of another tool: looked at first, then kept where it can be read."""
    viewer.require(Right.MANAGE_RULES)
    body, spelling = _body(request), estimating.spelling_of(viewer)
    lines: list[importing.Line] = []
    wrong = (
        tried(lambda: lines.extend(importing.look_at(body, spelling)), Invalid) if request.method == "POST" else None
    )
    done = "take" in request.POST and bool(lines)
    if done:
        lines = importing.take(lines, **_whose(request, viewer), by=viewer)
    kept = sum(each.refusal is None for each in lines)
    context = {"lines": lines, "body": body, "done": done, "kept": kept, "wrong": wrong, **_people(viewer)}
    return show(request, "listening/files.html", status=422 if wrong else 200, **context)


@staff
@require_http_methods(["GET", "POST"])
def spelling(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_RULES)
    wrong = (
        tried(lambda: choosing.choose(**_choices(request), by=viewer), Invalid) if request.method == "POST" else None
    )
    if request.method == "POST" and not wrong:
        return go(request, reverse("inbox:query-spelling"), said=_("It is kept, and holds from now on."))
    kept = queries.choices(viewer)
    given = (
        {**_choices(request)}
        if wrong
        else {"protected": kept.protected, "lookalikes": kept.lookalikes, "languages": kept.languages}
    )
    at_field = getattr(wrong, "field", "")
    return show(
        request, "listening/spelling.html", status=422 if wrong else 200, given=given, wrong=wrong, at_field=at_field
    )


def _kept(
    request: HttpRequest, viewer: Viewer, query: Query | None, verb: Callable[[dict[str, Any]], Any], kept: list[Query]
) -> HttpResponse:
    if {"try", "mend"} & request.POST.keys():
        return _form(request, viewer, query)
    wrong = tried(lambda: verb({**_words(request), **_whose(request, viewer)}), Invalid, Conflict)
    if wrong:
        return _form(request, viewer, query, wrong=wrong)
    return go(request, reverse("inbox:query", args=[kept[0].pk]), said=_("The query is kept and listens from now on."))


def _form(request: HttpRequest, viewer: Viewer, query: Query | None, wrong: HouseError | None = None) -> HttpResponse:
    rows = queries.described(viewer, [query]) if query else []
    given = {
        "name": query.name if query else "",
        "text": rows[0].text if rows else "",
        "team": str(query.team_id if query else min(viewer.team_ids, default="")),
        "holder": str(query.holder_id if query else viewer.user_id),
        **{name: request.POST[name] for name in ("name", "text", "team", "holder") if name in request.POST},
    }
    given["text"] = request.POST.get("mend", given["text"])
    may = viewer.may(Right.MANAGE_RULES)
    versions = access.rows(QueryVersion, viewer).filter(query=query).select_related("user").order_by("-number")
    context = {
        "query": query,
        "row": rows[0] if rows else None,
        "given": given,
        "versions": versions if query else [],
        "wrong": wrong,
        "at_field": getattr(wrong, "field", ""),
        "may": may,
        **_people(viewer),
        **(_tried(given["text"], viewer) if may and given["text"] else {"tried": False}),
    }
    return show(request, "listening/query.html", status=422 if wrong else 200, **context)


def _tried(text: str, viewer: Viewer) -> dict[str, Any]:
    """What the page shows of words that may or may not be a query."""
    given = text.replace("\r\n", "\n").strip()
    context: dict[str, Any] = {"tried": True, "misread": None, "place": [], "wide": None, "estimate": None}
    if not given:
        return {**context, "tried": False}
    try:
        spelt = estimating.spelling_of(viewer)
        node = parse(given, spelt)
    except Misread as misread:
        return {**context, "misread": misread, "place": marked.place(given, misread)}
    found = estimating.of_tree(node, spelt, viewer=viewer, examples=estimating.MOST_SHOWN)
    wide = tried(lambda: estimating.check_width(node, found), Invalid)
    examples = [
        {
            "pieces": marked.pieces(each.text, each.shown),
            "facts": marked.facts(each.shown),
            "at": each.at,
            "spec": connector(each.channel).spec,
        }
        for each in found.examples
    ]
    told = {"estimate": found, "rate": _rate(found), "wide": wide, "examples": examples}
    return {**context, **told, "meaning": marked.meaning(node)}


def _rate(found: Estimate) -> str:
    """The rate in words: what may be expected, never one number alone."""
    if found.per_day is None:
        return _("Nobody can say yet how much it will find")
    if found.low == found.high or found.high <= 1:
        return _("Less than one match a day")
    words: str = ngettext("About %(low)s to %(num)s match a day", "About %(low)s to %(num)s matches a day", found.high)
    return words % {"low": found.low, "num": found.high}


def _words(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("name", "text")}


def _whose(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    keys = {name: asked.number(request.POST.get(name, "")) or 0 for name in ("team", "holder")}
    return {
        "team": asked.one(Team, viewer, "team", pk=keys["team"]),
        "holder": asked.one(User, viewer, "holder", pk=keys["holder"]),
    }


def _people(viewer: Viewer) -> dict[str, Any]:
    members = access.rows(Membership, viewer).filter(ended_at=None).select_related("user").order_by("user__name")
    return {
        "teams": [(str(each.pk), each.name) for each in access.rows(Team, viewer).order_by("name")],
        "holders": [(str(each.user_id), each.user.name) for each in members],
    }


def _choices(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    return {
        "protected": given.get("protected", "").splitlines(),
        "lookalikes": "lookalikes" in given,
        "languages": given.get("languages", "").replace(",", " ").split(),
    }


def _body(request: HttpRequest) -> str:
    """What was put in: a file, or the words of one that was looked at before."""
    sent = request.FILES.get("file")
    if sent is None:
        return request.POST.get("body", "")
    return str(sent.read(importing.LARGEST + 1), "utf-8", "replace")
