"""“Is it solved?”: the page behind the customer's link. Looking answers nothing, so a mail scanner that follows links does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from answerable.cases import asking
from answerable.cases.models import Asking
from answerable.cases.questions_asked import behind
from answerable.core import limits
from answerable.core.access import House
from answerable.core.errors import Conflict, HouseError
from answerable.portal.frame import in_language, language_of, refused

AT_MOST, PER = 30, timedelta(minutes=10)
PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def _held(view: Callable[[HttpRequest, Asking], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page for whoever holds the link, in the language in which they were asked until they choose another."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        asked = None
        try:
            with transaction.atomic():
                limits.count(f"solved:{request.META.get('REMOTE_ADDR', '')}", at_most=AT_MOST, per=PER)
            asked = behind(token)
            with _speaking(request, asked), transaction.atomic():
                answer = view(request, asked)
        except HouseError as error:
            with _speaking(request, asked):
                answer = refused(request, error)
        for name, value in PRIVATE.items():
            answer[name] = value
        return answer

    return page


def _speaking(request: HttpRequest, asked: Asking | None) -> translation.override:
    chosen = request.GET.get("language") or asked is None
    return translation.override(language_of(request) if chosen or asked is None else asked.language)


@_held
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, asked: Asking) -> HttpResponse:
    if request.method == "POST":
        return _take(request, asked)
    workspace = asked.case.workspace
    with timezone.override(ZoneInfo(workspace.time_zone)):
        context = {"asked": asked, "desk": workspace.name, "here": in_language(request), "open": _may_answer(asked)}
        return render(request, "portal/solved.html", context)


def _take(request: HttpRequest, asked: Asking) -> HttpResponse:
    answer = request.POST.get("answer", "")
    if answer not in {"yes", "no"}:
        raise Conflict("Choose yes or no. Nothing was changed.")
    house = House(asked.case.workspace_id, "portal")
    asking.answer(asked, yes=answer == "yes", words=request.POST.get("words", ""), by=house)
    return redirect(f"{request.path}?language={translation.get_language()}")


def _may_answer(asked: Asking) -> bool:
    return asked.closure.reopened_at is None and asked.answer in {"", Asking.Answer.SILENCE}
