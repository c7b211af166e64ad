"""Pushes from networks: verified by the connector, stored verbatim, then answered 200. Nothing is understood here.

One thing is taken out before, where a network sends it unasked: how many follow somebody (`Winnows`).

The answer says that it is stored, or what the connector has to say to a network that acts on it (`Responds`).
A network that asks the address to prove itself before it pushes (GET) is answered by the connector as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from answerable.channels.contract import NotGenuine, Raw, Verifies
from answerable.channels.contract_pushing import Challenged, Responds, SharesHook, Winnows
from answerable.channels.models import Source
from answerable.channels.registry import connector
from answerable.core import limits
from answerable.core.files import StoreFull
from answerable.core.limits import TooOften
from answerable.core.moments import now
from answerable.intake.receiving import receive

KEPT_HEADERS = ("content-type", "user-agent")
REFUSALS_A_MINUTE = 60
CHALLENGES_A_MINUTE = 30


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one push, or answer a challenge. 404 for no such source, 401 for one that is not genuine, 503 when it could not be stored."""
    source = Source.objects.select_related("workspace").filter(slug=slug).first()
    speaker: object = connector(source.kind) if source else None
    if source is None or not isinstance(speaker, Verifies):
        return JsonResponse({"error": "There is no such source."}, status=404)
    return _take(request, source, speaker) if request.method == "POST" else _prove(request, source, speaker)


def _take(request: HttpRequest, source: Source, speaker: Verifies) -> HttpResponse:
    at, values = now(), source.values()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        speaker.verify(request.body, headers, at, values)
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        raw = Raw(speaker.winnowed(request.body) if isinstance(speaker, Winnows) else request.body, kept)
        for each in [source, *_others(source, speaker, request.body, headers, at)]:
            receive(each, [raw], at=at)
    except NotGenuine as error:
        return _refuse(source, error)
    except StoreFull as error:
        return JsonResponse({"error": error.sentence}, status=503, headers={"Retry-After": "60"})
    if isinstance(speaker, Responds):
        answer = speaker.response(request.body, headers, values)
        return HttpResponse(answer.text, content_type=answer.content_type)
    return JsonResponse({"stored": True})


def _others(
    source: Source, speaker: Verifies, body: bytes, headers: Mapping[str, str], at: datetime
) -> Iterator[Source]:
    """Some networks push to one address what is for several accounts: each source gets what is its own, if it is genuine."""
    if not isinstance(speaker, SharesHook):
        return
    beside = Source.objects.select_related("workspace").filter(workspace_id=source.workspace_id, kind=source.kind)
    for other in beside.filter(address__in=speaker.addressees(body)).exclude(pk=source.pk):
        try:
            speaker.verify(body, headers, at, other.values())
        except NotGenuine:
            continue
        yield other


def _prove(request: HttpRequest, source: Source, speaker: object) -> HttpResponse:
    """All challenges are counted, also good ones: each is worked out with the secret of the source."""
    if not isinstance(speaker, Challenged):
        return HttpResponseNotAllowed(["POST"])
    try:
        limits.count(f"challenged:{source.pk}", at_most=CHALLENGES_A_MINUTE, per=timedelta(minutes=1))
        proof = speaker.challenge(request.GET.dict(), source.values())
    except TooOften as error:
        return JsonResponse({"error": error.sentence}, status=429)
    except NotGenuine as error:
        return _refuse(source, error)
    return HttpResponse(proof.text, content_type=proof.content_type)


def _refuse(source: Source, error: NotGenuine) -> HttpResponse:
    try:
        limits.count(f"refused:{source.pk}", at_most=REFUSALS_A_MINUTE, per=timedelta(minutes=1))
    except TooOften as too_often:
        return JsonResponse({"error": too_often.sentence}, status=429)
    return JsonResponse({"error": error.sentence}, status=401)
