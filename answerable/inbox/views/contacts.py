"""One person over all channels: addresses with their evidence, who they may be besides, their cases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.cases import naming, uniting
from answerable.cases.models import Case, Party
from answerable.channels.models import Source
from answerable.conversations import linking
from answerable.conversations.models import Basis, Contact
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.inbox import asked, hints, why_here
from answerable.inbox.frame import go, show, staff
from answerable.inbox.views.cases import address, find


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    contact = access.one(Contact, viewer, pk=pk)
    reading.log("contact", contact.pk, by=viewer)
    identities = list(contact.identities.prefetch_related("proofs__user").order_by("pk"))
    context: dict[str, Any] = {
        "contact": contact,
        "identities": identities,
        "handles": [(each.pk, str(each)) for each in identities],
        "links": hints.links(contact, viewer),
        "cases": list(
            access.rows(Case, viewer).filter(contact=contact).exclude(state="merged").order_by("-last_at")[:50]
        ),
        "evidence": hints.evidence(),
        "strengths": hints.strengths(),
        "kinds": _kinds(viewer),
        "bases": list(_bases(contact, viewer)),
        "grounds": why_here.grounds(),
        "ground": dict(why_here.grounds()),
        "may_answer": viewer.may(Right.ANSWER),
    }
    return show(request, "contact.html", **context)


@staff
@require_POST
def identities(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Write down another address of this person, on one's own word."""
    contact, given = access.one(Contact, viewer, pk=pk), request.POST
    namespaces = {source.spec.reaches or source.kind for source in access.rows(Source, viewer)}
    if given.get("namespace", "") not in namespaces:
        raise Invalid("Choose what sort of address it is. Nothing was added.", "namespace")
    link = linking.add(contact, given["namespace"], given.get("value", ""), words=given.get("words", ""), by=viewer)
    said = _("Somebody else has this address. The two are suggested as one person.") if link else _("Kept.")
    return go(request, reverse("inbox:contact", args=[pk]), said=said)


@staff
@require_POST
def channel(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """How this person wants to hear from us."""
    linking.prefer(access.one(Contact, viewer, pk=pk), request.POST.get("channel", ""), by=viewer)
    return go(request, reverse("inbox:contact", args=[pk]), said=_("Kept."))


@staff
@require_POST
def links(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Two people are one, are two, or are to be taken apart again."""
    contact, given = access.one(Contact, viewer, pk=pk), request.POST
    number, reason = asked.number(given.get("link", "")), given.get("reason", "")
    if number is None:
        raise Invalid("Say which link is meant. Nothing was changed.", "link")
    link = hints.link(contact, number, viewer)
    uniting.decide(link, given.get("decision", ""), reason=reason, by=viewer)
    return go(
        request, reverse("inbox:contact", args=[link.kept_id]), said=_("It was decided, and the evidence is kept.")
    )


@staff
@require_POST
def parties(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Name a person on the case, or take one off it."""
    case, given = find(viewer, pk), request.POST
    ended = asked.number(given.get("end", ""))
    if ended is not None:
        naming.end_party(asked.one(Party, viewer, "end", pk=ended, case=case), by=viewer)
    else:
        facts: dict[str, Any] = {
            "role": given.get("role", ""),
            "name": given.get("name", ""),
            "relation": given.get("relation", ""),
        }
        naming.add_party(case, minor=bool(given.get("minor")), by=viewer, **facts)
    return go(request, address(case), said=_("Kept."))


def _bases(contact: Contact, viewer: Viewer) -> QuerySet[Basis]:
    of_theirs = access.rows(Basis, viewer).filter(identity__contact=contact)
    return of_theirs.select_related("identity", "user", "ended_by").order_by("-pk")


def _kinds(viewer: Viewer) -> list[tuple[str, str]]:
    known = {source.spec.reaches or source.kind: _(source.spec.label) for source in access.rows(Source, viewer)}
    return sorted(known.items(), key=lambda kind: kind[1])
