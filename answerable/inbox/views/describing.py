"""Tags and fields: of one case, and which fields cases have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import describing, shaping
from answerable.cases.models import ProductField
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.inbox import case_fields
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.inbox.views.cases import address, find


@staff
@require_http_methods(["GET", "POST"])
def tag(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Put a tag to a case; asked with GET, the words to offer while somebody writes one."""
    case = find(viewer, pk)
    if request.method == "GET":
        return part(request, "parts/tag_words.html", tag_words=case_fields.tags_of(viewer))
    describing.tag(case, request.POST.get("tag", "").split(","), by=viewer)
    return go(request, address(case), said=_("The tag is kept."))


@staff
@require_POST
def untag(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    describing.untag(case, [request.POST.get("tag", "")], by=viewer)
    return go(request, address(case), said=_("The tag is gone."))


@staff
@require_POST
def fields(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, given = find(viewer, pk), request.POST.dict()
    wrong = tried(lambda: describing.set_fields(case, case_fields.read(case, given), by=viewer), Invalid)
    if wrong:
        shown = case_fields.of(case, given=given, wrong=wrong)
        return show(request, "case_fields.html", status=422, case=case, fields=shown, wrong=wrong)
    return go(request, address(case), said=_("Kept."))


@staff
@require_http_methods(["GET", "POST"])
def shapes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which fields cases have."""
    viewer.require(Right.MANAGE_RULES)
    given = request.POST
    wrong = None
    if request.method == "POST":
        asked = {name: given.get(name, "") for name in ("label", "sort", "product")}
        wrong = tried(lambda: shaping.add_field(**asked, choices=_listed(request), by=viewer), Invalid, Conflict)
    if request.method == "POST" and not wrong:
        return go(request, reverse("inbox:case-fields"), said=_("Cases have this field now."))
    found = access.rows(ProductField, viewer).filter(ended_at=None).order_by("product", "place", "pk")
    context = {"fields": list(found), "sorts": ProductField.Sort.choices, "given": given, "wrong": wrong}
    return show(request, "settings/case_fields.html", status=422 if wrong else 200, **context)


@staff
@require_POST
def shape(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Change or end a field."""
    field = access.one(ProductField, viewer, pk=pk, ended_at=None)
    if "end" in request.POST:
        shaping.end_field(field, by=viewer)
        return go(request, reverse("inbox:case-fields"), said=_("Cases are no longer asked for it."))
    shaping.change_field(field, label=request.POST.get("label", ""), choices=_listed(request), by=viewer)
    return go(request, reverse("inbox:case-fields"), said=_("Kept."))


def _listed(request: HttpRequest) -> list[str]:
    """One entry a line."""
    return request.POST.get("choices", "").splitlines()
