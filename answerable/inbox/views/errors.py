"""Pages for what went wrong: what happened, what was kept, what to do."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from procrastinate.exceptions import ConnectorException

from answerable.core import outages

# What is put into the queue goes over the same connection, whose end has another name there.
DATABASE_GONE = (OperationalError, InterfaceError, ConnectorException)


def _page(request: HttpRequest, status: int, title: str, *sentences: str) -> HttpResponse:
    context = {"title": title, "sentences": sentences, "for_staff": _for_staff(request)}
    return render(request, "errors/error.html", context, status=status)


def _for_staff(request: HttpRequest) -> bool:
    """Customers have no inbox to go to and no command to type. An address that leads nowhere may be anybody's."""
    return request.resolver_match is None or request.resolver_match.app_name == "inbox"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        404,
        _("There is nothing here for you"),
        _("The page may have been moved, or what it shows belongs to somebody else."),
        _("Search for the name of the person, or go back to the inbox."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(
        request,
        403,
        _("You may not do this"),
        _("Nothing was changed."),
        _("Ask an admin of your workspace for the right."),
    )


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refused before anybody looked where it goes, so a program is told apart by the address alone."""
    if request.path.startswith("/api/"):
        sentence = (
            "This request cannot be read, or the name in its Host header is none of this desk's. Nothing was changed."
        )
        return JsonResponse({"error": sentence}, status=400)
    return _page(
        request,
        400,
        _("This request cannot be read"),
        _("Nothing was changed."),
        _("Open the desk by the address that you were given, and try again."),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("This form is too old"),
        _("You were signed out, or signed in again, since the page was opened. Nothing was sent."),
        _("Go back, load the page again and press the button once more; what you wrote is kept in this browser."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Django calls this while the error is being handled, so that one which is not ours can be told apart."""
    if isinstance(sys.exc_info()[1], DATABASE_GONE):
        return unavailable(request)
    return _page(
        request,
        500,
        _("Something of ours broke"),
        _(
            "Nothing was changed, and messages from customers are kept. The error is written down for the people who run this desk."
        ),
        _("Go back and try again. If it stays so, tell them the time that you see on your clock."),
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    outages.noticed()
    return _page(
        request,
        503,
        _("The database does not answer"),
        _(
            "What was stored is safe; what you were writing is kept in this browser. Nothing new is taken in until it answers."
        ),
        _("Wait a minute and load the page again. The command “answerable doctor” says what is wrong.")
        if _for_staff(request)
        else _("Wait a minute and load the page again."),
    )
