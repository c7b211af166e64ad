"""“My case”: how it stands, for whoever wrote through an invitation. The link is signed, tells nothing, and ends.

The code of the invitation stood in public, so whoever used it first need not be who was meant: the page says how it stands, who
holds it and by when something is due, and repeats no word of anybody.
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from answerable.channels.models import Source
from answerable.core.errors import NotThere
from answerable.core.moments import now
from answerable.intake import whereabouts
from answerable.portal.frame import in_language
from answerable.portal.holders import held

SALT = "answerable.portal.my_case"
FOR = timedelta(days=90)


def token_of(source: Source, key: str) -> str:
    """The link of whoever handed in the form with this key; good for `FOR`."""
    return signing.dumps([source.pk, key], salt=SALT)


@held("my-case")
@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    try:
        source_id, key = signing.loads(token, salt=SALT, max_age=FOR)
    except signing.BadSignature as error:
        raise NotThere(
            "This link is no longer good. Write to us where you wrote before; it joins the same case."
        ) from error
    found = whereabouts.of_envelope(source_id, key)
    if found is None:
        raise NotThere("There is nothing here for you. It may have been moved, or it belongs to somebody else.")
    with timezone.override(ZoneInfo(found.workspace.time_zone)):
        context = {"found": found, "desk": found.workspace.name, "now": now(), "here": in_language(request)}
        return render(request, "portal/my_case.html", context)
