"""A pretend safety system, named as one: for newcomers, for the demo and for tests. Nothing of the house knows that it is pretend.

It speaks as a program does (`api`), over HTTP, and acknowledges a report a minute after it came.
"""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from answerable.core.moments import now
from answerable.safety.models import PretendRecord, SafetySystem
from answerable.safety.systems import api
from answerable.safety.systems.values import Values, Way

ACKNOWLEDGED_AFTER = timedelta(minutes=1)
PAGE = 200
MARK = "sha256="


def there(values: Values) -> Values:
    """Its address is a page of this house."""
    return {**values, "address": f"{values['house_url']}/pretend-safety/{values['system']}"}


@csrf_exempt
@require_http_methods(["GET", "PUT"])
def report(request: HttpRequest, system: int, key: str) -> HttpResponse:
    """Takes a report under its key, once; and says what it holds under it."""
    if not (known := _let_in(request, system)):
        return JsonResponse({"error": "no"}, status=401)
    if request.method == "PUT":
        held, fresh = PretendRecord.objects.get_or_create(system=known, key=key[:200], defaults=_given(request))
        return JsonResponse(_told(held), status=201 if fresh else 200)
    found = PretendRecord.objects.filter(system=known, key=key).first()
    return JsonResponse(_told(_read_on(found))) if found else JsonResponse({"error": "not there"}, status=404)


@require_GET
def reports(request: HttpRequest, system: int) -> HttpResponse:
    """What it received from one day to another, page by page."""
    if not (known := _let_in(request, system)):
        return JsonResponse({"error": "no"}, status=401)
    try:
        days = [date.fromisoformat(request.GET[name]) for name in ("from", "to")]
    except (KeyError, ValueError):
        return JsonResponse({"error": "name two days"}, status=400)
    after = request.GET.get("after", "0")
    rows = PretendRecord.objects.filter(
        system=known, received_at__date__range=days, pk__gt=int(after) if after.isdecimal() else 0
    )
    page = list(rows.order_by("pk")[: PAGE + 1])
    items = [{**_told(each), "received_at": each.received_at.isoformat()} for each in page[:PAGE]]
    return JsonResponse({"items": items, "next": str(page[PAGE - 1].pk) if len(page) > PAGE else ""})


def _let_in(request: HttpRequest, system: int) -> SafetySystem | None:
    found = SafetySystem.objects.filter(pk=system, way=WAY.kind).first()
    key = str(found.values().get("key") or "") if found else ""
    shown = request.headers.get("Authorization", "")
    return found if key and hmac.compare_digest(shown.encode(), f"Bearer {key}".encode()) else None


def _given(request: HttpRequest) -> dict[str, Any]:
    digest = request.headers.get("Report-Digest", "").removeprefix(MARK)[:64]
    return {"number": request.headers.get("Report-Number", "")[:200], "digest": digest, "received_at": now()}


def _read_on(held: PretendRecord) -> PretendRecord:
    """Somebody there reads it after a while, and then it is acknowledged."""
    if held.acknowledged_at is None and now() - held.received_at >= ACKNOWLEDGED_AFTER:
        held.acknowledged_at = now()
        held.save(update_fields=["acknowledged_at"])
    return held


def _told(held: PretendRecord) -> dict[str, Any]:
    said = "taken" if held.acknowledged_at else "held"
    return {"key": held.key, "number": held.number, "digest": held.digest, "said": said, "theirs": held.theirs}


WAY: Way = replace(
    api.WAY,
    kind="sandbox",
    label=_("A pretend safety system"),
    hint=_("For trying things out: it lives in this house, takes each report, and acknowledges it after a minute."),
    settings=(),
    hand_over=lambda parcel, values: api.hand_over(parcel, there(values)),
    look_up=lambda parcel, values: api.look_up(parcel, there(values)),
    ask_list=lambda first, last, after, values: api.ask_list(first, last, after, there(values)),
    in_house=True,
    made=("key",),
)
