"""Pushes from networks: verified by the connector, stored verbatim, then answered 200. Nothing is understood here."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from answerable.channels.contract import NotGenuine, Raw, Verifies
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import limits
from answerable.core.files import StoreFull
from answerable.core.limits import TooOften
from answerable.core.moments import now
from answerable.intake.receiving import receive

KEPT_HEADERS = ("content-type", "user-agent")
REFUSALS_A_MINUTE = 60


@csrf_exempt
@require_POST
def hook(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one push. 404 for no such source, 401 for one that is not genuine, 503 when it could not be stored."""
    source = Source.objects.select_related("workspace").filter(slug=slug).first()
    speaker: object = connector(source.kind) if source else None
    if source is None or not isinstance(speaker, Verifies):
        return JsonResponse({"error": "There is no such source."}, status=404)
    at = now()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        speaker.verify(request.body, headers, at, source.values())
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        receive(source, [Raw(body=request.body, headers=kept)], at=at)
    except NotGenuine as error:
        return _refuse(source, error)
    except StoreFull as error:
        return JsonResponse({"error": error.sentence}, status=503, headers={"Retry-After": "60"})
    return JsonResponse({"stored": True})


def _refuse(source: Source, error: NotGenuine) -> HttpResponse:
    try:
        limits.count(f"refused:{source.pk}", at_most=REFUSALS_A_MINUTE, per=timedelta(minutes=1))
    except TooOften as too_often:
        return JsonResponse({"error": too_often.sentence}, status=429)
    return JsonResponse({"error": error.sentence}, status=401)
