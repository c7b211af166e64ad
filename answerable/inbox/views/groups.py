"""Groups: messages that ask the same, answered once, checked one by one, sent to each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, HouseError, Invalid
from answerable.inbox import asked, grouped, review_frame
from answerable.inbox.frame import go, staff, tried
from answerable.replies import answering_groups, checking_lines, groups, regrouping, sending_groups
from answerable.replies.models import CheckedLine, GroupAnswer, WordingVersion
from answerable.triage import deciding_groups, group_queries
from answerable.triage.models import Group, GroupMessage

ENDED = 20


@staff
@require_GET
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    viewer.require(Right.REVIEW)
    return review_frame.show(
        request,
        "review/groups.html",
        cards=group_queries.open_groups(viewer),
        ended=list(group_queries.ended(viewer)[:ENDED]),
        title=group_queries.title,
        names=grouped.NAMES,
    )


@staff
@require_POST
def suggest(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    new = regrouping.regroup(viewer.workspace_id, by=viewer)
    told = ngettext("%(num)d new group is suggested.", "%(num)d new groups are suggested.", len(new)) % {
        "num": len(new)
    }
    return go(request, reverse("inbox:groups"), said=told if new else _("Nothing else asks the same."))


@staff
@require_GET
def one(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    group = group_queries.one(viewer, pk)
    viewer.require(Right.REVIEW)
    return _page(request, viewer, group, asked.number(request.GET.get("line", "")))


@staff
@require_POST
def confirm(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    deciding_groups.confirm(group_queries.one(viewer, pk), title=request.POST.get("title", ""), by=viewer)
    return go(
        request, _address(pk), said=_("You hold the group. Choose what it is answered, then check it line by line.")
    )


@staff
@require_POST
def take(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    deciding_groups.take(group_queries.one(viewer, pk), by=viewer)
    return go(request, _address(pk), said=_("You hold the group now."))


@staff
@require_POST
def end(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    group = group_queries.one(viewer, pk)
    if request.POST.get("outcome") == "done":
        deciding_groups.finish(group, by=viewer)
        return go(
            request, reverse("inbox:groups"), said=_("The group is done. What was not answered waits on in its case.")
        )
    deciding_groups.dismiss(group, because=request.POST.get("because", ""), by=viewer)
    told = _("It is no group any more. Its messages wait on, each in its case.")
    return go(request, reverse("inbox:groups"), said=told)


@staff
@require_POST
def answer(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """An approved wording, or a text of one's own for which there is none."""
    group, given = group_queries.one(viewer, pk), request.POST
    viewer.require(Right.REVIEW)
    chosen = asked.number(given.get("wording", ""))
    if chosen is not None:
        version = asked.one(WordingVersion, viewer, "wording", pk=chosen)
        answering_groups.choose(group, version, by=viewer)
        return go(request, _address(pk), said=_("The group is answered with this wording. Check it line by line."))
    text, language = given.get("text", ""), given.get("language", "")
    wrong = tried(lambda: answering_groups.write(group, language=language, text=text, by=viewer), Invalid, Conflict)
    if wrong:
        return _page(request, viewer, group, None, wrong=wrong, written={"language": language, "text": text})
    return go(request, _address(pk), said=_("The text is kept. It goes to nobody until a colleague approves it."))


@staff
@require_POST
def approve(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = access.one(GroupAnswer, viewer, pk=pk)
    group_queries.one(viewer, found.group_id)
    answering_groups.approve(found, by=viewer)
    return go(request, _address(found.group_id), said=_("You stand for this text. It may be checked and sent."))


@staff
@require_POST
def send(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    outcomes = sending_groups.send(group_queries.one(viewer, pk), by=viewer)
    return go(request, _address(pk), said=_sentence(outcomes))


@staff
@require_POST
def check(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The answer fits as it is, or in other words with a reason; then the next line. What could not be kept stays written."""
    line, given = group_queries.line(viewer, pk), {name: request.POST.get(name, "") for name in ("text", "because")}
    viewer.require(Right.REVIEW)
    group = group_queries.one(viewer, line.group_id)
    wrong = tried(lambda: checking_lines.check(line, by=viewer, **given), Invalid, Conflict)
    if wrong:
        return _page(request, viewer, group, pk, wrong=wrong, given=given)
    return go(request, f"{_address(group.pk)}?line={grouped.next_line(groups.items(group, viewer), pk)}")


@staff
@require_POST
def uncheck(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    line = group_queries.line(viewer, pk)
    checking_lines.uncheck(line, by=viewer)
    return go(request, f"{_address(line.group_id)}?line={pk}", said=_("It is to be checked again before it leaves."))


@staff
@require_POST
def pull(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    line = group_queries.line(viewer, pk)
    deciding_groups.pull_out(line, because=request.POST.get("because", ""), by=viewer)
    return go(request, _address(line.group_id), said=_("It is out of the group. It waits on in its case."))


@staff
@require_POST
def put_back(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    line = group_queries.line(viewer, pk)
    deciding_groups.put_back(line, because=request.POST.get("because", ""), by=viewer)
    return go(request, f"{_address(line.group_id)}?line={pk}", said=_("It is in the group again, to be checked."))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    group: Group,
    line: int | None,
    *,
    wrong: HouseError | None = None,
    given: dict[str, str] | None = None,
    written: dict[str, str] | None = None,
) -> HttpResponse:
    items = groups.items(group, viewer)
    inside = [each for each in items if each.line.state == GroupMessage.State.IN]
    here = next((each for each in items if each.line.pk == line), next(iter(inside), None))
    reports = groups.with_reports(viewer.workspace_id, [each.case.pk for each in items])
    context: dict[str, Any] = {
        "group": group,
        "title": group_queries.title(group, viewer.language),
        "items": inside,
        "apart": [
            (each, grouped.held(each.line, reports.get(each.case.pk, ""))) for each in items if each not in inside
        ],
        "tongues": grouped.tongues(group, items, viewer),
        "here": grouped.detail(here, viewer, text=(given or {}).get("text", "")) if here else None,
        "chosen": line,
        "ready": sum(each.goes for each in inside),
        "checked": sum(each.checked is not None and not each.newer for each in inside),
        "grouped": grouped,
        "asks_out": "out" in request.GET,
        "tongue_options": list(grouped.NAMES.items()),
        "states": CheckedLine.State,
        "before": list(group_queries.said_before(group, viewer)[:3]),
        "may_work": group.state == Group.State.CONFIRMED,
        "wrong": wrong,
        "given": given or {"text": "", "because": ""},
        "written": written or {"language": "", "text": ""},
    }
    return review_frame.show(request, "review/group.html", status=422 if wrong else 200, **context)


def _sentence(outcomes: list[sending_groups.Outcome]) -> str:
    counts = sending_groups.counted(outcomes)
    told = []
    if sent := counts["sent"]:
        told.append(
            ngettext("%(num)d answer is on its way.", "%(num)d answers are on their way.", sent) % {"num": sent}
        )
    if invited := counts["invited"]:
        told.append(
            ngettext("%(num)d person is invited to private.", "%(num)d people are invited to private.", invited)
            % {"num": invited}
        )
    if failed := counts["failed"]:
        told.append(
            ngettext(
                "%(num)d did not leave; why stands at its line.",
                "%(num)d did not leave; why stands at each line.",
                failed,
            )
            % {"num": failed}
        )
    return " ".join(told) or _("Nothing was checked that had not left. Nothing was sent.")


def _address(pk: int) -> str:
    return reverse("inbox:group", args=[pk])
