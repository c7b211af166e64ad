"""On what basis a person is known: put on file, and ended, on the page of the contact."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from answerable.conversations import knowing
from answerable.conversations.models import Basis, Contact, Identity
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Invalid
from answerable.inbox import asked
from answerable.inbox.frame import go, staff


@staff
@require_POST
def keep(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Put a basis on file at one of the person's handles, or end one."""
    contact, given = access.one(Contact, viewer, pk=pk), request.POST
    ended = asked.number(given.get("end", ""))
    if ended is not None:
        knowing.end(asked.one(Basis, viewer, "end", pk=ended, identity__contact=contact), by=viewer)
        return go(request, _page(pk), said=_("It ended. This person is no longer listened for on this basis."))
    handle = _handle(contact, given.get("identity", ""))
    knowing.put_on_file(handle, sort=given.get("sort", ""), words=given.get("words", ""), by=viewer)
    return go(
        request, _page(pk), said=_("Kept. What this person says in public about our topics is heard from now on.")
    )


def _handle(contact: Contact, given: str) -> Identity:
    number = asked.number(given)
    found = contact.identities.filter(pk=number).first() if number is not None else None
    if found is None:
        raise Invalid("Choose one of this person’s names or addresses. Nothing was kept.", "identity")
    return found


def _page(pk: int) -> str:
    return reverse("inbox:contact", args=[pk])
