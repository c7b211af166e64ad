"""The web form: a person tells what happened."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from answerable.channels.contract import Raw
from answerable.channels.models import Source
from answerable.core.moments import now
from answerable.intake.receiving import receive
from answerable.portal.frame import not_too_often, public, show

LONGEST = 20_000
MOST_FILES, MOST_BYTES = 5, 10 * 1024 * 1024
FIELDS = ("name", "email", "subject", "product", "message", "key")


@dataclass
class Filled:
    """What a person filled in, and for each field the sentence that says what is missing."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@public("form")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, source: Source) -> HttpResponse:
    if request.method == "GET":
        return _form(request, source, Filled({**dict.fromkeys(FIELDS, ""), "key": uuid4().hex}))
    not_too_often(request, source)
    files = request.FILES.getlist("files")
    filled = checked({name: request.POST.get(name, "").strip() for name in FIELDS}, files)
    if filled.errors:
        return _form(request, source, filled, status=422)
    receive(source, [Raw(body=handed_in(filled.values, files), external_id=filled.values["key"][:80])], at=now())
    return redirect("portal:thanks", source.slug)


@public("form")
@require_GET
def thanks(request: HttpRequest, source: Source) -> HttpResponse:
    return show(request, source, "portal/thanks.html")


def checked(values: dict[str, str], files: list[Any]) -> Filled:
    """What was filled in, with the sentences for what is missing."""
    filled = Filled(values)
    try:
        validate_email(values["email"])
    except ValidationError:
        filled.errors["email"] = _("We need an address to answer to, like name@example.org.")
    if not values["message"]:
        filled.errors["message"] = _("Tell us in a sentence or two what happened.")
    elif len(values["message"]) > LONGEST:
        filled.errors["message"] = _("This is too long for the form. Send the rest as a file.")
    if len(files) > MOST_FILES or sum(file.size or 0 for file in files) > MOST_BYTES:
        filled.errors["files"] = _(
            "Up to five files, 10 MB together. Choose fewer, and send the rest in answer to our mail."
        )
    elif files and filled.errors:
        # A page cannot fill in files again; sent without a word, the form would come without them.
        filled.errors["files"] = _(
            "Choose your files once more: everything else is kept, but a page cannot keep files."
        )
    values["key"] = values["key"] or uuid4().hex
    return filled


def handed_in(values: dict[str, str], files: list[Any]) -> bytes:
    """The form as the channel reads it: one JSON object."""
    told = {**values, "language": get_language(), "files": enclosed(files)}
    return json.dumps(told, ensure_ascii=False).encode()


def enclosed(files: list[Any]) -> list[dict[str, str]]:
    """Files as they came, each with the name and the type that its sender says."""
    return [
        {"name": file.name, "type": file.content_type, "base64": base64.b64encode(file.read()).decode()}
        for file in files
    ]


def _form(request: HttpRequest, source: Source, filled: Filled, status: int = 200) -> HttpResponse:
    given = source.values()
    products = [each.strip() for each in str(given.get("products") or "").split(",") if each.strip()]
    choices = [("", _("Something else")), *((each, each) for each in products)] if products else []
    title = _(str(given.get("title") or ""))
    return show(request, source, "portal/form.html", status, filled=filled, products=choices, title=title)
