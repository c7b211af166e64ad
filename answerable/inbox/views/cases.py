"""One case: the page, and what is done with the case itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from answerable.cases import assigning, closing, describing, endings, redirects, seeing, telling
from answerable.cases.models import Case, Disposition, Party
from answerable.core import access, reading
from answerable.core.access import Right, Viewer
from answerable.core.errors import HouseError, Invalid
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import (
    asked,
    case_fields,
    case_reports,
    composing,
    custody,
    ends,
    firings,
    found,
    hints,
    holdings,
    limits,
    presence,
    sounding,
    suggested,
    timeline,
    why_here,
)
from answerable.inbox.frame import go, part, show, staff, tried
from answerable.inbox.holdings import Holdings
from answerable.inbox.timeline import Day, Timeline
from answerable.intake import queries as intake_queries
from answerable.metrics import queries as radar_queries
from answerable.replies import ending, saving_answers
from answerable.replies.ending import Ended
from answerable.replies.models import NetworkText, SavedAnswer

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
    open_words(shown.days, viewer)
    context = {**told(case, viewer, shown), **marks(case, viewer)}
    chosen = asked.number(request.GET.get("answer", ""))
    if chosen is not None and case.is_open:
        answer = access.one(SavedAnswer, viewer, pk=chosen, ended_at=None)
        context["composer"] = composing.with_words(case, viewer, saving_answers.fill(answer, case, by=viewer))
    worded = composing.wording_of(request.GET.get("wording", ""), viewer)
    if worded is not None and case.is_open:
        context["composer"] = composing.with_wording(case, viewer, worded)
    approved = asked.number(request.GET.get("approved", ""))
    if approved is not None and case.is_open:
        text = access.one(NetworkText, viewer, pk=approved, ended_at=None)
        context["composer"] = composing.with_approved(case, viewer, text.text)
    return show(request, "case.html", **context)


def _shown(case: Case, viewer: Viewer, given: QueryDict) -> Timeline:
    """All of the timeline where the address says so, and back to the message that it names."""
    if given.get("all"):
        return timeline.whole(case, viewer)
    return timeline.newest(case, viewer, back_to=asked.number(given.get("message", "")))


def open_words(days: Sequence[Day], viewer: Viewer) -> None:
    """What a person looks at now for the first time is first seen now."""
    unseen = timeline.unseen(days)
    if unseen:
        seeing.first_seen(unseen, by=viewer)


def told(case: Case, viewer: Viewer, shown: Timeline | None = None) -> dict[str, Any]:
    """Everything that the page of a case says."""
    timeline_ = shown or timeline.newest(case, viewer)
    there = holdings.of(case, viewer)
    return {
        **around(case, viewer, there),
        "timeline": timeline_,
        "composer": composing.of(case, viewer, there=there) if case.is_open else None,
        "present": _present(case, viewer),
    }


def around(case: Case, viewer: Viewer, there: Holdings) -> dict[str, Any]:
    """What stands around the timeline and changes while somebody looks."""
    return {
        "case": case,
        "identities": list(case.contact.identities.order_by("pk")),
        "invitations": there.ask("invitations", lambda: suggested.invitations(case, viewer)),
        "evidence": hints.evidence(),
        "hints": there.ask("hints", lambda: hints.of(case, viewer)),
        "case_moves": there.ask("moves", lambda: hints.moves(case, viewer)),
        "parties": there.ask("parties", lambda: _parties(case)),
        "people_links": there.ask("links", lambda: hints.open_links(case.contact, viewer)),
        "others": there.ask("others", lambda: _others(case, viewer)),
        "closure": None if case.is_open else case.closures.select_related("user").filter(reopened_at=None).first(),
        "unkept": [] if case.is_open else there.ask("promises", lambda: list(endings.unkept(case))),
        "found": there.ask("found", lambda: found.of_case(case, viewer)),
        "verdict_reasons": found.reasons(),
        "began_because": there.ask("reasons", lambda: why_here.first(case, viewer)),
        "sounds": there.ask("sounds", lambda: sounding.of_case(case, viewer)),
        "fired": there.ask("fired", lambda: firings.of_case(case, viewer)),
        "incidents": there.ask("incidents", lambda: radar_queries.of_case(case, viewer)),
        "copies": there.ask("copies", lambda: intake_queries.copies_of(case, viewer)),
        "fields": there.ask("fields", lambda: case_fields.of(case)),
        "limits": limits.of(case, viewer, there),
        **custody.of(case, viewer, there),
        "ends": ends.of(case, viewer, there),
        **case_reports.of(case, viewer, there),
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
    ended: list[Ended] = []
    wrong = tried(lambda: ended.append(_end(case, given, viewer)), Invalid) if request.method == "POST" else None
    if not ended:
        needs = {"dispositions": Disposition.choices, **ends.closing(case)}
        return form(request, viewer, case, "parts/close_form.html", wrong, **needs)
    if ended[0].waits is not None:
        words = _("The closing line waits for another person’s approval. The case stays open until then.")
        return go(request, f"{address(case)}#reply", said=words)
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


def form(
    request: HttpRequest, viewer: Viewer, case: Case, name: str, wrong: HouseError | None = None, **needs: Any
) -> HttpResponse:
    """A form of the case with what it needs: for an open page that asks for it, else as a page of its own.

    It says what was given and why that was not taken.
    """
    context = {**marks(case, viewer), "form": name, "given": request.POST, "wrong": wrong, **needs}
    if request.method == "GET" and getattr(request, "htmx", False):
        return part(request, "parts/asked_form.html", **context)
    return show(request, "case_form.html", status=422 if wrong else 200, **context)


def _present(case: Case, viewer: Viewer) -> list[dict[str, Any]]:
    seen = presence.others(case.pk, viewer, at=now())
    known = dict(access.rows(User, viewer).filter(pk__in=[each.user_id for each in seen]).values_list("pk", "name"))
    return [{"name": known[each.user_id], "writing": each.writing} for each in seen if each.user_id in known]


def _parties(case: Case) -> list[Party]:
    return list(case.parties.select_related("contact").filter(ended_at=None).order_by("pk"))


def _others(case: Case, viewer: Viewer) -> list[Case]:
    same = (
        access.rows(Case, viewer)
        .filter(contact_id=case.contact_id)
        .exclude(pk=case.pk)
        .exclude(state=Case.State.MERGED)
    )
    return list(same.order_by("-last_at")[:OTHERS])
