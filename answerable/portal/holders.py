"""Pages for whoever holds a link: not found by search engines, not told to other pages, not tried without end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from answerable.core import limits
from answerable.core.errors import HouseError
from answerable.portal.frame import YEAR, language_of, refused

AT_MOST, PER = 30, timedelta(minutes=10)
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
Page = Callable[[HttpRequest, str], HttpResponse]


def held(name: str) -> Callable[[Page], Page]:
    """A page behind a link. `name` counts the tries of one address; a refused try is counted like any other."""

    def framed(view: Page) -> Page:
        @wraps(view)
        def page(request: HttpRequest, key: str = "", **named: str) -> HttpResponse:
            with translation.override(language_of(request)):
                answer = _answered(view, request, key or next(iter(named.values()), ""), name)
            for header, value in PRIVATE.items():
                answer[header] = value
            return answer

        return page

    return framed


def _answered(view: Page, request: HttpRequest, key: str, name: str) -> HttpResponse:
    try:
        with transaction.atomic():
            limits.count(f"{name}:{request.META.get('REMOTE_ADDR', '')}", at_most=AT_MOST, per=PER)
        with transaction.atomic():
            answer = view(request, key)
    except HouseError as error:
        return refused(request, error)
    language = translation.get_language() or "en"
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax")
    return answer
