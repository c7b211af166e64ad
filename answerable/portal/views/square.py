"""The pretend town square: a visitor plays the customer, in public and in private, and reads what the company answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from answerable.channels.models import Source
from answerable.channels.sandbox import queries, square
from answerable.core import files
from answerable.core.errors import Invalid, NotThere
from answerable.core.web.saying import said
from answerable.portal.frame import not_too_often, public, show

NEWEST = 60
NOBODY = {"handle": "", "name": ""}


@public("sandbox")
@require_GET
def page(request: HttpRequest, source: Source) -> HttpResponse:
    return _show(request, source)


@public("sandbox")
@require_POST
def post(request: HttpRequest, source: Source) -> HttpResponse:
    not_too_often(request, source)
    given = {name: request.POST.get(name, "") for name in ("handle", "name", "text", "audience", "parent")}
    try:
        _post(source, given)
    except Invalid as error:
        return _show(request, source, given, error, status=422)
    request.session["visitor"] = {"handle": given["handle"].strip().lstrip("@").lower(), "name": given["name"].strip()}
    return redirect("portal:of-sandbox", source.slug)


@public("sandbox")
@require_POST
def take_back(request: HttpRequest, source: Source, pk: int) -> HttpResponse:
    """The visitor deletes an own post."""
    own = queries.own(source.slug, _visitor(request)["handle"], pk)
    if own is not None:
        square.take_back(own)
    return redirect("portal:of-sandbox", source.slug)


@public("sandbox")
@require_GET
def picture(request: HttpRequest, source: Source, pk: int) -> HttpResponse:
    """A picture of a post that the visitor reads."""
    shown = queries.picture(source.slug, _visitor(request)["handle"], pk)
    if shown is None:
        raise NotThere("There is no such picture on the square.")
    answer = HttpResponse(files.fetch(shown.file), content_type=shown.media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _post(source: Source, given: dict[str, str]) -> None:
    seen = queries.seen(source.slug, given["handle"])
    parent = seen.filter(pk=int(given["parent"])).first() if given["parent"].isdecimal() else None
    square.post(
        source,
        handle=given["handle"],
        name=given["name"] or given["handle"],
        text=given["text"],
        private=given["audience"] == "private",
        parent=parent,
    )


def _visitor(request: HttpRequest) -> dict[str, str]:
    known: dict[str, str] = request.session.get("visitor", NOBODY)
    return known


def _show(
    request: HttpRequest,
    source: Source,
    given: dict[str, str] | None = None,
    wrong: Invalid | None = None,
    status: int = 200,
) -> HttpResponse:
    visitor = _visitor(request)
    posts = list(queries.seen(source.slug, visitor["handle"])[:NEWEST])
    filled = given or {**visitor, "text": "", "audience": "public", "parent": request.GET.get("answer", "")}
    sentence = said(wrong) if wrong else ""
    return show(
        request, source, "portal/square.html", status, posts=posts, visitor=visitor, filled=filled, sentence=sentence
    )
