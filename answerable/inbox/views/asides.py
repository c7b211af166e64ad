"""What was set aside and why: read it, take it back, check a sample, see what was learned."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.inbox import asides
from answerable.inbox.api.paging import newest_first
from answerable.inbox.frame import go, show, staff
from answerable.intake import learning, opining, queries, sampling
from answerable.intake.models import Lesson, Weighed

PAGE = 50


@staff
@require_GET
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    sort = request.GET.get("sort", "")
    sort = sort if sort in asides.sorts() else ""
    rows, before = newest_first(queries.aside(viewer, sort), request.GET.get("before", ""), PAGE)
    found = asides.measured(viewer)
    return show(
        request,
        "listening/aside.html",
        rows=asides.shown(rows, viewer),
        sort=sort,
        sorts=asides.sorts(),
        names=asides.names(),
        counts=queries.counts(viewer),
        before=before,
        newest=next((each for each in found if each.figures), None),
        waiting=next((each for each in found if each.left), None),
        may_say=viewer.may(Right.ANSWER),
    )


@staff
@require_POST
def opinion(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Say what it is. What was set aside and is ours is a case then."""
    row = access.one(Weighed, viewer, pk=pk)
    case = opining.say(row, request.POST.get("says", ""), by=viewer)
    to = reverse("inbox:aside-sample" if request.POST.get("from") == "sample" else "inbox:aside")
    if case is None:
        return go(request, to, said=_("Thank you. It is kept, and learned from."))
    return go(request, to, said=_("It is case %(number)s now.") % {"number": case.number})


@staff
def sample(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One after the other, without what the house thought of it; a POST draws a new one."""
    if request.method == "POST":
        sampling.draw(by=viewer)
        return go(request, reverse("inbox:aside-sample"))
    found = asides.measured(viewer)
    waiting = next((each for each in found if each.left), None)
    next_ = sampling.unread(waiting.sample)[0].weighed if waiting else None
    return show(
        request,
        "listening/sample.html",
        found=found,
        waiting=waiting,
        total=waiting.sample.drawn.count() if waiting else 0,
        shown=asides.shown([next_], viewer)[0] if next_ else None,
        names=asides.names(),
        may_say=viewer.may(Right.ANSWER),
    )


@staff
@require_GET
def learned(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    lessons = list(queries.lessons(viewer)[:PAGE])
    return show(
        request,
        "listening/learned.html",
        lessons=lessons,
        holding=queries.holding(viewer),
        sorts=asides.sorts(),
        may_change=viewer.may(Right.MANAGE_RULES),
    )


@staff
@require_POST
def forget(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A word is no sign of another meaning."""
    lesson, word = access.one(Lesson, viewer, pk=pk), request.POST.get("word", "")
    learning.forget_word(lesson, word, by=viewer)
    return go(request, reverse("inbox:aside-learned"), said=_("“%(word)s” is no sign any more.") % {"word": word})
