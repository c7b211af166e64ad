"""Settings of the sources: the form of each is made from what its connector declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.channels import connecting, metering, papers, signing_in
from answerable.channels.contract import Spec, Unsupported
from answerable.channels.contract_authorising import Authorises
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid, NotThere
from answerable.core.models import Team
from answerable.core.web import times
from answerable.inbox import source_fields
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.source_addresses import addresses
from answerable.inbox.views.ends import money
from answerable.replies import network_texts
from answerable.replies.models import NetworkText


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.MANAGE_SOURCES)
    sources = access.rows(Source, viewer).select_related("team").order_by("label")
    return show(request, "settings/sources.html", sources=list(sources), families=source_fields.offered())


@staff
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    viewer.require(Right.MANAGE_SOURCES)
    spec = _spec(kind)
    if request.method != "POST":
        return _form(request, viewer, spec, None, None)
    made: list[Source] = []
    wrong = tried(lambda: made.append(_connect(spec, request.POST, viewer)), Invalid)
    if isinstance(wrong, Invalid):
        return _form(request, viewer, spec, None, wrong)
    return go(request, reverse("inbox:source", args=[made[0].pk]), said=_("The source is connected. Try it now."))


@staff
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.MANAGE_SOURCES)
    source = access.one(Source, viewer, pk=pk)
    wrong = tried(lambda: _change(source, request.POST, viewer), Invalid) if request.method == "POST" else None
    if request.method == "POST" and not wrong:
        return go(request, reverse("inbox:sources"), said=_("The settings are kept."))
    return _form(request, viewer, source.spec, source, wrong if isinstance(wrong, Invalid) else None)


@staff
@require_POST
def switch(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    source = access.one(Source, viewer, pk=pk)
    on = request.POST.get("state") == Source.State.ON
    (connecting.resume if on else connecting.pause)(source, by=viewer)
    return go(request, reverse("inbox:sources"), said=_("The source is on.") if on else _("The source is paused."))


def _connect(spec: Spec, given: QueryDict, viewer: Viewer) -> Source:
    source = connecting.connect(
        spec.kind,
        label=_label(given),
        team=_team(given, viewer),
        values=_values(spec, given),
        by=viewer,
        silence_hours=_hours(given),
    )
    _cap(source, given, viewer)
    return source


def _change(source: Source, given: QueryDict, viewer: Viewer) -> None:
    values = _values(source.spec, given)
    connecting.change(source, label=_label(given), team=_team(given, viewer), values=values, by=viewer)
    _cap(source, given, viewer)


def _cap(source: Source, given: QueryDict, viewer: Viewer) -> None:
    """Only where calls cost money; an empty field is no cap."""
    if source.spec.currency:
        written = given.get("monthly_cap", "").strip()
        metering.cap(source, most=money(written, "monthly_cap") if written else None, by=viewer)


def _values(spec: Spec, given: QueryDict) -> Mapping[str, Any]:
    values = {setting.name: given.get(f"s-{setting.name}", "") for setting in source_fields.typed(spec)}
    switches = {each.name: f"s-{each.name}" in given for each in spec.settings if each.kind is bool}
    return {**values, **switches}


def _label(given: QueryDict) -> str:
    label = given.get("label", "").strip()
    if not label:
        raise Invalid("The source needs a name. Nothing was changed. Give it one that colleagues know.", "label")
    return label[:120]


def _team(given: QueryDict, viewer: Viewer) -> Team:
    key = given.get("team", "")
    if not key.isdecimal():
        raise Invalid("Choose the team whose queue it fills. Nothing was changed.", "team")
    return access.one(Team, viewer, pk=int(key))


def _hours(given: QueryDict) -> int:
    hours = given.get("silence_hours", "")
    return int(hours) if hours.isdecimal() and int(hours) < 10_000 else 0


def _spec(kind: str) -> Spec:
    try:
        return connector(kind).spec
    except Unsupported as error:
        raise NotThere(error.template, **error.facts) from error


def _form(
    request: HttpRequest, viewer: Viewer, spec: Spec, source: Source | None, wrong: Invalid | None
) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    kept: Mapping[str, Any] = given or {}
    known = {**source.settings, "address": source.address} if source else {}
    fields = source_fields.fields(spec, known, given, source)
    context = {
        "spec": spec,
        "source": source,
        "wrong": wrong,
        "label": kept.get("label", source.label if source else ""),
        "team": kept.get("team", source.team_id if source else ""),
        "silence_hours": kept.get("silence_hours", source.silence_hours if source else 0),
        "network_texts": _network_texts(source, viewer),
        "balance": metering.balance(source) if source else None,
        "monthly_cap": kept.get("monthly_cap", _cap_of(source)),
        "fields": [each for each in fields if not each.rarely],
        "rare": [each for each in fields if each.rarely],
        "rare_is_wrong": wrong is not None and any(each.rarely and each.name == f"s-{wrong.field}" for each in fields),
        "addresses": addresses(source) if source else None,
        "papers": papers.credentials(spec.kind),
        "awaits_sign_in": bool(source and signing_in.awaited(source)),
        "may_sign_in": bool(source and signing_in.possible(source)),
        "redirect": signing_in.redirect() if isinstance(connector(spec.kind), Authorises) else "",
        "teams": [(team.pk, team.name) for team in access.rows(Team, viewer).order_by("name")],
    }
    return show(request, "settings/source.html", status=422 if wrong else 200, **context)


def _network_texts(source: Source | None, viewer: Viewer) -> list[NetworkText] | None:
    """None where the network of a source approves no texts."""
    if source is None or not network_texts.has(source):
        return None
    return list(access.rows(NetworkText, viewer).filter(source=source, ended_at=None).order_by("name", "language"))


def _cap_of(source: Source | None) -> str:
    return (
        ""
        if source is None or source.monthly_cap is None
        else format_decimal(source.monthly_cap, locale=times.locale())
    )
