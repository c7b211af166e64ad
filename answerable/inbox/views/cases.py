"""One case: the page, and what is done with the case itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.cases import assigning, closing, describing, redirects, telling
from answerable.cases.models import Case, Disposition
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import HouseError, Invalid
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import (
    asked,
    case_fields,
    composing,
    custody,
    ends,
    firings,
    hints,
    limits,
    presence,
    suggested,
    timeline,
)
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.inbox.timeline import Timeline
from answerable.replies import ending, saving_answers
from answerable.replies.ending import Ended
from answerable.replies.models import SavedAnswer

OTHERS = 8


def find(viewer: Viewer, pk: int) -> Case:
    """The case, if it is one of the viewer's."""
    shown = ("contact", "team__lead", "holder_user", "holder_team__lead", "workspace")
    found = access.rows(Case, viewer).select_related(*shown).filter(pk=pk).first()
    return found or access.one(Case, viewer, pk=pk)


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    if case.state == Case.State.MERGED:
        goes_on = _("%(number)s goes on here.") % {"number": case.number}
        return go(request, address(redirects.living(case)), said=goes_on)
    reading.log("case", case.pk, by=viewer)
    telling.see(case, by=viewer)
    shown = _shown(case, viewer, request.GET)
    context = {**told(case, viewer, shown), **doings(case, viewer)}
    chosen = asked.number(request.GET.get("answer", ""))
    if chosen is not None and case.is_open:
        answer = access.one(SavedAnswer, viewer, pk=chosen, ended_at=None)
        context["composer"] = composing.with_words(case, viewer, saving_answers.fill(answer, case, by=viewer))
    return show(request, "case.html", **context)


def _shown(case: Case, viewer: Viewer, given: QueryDict) -> Timeline:
    """All of the timeline where the address says so, and back to the message that it names."""
    if given.get("all"):
        return timeline.whole(case, viewer)
    return timeline.newest(case, viewer, back_to=asked.number(given.get("message", "")))


def told(case: Case, viewer: Viewer, shown: Timeline | None = None) -> dict[str, Any]:
    """Everything that the page of a case says."""
    return {
        **around(case, viewer),
        "timeline": shown or timeline.newest(case, viewer),
        "composer": composing.of(case, viewer) if case.is_open else None,
        "present": _present(case, viewer),
    }


def around(case: Case, viewer: Viewer) -> dict[str, Any]:
    """What stands around the timeline and changes while somebody looks."""
    return {
        "case": case,
        "identities": list(case.contact.identities.order_by("pk")),
        "invitations": suggested.invitations(case, viewer),
        "evidence": hints.evidence(),
        "hints": hints.of(case, viewer),
        "case_moves": hints.moves(case, viewer),
        "parties": list(case.parties.select_related("contact").filter(ended_at=None).order_by("pk")),
        "people_links": [each for each in hints.links(case.contact, viewer) if each.state == "suggested"],
        "others": list(_others(case, viewer)),
        "closure": None if case.is_open else case.closures.select_related("user").filter(reopened_at=None).first(),
        "fired": firings.of_case(case, viewer),
        "fields": case_fields.of(case),
        "tag_words": case_fields.tags_of(viewer),
        "limits": limits.of(case, viewer),
        **custody.of(case, viewer),
        "ends": ends.of(case, viewer),
    }


def doings(
    case: Case, viewer: Viewer, given: QueryDict | None = None, wrong: HouseError | None = None
) -> dict[str, Any]:
    """What the forms of a case need, with what was given and why it was not taken."""
    return {
        **marks(case, viewer),
        "receivers": custody.receivers(case, viewer),
        "dispositions": Disposition.choices,
        **ends.closing(case),
        "given": given or {},
        "wrong": wrong,
    }


def marks(case: Case, viewer: Viewer) -> dict[str, Any]:
    """Who holds the case, and what the viewer may do with it."""
    return {"case": case, "mark": assigning.holder_mark(case), "may_answer": viewer.may(Right.ANSWER)}


@staff
@require_POST
def take(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    assigning.take(case, expected=request.POST.get("expected", ""), by=viewer)
    return go(request, address(case), said=_("You hold the case now."))


@staff
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, given = find(viewer, pk), request.POST
    if request.method == "GET":
        return form(request, viewer, case, "parts/close_form.html")
    ended: list[Ended] = []
    wrong = tried(lambda: ended.append(_end(case, given, viewer)), Invalid)
    if wrong:
        return form(request, viewer, case, "parts/close_form.html", wrong)
    asked_them = ended[0].asking is not None
    words = (
        _("The case is closed, and the customer is asked whether it is solved.")
        if asked_them
        else _("The case is closed.")
    )
    return go(request, address(case), said=words, undo=reverse("inbox:reopen", args=[case.pk]))


def _end(case: Case, given: QueryDict, viewer: Viewer) -> Ended:
    return ending.end(
        case,
        disposition=given.get("disposition", ""),
        what_solved_it=given.get("what_solved_it", ""),
        closing_line=given.get("closing_line", "") if given.get("say_line") else "",
        ask=bool(given.get("ask")),
        by=viewer,
    )


@staff
@require_POST
def reopen(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    viewer.require(Right.CLOSE)
    case = closing.reopen(find(viewer, pk), because="by_hand", by=viewer)
    return go(request, address(case), said=_("The case is open again."))


@staff
@require_POST
def describe(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case, given = find(viewer, pk), request.POST
    describing.describe(case, subject=given.get("subject", ""), product=given.get("product", ""), by=viewer)
    return go(request, address(case), said=_("Kept."))


@staff
@require_POST
def present(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    case = find(viewer, pk)
    presence.announce(case, writing=request.POST.get("doing") == "writing", by=viewer)
    return part(request, "parts/present.html", present=_present(case, viewer))


def address(case: Case) -> str:
    return reverse("inbox:case", args=[case.pk])


def form(request: HttpRequest, viewer: Viewer, case: Case, name: str, wrong: HouseError | None = None) -> HttpResponse:
    """A form of the case as a page of its own: without script, and when something was not taken."""
    context = doings(case, viewer, request.POST, wrong)
    return show(request, "case_form.html", status=422 if wrong else 200, form=name, **context)


def _present(case: Case, viewer: Viewer) -> list[dict[str, Any]]:
    seen = presence.others(case.pk, viewer, at=now())
    known = dict(access.rows(User, viewer).filter(pk__in=[each.user_id for each in seen]).values_list("pk", "name"))
    return [{"name": known[each.user_id], "writing": each.writing} for each in seen if each.user_id in known]


def _others(case: Case, viewer: Viewer) -> Any:
    same = (
        access.rows(Case, viewer)
        .filter(contact_id=case.contact_id)
        .exclude(pk=case.pk)
        .exclude(state=Case.State.MERGED)
    )
    return same.order_by("-last_at")[:OTHERS]
