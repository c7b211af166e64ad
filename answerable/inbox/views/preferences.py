"""Language, theme and single keys: a cookie for this browser and, for the first two, a setting of the person."""

from __future__ import annotations

from collections.abc import Container
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from answerable.core.models import User
from answerable.core.web.pages import THEMES

YEAR = 365 * 24 * 3600
R = TypeVar("R", bound=HttpResponseBase)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    wish = request.POST.get("next", "/")
    to = wish if url_has_allowed_host_and_scheme(wish, {request.get_host()}) else "/"
    language = _known(request.POST.get("language"), dict(settings.LANGUAGES))
    theme = _known(request.POST.get("theme"), THEMES)
    if isinstance(request.user, User):
        request.user.language, request.user.theme = language or request.user.language, theme or request.user.theme
        request.user.save(update_fields=["language", "theme"])
    keys = ("on" if request.POST.get("keys") else "off") if "keys_asked" in request.POST else ""
    return remember(HttpResponseRedirect(to), language=language, theme=theme, keys=keys)


def remember(response: R, *, language: str = "", theme: str = "", keys: str = "") -> R:
    """Set the cookies of what was chosen; what is empty stays as it was."""
    for name, value in ((settings.LANGUAGE_COOKIE_NAME, language), ("theme", theme), ("keys", keys)):
        if value:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


def _known(value: str | None, among: Container[str]) -> str:
    return value if value and value in among else ""
