"""Settings: dictionaries of the workspace's own, handed in as files, watched while they are taken in, taken out of use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.inbox.frame import go, show, staff, tried
from answerable.safety import loading, terms
from answerable.safety.models import Dictionary

LANGUAGES = ("eng", "por", "pol")


@staff
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    terms.require_loader(viewer)
    made: list[Dictionary] = []
    wrong = None
    if request.method == "POST":
        wrong = tried(lambda: made.append(_hand_in(request, viewer)), Invalid, Conflict)
    if made and not wrong:
        said = _("The file is kept, and is being looked through.")
        return go(request, reverse("inbox:dictionary", args=[made[0].pk]), said=said)
    given = {name: request.POST.get(name, "") for name in ("kind", "release", "language")}
    context = {
        "loaded": terms.loaded(viewer),
        "kinds": Dictionary.Kind.choices,
        "languages": LANGUAGES,
        "given": {**given, "language": given["language"] or LANGUAGES[0]},
        "wrong": wrong,
    }
    return show(request, "settings/dictionaries.html", status=422 if wrong else 200, **context)


@staff
@require_GET
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """How far a file is, and which of its lines cannot be taken."""
    found = access.one(Dictionary, viewer, pk=pk)
    terms.require_loader(viewer)
    bad = [{"line": each["line"], "words": _(each["template"]) % each["facts"]} for each in found.bad]
    return show(request, "settings/dictionary.html", dictionary=found, bad=bad)


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = access.one(Dictionary, viewer, pk=pk)
    loading.end(found, by=viewer)
    said = _("It is out of use. What is coded with it stays as it is.")
    return go(request, reverse("inbox:dictionaries"), said=said)


def _hand_in(request: HttpRequest, viewer: Viewer) -> Dictionary:
    file, given = request.FILES.get("file"), request.POST
    if file is None:
        raise Invalid("Choose a file first.", "file")
    return loading.load(
        kind=given.get("kind", ""),
        release=given.get("release", "").strip(),
        language=given.get("language", "").strip().lower(),
        name=file.name or "",
        pieces=file.chunks(),
        by=viewer,
    )
