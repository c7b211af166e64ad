"""The door of the API: who asks, how often, in one transaction, and what a refusal looks like.

Every refusal is `{"error": sentence}`, with `"field"` where one place of the input is meant. Nothing else is answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Header, NinjaAPI, Query, Schema
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from pydantic import AfterValidator, AwareDatetime

from answerable.conversations.cleaning import plausible
from answerable.core import limits, viewers
from answerable.core.access import Right, Viewer

P = ParamSpec("P")
T = TypeVar("T")

REQUESTS_A_MINUTE = 600
LARGEST_ID = 2**63 - 1

NO_NUL = "^[^\x00]*$"
Words = Annotated[str, Field(pattern=NO_NUL)]
"""Text that PostgreSQL can keep."""
Searched = Annotated[str, Query(pattern=NO_NUL, max_length=1000)]
Key = Annotated[str, Header(alias="Idempotency-Key", pattern="^[!-~]{1,150}$")]
"""Made by the caller: the same key again is the same thing, and nothing happens twice."""


def _that_calendars_know(at: datetime) -> datetime:
    if plausible(at) is None:
        raise ValueError("no calendar of ours shows this moment")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_that_calendars_know)]
"""A moment with its time zone, not so far off that reckoning with it ends."""


class Asked(HttpRequest):
    """A request that passed the door."""

    auth: Viewer


class Problem(Schema):
    """Why it was not done: what happened, what was kept, what to do."""

    error: str
    field: str | None = None


REFUSALS = frozenset({400, 401, 403, 404, 409, 422, 429, 503})


def answers(good: Any, status: int = 200) -> dict[Any, Any]:
    """What an operation may answer, for the description of the API."""
    return {status: good, REFUSALS: Problem}


class Bearer(HttpBearer):
    """`Authorization: Bearer ans_…`. The token acts as its member, narrowed to its scopes; `needs` is one of them."""

    def __init__(self, needs: Right) -> None:
        super().__init__()
        self.needs = needs

    def authenticate(self, request: HttpRequest, token: str) -> Viewer:
        viewer = viewers.of_token(token)
        if viewer is None:
            raise AuthenticationError
        digest = hashlib.sha256(token.encode()).hexdigest()
        limits.count(f"api:{digest}", at_most=REQUESTS_A_MINUTE, per=timedelta(minutes=1))
        viewer.require(self.needs)
        return viewer


def whole(operation: Callable[P, T]) -> Callable[P, T]:
    """One request is one transaction: a refusal rolls back what was begun."""

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic():
            return operation(*args, **kwargs)

    return run


api = NinjaAPI(
    title="Answerable",
    version="1",
    description=(
        "The same verbs, questions and rights as the pages. Lists come in pages: ask again with `cursor` set to the "
        "`next` of the page before, until `next` is null."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
api.add_decorator(whole)


def description(request: HttpRequest) -> HttpResponse:
    """What the API can do, for everybody. Ninja's own page of it looks its address up by a namespace that is not ours."""
    return JsonResponse(api.get_openapi_schema(path_prefix="/api/"))
