"""Signing in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from answerable.core import limits
from answerable.core.models import User
from answerable.core.web.saying import said
from answerable.inbox.views import preferences

TRIES, REST = 5, timedelta(minutes=15)


@dataclass(frozen=True)
class Wrong:
    title: str
    text: str


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request)
    email = request.POST.get("email", "").strip().lower()
    try:
        limits.count(f"sign-in:{email}", at_most=TRIES, per=REST)
    except limits.TooOften as error:
        return _form(request, Wrong(_("This account rests"), said(error)), status=429)
    user = auth.authenticate(request, username=email, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        wrong = Wrong(
            _("E-mail or password is not right"), _("Check both. After five tries the account rests for 15 minutes.")
        )
        return _form(request, wrong, status=422)
    auth.login(request, user)
    return preferences.remember(HttpResponseRedirect(safe_next(request)), language=user.language, theme=user.theme)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("inbox:sign-in")


def safe_next(request: HttpRequest) -> str:
    """Where the form leads: an address of ours, and no other."""
    wish = request.POST.get("next") or request.GET.get("next") or "/"
    own = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if own else "/"


def _form(request: HttpRequest, wrong: Wrong | None = None, status: int = 200) -> HttpResponse:
    context = {
        "wrong": wrong,
        "demo": settings.ANSWERABLE_DEMO,
        "email": request.POST.get("email", ""),
        "next": safe_next(request),
    }
    return render(request, "signin.html", context, status=status)
