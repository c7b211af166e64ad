"""The frame around every page of the staff: who looks, in which language and time, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from answerable.core import errors
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.core.web.saying import said
from answerable.inbox import bell, rail

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
STATUS: dict[type[errors.HouseError], int] = {
    errors.NotThere: 404,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
}


@dataclass(frozen=True)
class Toast:
    """What was just done, in a sentence, and the address that takes it back."""

    text: str
    undo: str = ""


def staff(view: View[P]) -> Page[P]:
    """A page for members only. One request is one transaction; a refusal rolls it back and says so."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if not viewer:
            return redirect_to_login(request.get_full_path())
        with timezone.override(ZoneInfo(viewer.time_zone)), translation.override(viewer.language):
            try:
                with transaction.atomic():
                    return view(request, viewer, *args, **kwargs)
            except errors.HouseError as error:
                return refused(request, error)

    return page


def show(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a whole page, or the part of it that was asked for."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    frame = {"viewer": viewer, "now": now(), "rail": rail.of(request, viewer), "toast": _toast(request)}
    return render(request, template, {**_told(viewer), **frame, **context}, status=status)


def part(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render a fragment, without the frame and its counts."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    frame = {"viewer": viewer, "now": now()}
    return render(request, template, {**_told(viewer), **frame, **context}, status=status)


def go(request: HttpRequest, to: str, said: str = "", undo: str = "") -> HttpResponse:
    """After something was done: the next page, which says what was done."""
    if said:
        request.session["toast"] = {"text": said, "undo": undo}
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Location": to})
    answer = HttpResponseRedirect(to)
    answer.status_code = 303
    return answer


def tried(verb: Callable[[], object], *refusals: type[errors.HouseError]) -> errors.HouseError | None:
    """Do it, or return the refusal for the form to say; what was begun is rolled back."""
    try:
        with transaction.atomic():
            verb()
    except refusals as error:
        return error
    return None


def refused(request: HttpRequest, error: errors.HouseError) -> HttpResponse:
    """The sentence of an expected refusal, with the status that says the same to a machine."""
    status = STATUS.get(type(error), 409)
    title = {404: _("There is nothing here for you"), 403: _("You may not do this")}.get(status, _("It was not done"))
    template = "errors/refusal.html" if getattr(request, "htmx", False) else "errors/error.html"
    context = {"title": title, "sentences": [said(error)], "for_staff": True}
    return render(request, template, context, status=status)


def _told(viewer: Viewer) -> dict[str, Any]:
    """How many notices the viewer has not seen, asked where it is shown."""
    return {"unseen": lambda: bell.unseen(viewer)}


def _toast(request: HttpRequest) -> Toast | None:
    said = request.session.pop("toast", None)
    return Toast(**said) if said else None
