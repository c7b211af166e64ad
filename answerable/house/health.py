"""/health: is each part of the house alive? For `make demo`, a load balancer and a person."""

from django.db import OperationalError, connection
from django.http import HttpRequest, JsonResponse

from answerable.core import heartbeats, outages


def show(_request: HttpRequest) -> JsonResponse:
    """200 when every part answers, 503 otherwise; which one does not is in the body."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts = {"web": True, "database": True, **{part: heartbeats.alive(part) for part in ("worker", "listener")}}
    except OperationalError:
        outages.noticed()
        parts = {"web": True, "database": False, "worker": False, "listener": False}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)
