"""What an open page asks for when it hears that something happened: only what changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from answerable.core import reading
from answerable.core.access import Viewer
from answerable.core.moments import now
from answerable.inbox import asked, holdings, timeline
from answerable.inbox.frame import part, staff
from answerable.inbox.timeline import Day
from answerable.inbox.views import cases


@staff
@require_GET
def earlier(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The messages above the ones that the page of a case shows at first."""
    case = cases.find(viewer, pk)
    moment = asked.moment(request.GET.get("before", "")) or now()
    reading.log("case", case.pk, by=viewer)
    days = timeline.before(case, viewer, moment)
    cases.open_words(days, viewer)
    goes_on = days[-1].id if days and days[-1].id == Day(moment).id else ""
    return part(request, "parts/earlier.html", days=days, goes_on=goes_on)


@staff
@require_GET
def news(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What is new in a case after what its page knows: entries of the timeline, and the regions around it."""
    case = cases.find(viewer, pk)
    after = asked.number(request.GET.get("after", "")) or 0
    since = asked.moment(request.GET.get("since", ""))
    new = timeline.news(case, viewer, after=after, since=since)
    cases.open_words(new.days, viewer)
    around = cases.around(case, viewer, holdings.of(case, viewer))
    context = {**around, **cases.marks(case, viewer), "timeline": new}
    return part(request, "parts/case_news.html", **context)
