"""From an error of the house to an answer of the API, in one place."""

from __future__ import annotations

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from answerable.core import outages
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed, NotThere
from answerable.core.files import StoreFull
from answerable.core.limits import TooOften
from answerable.inbox.api.door import api

STATUS: dict[type[HouseError], int] = {
    NotThere: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooOften: 429,
    StoreFull: 503,
}
elsewhere = Router()
AGAIN = {"Retry-After": "60"}
NOWHERE = "There is nothing at this address. Nothing was changed. The addresses are in /api/openapi.json."


@api.exception_handler(HouseError)
def refused(request: HttpRequest, error: HouseError) -> HttpResponse:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 409)
    headers = {"Retry-After": str(error.after)} if isinstance(error, TooOften) else AGAIN if status == 503 else {}
    return _said(request, status, error.sentence, getattr(error, "field", ""), headers)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    sentence = (
        "This request has no token that is known here. Nothing was done. Send “Authorization: Bearer” and a token."
    )
    return _said(request, 401, sentence, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(ValidationError)
def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first thing that does not fit; its place without the names that only the framework knows."""
    first: dict[str, Any] = error.errors[0]
    field = ".".join(str(step) for step in first["loc"][1:] if step not in ("given", "filters"))
    return _said(request, 422, f"“{field}” does not fit: {first['msg']}. Nothing was changed.", field)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _said(request, error.status_code, "The body is not JSON that can be read. Nothing was changed.")


@api.exception_handler(Http404)
def nowhere(request: HttpRequest, error: Http404) -> HttpResponse:
    return _said(request, 404, NOWHERE)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def no_database(request: HttpRequest, error: Exception) -> HttpResponse:
    outages.noticed()
    sentence = "The database does not answer. What was stored is safe, nothing new was taken. Try again in a minute."
    return _said(request, 503, sentence, headers=AGAIN)


@elsewhere.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def no_resource(request: HttpRequest, rest: str) -> HttpResponse:
    return _said(request, 404, NOWHERE)


def _said(
    request: HttpRequest, status: int, sentence: str, field: str = "", headers: dict[str, str] | None = None
) -> HttpResponse:
    body = {"error": sentence, **({"field": field} if field else {})}
    answer: HttpResponse = api.create_response(request, body, status=status)
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer
