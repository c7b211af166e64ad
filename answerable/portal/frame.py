"""The frame of the customers' pages: whose desk it is, in which language, and how often one address may write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from answerable.channels import queries
from answerable.channels.models import Source
from answerable.core import limits
from answerable.core.errors import Conflict, HouseError, NotThere
from answerable.core.files import StoreFull
from answerable.core.moments import now
from answerable.core.web.saying import said

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Source, P], HttpResponse]
Page = Callable[..., HttpResponse]
YEAR = 365 * 24 * 3600
STATUS: dict[type[HouseError], int] = {NotThere: 404, StoreFull: 503, Conflict: 409}


def public(kind: str) -> Callable[[View[P]], Page]:
    """A page of a source of this kind, open to everybody who has its address. A paused source has none."""

    def framed(view: View[P]) -> Page:
        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            with translation.override(language_of(request)):
                try:
                    with transaction.atomic():
                        source = _source(kind, slug)
                        with timezone.override(ZoneInfo(source.workspace.time_zone)):
                            answer = view(request, source, *args, **kwargs)
                except HouseError as error:
                    answer = refused(request, error)
                answer.set_cookie(
                    settings.LANGUAGE_COOKIE_NAME, translation.get_language() or "en", max_age=YEAR, samesite="Lax"
                )
                return answer

        return page

    return framed


def show(request: HttpRequest, source: Source, template: str, status: int = 200, **context: Any) -> HttpResponse:
    frame = {"source": source, "desk": source.workspace.name, "now": now(), "here": in_language(request)}
    return render(request, template, {**frame, **context}, status=status)


def not_too_often(request: HttpRequest, source: Source) -> None:
    """Raises `TooOften` when one address writes more than a person would."""
    limits.count(f"portal:{source.pk}:{request.META.get('REMOTE_ADDR', '')}", at_most=30, per=timedelta(minutes=10))


def _source(kind: str, slug: str) -> Source:
    found = queries.public(kind, slug)
    if found is None:
        raise NotThere("There is no such page. Ask whoever gave you the address for a new one.")
    return found


def language_of(request: HttpRequest) -> str:
    wish = request.GET.get("language", "")
    return wish if wish in dict(settings.LANGUAGES) else translation.get_language() or "en"


def in_language(request: HttpRequest) -> Callable[[str], str]:
    kept = {name: value for name, value in request.GET.items() if name != "language"}
    return lambda language: f"{request.path}?{urlencode({**kept, 'language': language})}"


def refused(request: HttpRequest, error: HouseError) -> HttpResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 429)
    title = _("There is nothing here for you") if isinstance(error, NotThere) else _("It was not done")
    return render(request, "portal/refusal.html", {"title": title, "sentence": said(error)}, status=status)
