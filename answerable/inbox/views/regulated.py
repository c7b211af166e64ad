"""Settings: in which country reports are received, and what the law says of the products."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.inbox.frame import go, show, staff, tried
from answerable.safety import regulating
from answerable.safety.models import Desk, RegulatedProduct


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.SEE_REPORTS)
    return _page(request, viewer)


@staff
@require_POST
def desk(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.SIGN_REPORTS)
    country, by_itself = request.POST.get("country", ""), "by_itself" in request.POST
    wrong = tried(lambda: regulating.receive_in(country, by_itself=by_itself, by=viewer), Invalid)
    if wrong:
        return _page(request, viewer, status=422, wrong=wrong, given={"country": country})
    return go(request, reverse("inbox:regulated"), said=_("Kept."))


@staff
@require_POST
def products(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.SIGN_REPORTS)
    given = {name: request.POST.get(name, "") for name in ("name", "kind", "countries", "holder")}
    countries = re.split(r"[\s,;]+", given["countries"])
    wrong = tried(
        lambda: regulating.regulate(
            given["name"], kind=given["kind"], countries=countries, holder=given["holder"], by=viewer
        ),
        Invalid,
    )
    if wrong:
        return _page(request, viewer, status=422, wrong=wrong, given=given)
    return go(request, reverse("inbox:regulated"), said=_("Kept. Reports of this product have their time limits now."))


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    product = access.one(RegulatedProduct, viewer, pk=pk)
    regulating.end(product, by=viewer)
    return go(request, reverse("inbox:regulated"), said=_("Taken away. Clocks that run go on."))


def _page(request: HttpRequest, viewer: Viewer, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "products": access.rows(RegulatedProduct, viewer).filter(ended_at=None).order_by("name"),
        "desk": access.rows(Desk, viewer).first(),
        "kinds": RegulatedProduct.Kind.choices,
        "may_regulate": viewer.may(Right.SIGN_REPORTS),
        "wrong": None,
        "given": {},
        **more,
    }
    return show(request, "settings/regulated.html", status=status, **context)
