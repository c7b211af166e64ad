"""What moves messages between cases: merging, splitting, moving one, and taking it back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from answerable.cases import joining, splitting, suggesting, undoing
from answerable.cases.models import Case, Move, Suggestion
from answerable.conversations.models import Message
from answerable.core import access
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, HouseError, Invalid, NotThere
from answerable.inbox import asked, hints
from answerable.inbox.frame import go, show, staff, tried
from answerable.inbox.views.cases import address, find


@staff
@require_http_methods(["GET", "POST"])
def merges(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Choose the case in which this one goes on, see what will happen, and merge."""
    case, given = find(viewer, pk), request.POST or request.GET
    into = _numbered(given.get("into", ""), viewer) if given.get("into", "").strip() else None
    made: list[Move] = []
    wrong: HouseError | None = None
    if request.method == "POST":
        wrong = tried(lambda: made.append(_merge(case, into, request, viewer)), Invalid, Conflict)
    if made:
        said = _("%(number)s goes on here.") % {"number": case.number}
        return go(request, address(made[0].into_case), said=said)
    context = {"into": into, "given": given, "wrong": wrong, "others": _others(case, viewer)}
    return show(request, "moves/merge.html", status=422 if wrong else 200, case=case, **context)


def _merge(case: Case, into: Case | None, request: HttpRequest, viewer: Viewer) -> Move:
    if into is None:
        raise Invalid("There is no case with this number for you. Nothing was merged. Check the number.", "into")
    reason, confirm = request.POST.get("reason", ""), bool(request.POST.get("confirm"))
    return joining.merge(case, into=into, reason=reason, confirm=confirm, by=viewer)


@staff
@require_http_methods(["GET", "POST"])
def splits(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Choose the messages that are another problem, and open a case for them."""
    case, given = find(viewer, pk), request.POST
    chosen = asked.numbers(given.getlist("messages"), most=1000)
    made: list[Move] = []
    wrong: HouseError | None = None
    if request.method == "POST":
        facts = {"subject": given.get("subject", ""), "reason": given.get("reason", "")}
        wrong = tried(lambda: made.append(splitting.split(case, chosen, by=viewer, **facts)), Invalid, Conflict)
    if made:
        return go(request, address(made[0].into_case), said=_("The new case is open, at the same holder."))
    context = {"messages": _messages(case, viewer), "chosen": chosen, "given": given, "wrong": wrong}
    return show(request, "moves/split.html", status=422 if wrong else 200, case=case, **context)


@staff
@require_POST
def part(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A rule joined this message, and it is another problem."""
    message = access.one(Message, viewer, pk=pk)
    move = splitting.part(message, by=viewer)
    words = _("It is a case of its own now, at the same holder. %(number)s goes on without it.")
    return go(request, address(move.into_case), said=words % {"number": move.from_case.number})


@staff
@require_http_methods(["GET", "POST"])
def moves(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Move one message to another case."""
    case, given = find(viewer, pk), request.POST or request.GET
    made: list[Move] = []
    wrong: HouseError | None = None
    if request.method == "POST":
        wrong = tried(lambda: made.append(_refile(request, viewer)), Invalid, Conflict)
    if made:
        return go(request, address(case), said=_("The message was moved."))
    context = {"messages": _messages(case, viewer), "given": given, "wrong": wrong, "others": _others(case, viewer)}
    return show(request, "moves/refile.html", status=422 if wrong else 200, case=case, **context)


def _refile(request: HttpRequest, viewer: Viewer) -> Move:
    into = _numbered(request.POST.get("into", ""), viewer)
    message = asked.number(request.POST.get("message", ""))
    if into is None or message is None:
        raise Invalid("Choose a message and the number of a case. Nothing was moved.", "into")
    return splitting.refile(asked.one(Message, viewer, "message", pk=message), into=into, by=viewer)


@staff
@require_POST
def undoings(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take back a merge, a split or the move of a message."""
    case, move = find(viewer, pk), asked.number(request.POST.get("move", ""))
    if move is None:
        raise Invalid("Say which move is to be undone. Nothing was changed.", "move")
    made = asked.one(Move, viewer, "move", pk=move)
    undoing.undo(made, reason=request.POST.get("reason", ""), by=viewer)
    return go(request, address(case), said=_("It was undone. Every message is back where it belongs."))


@staff
@require_POST
def suggestions(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Join what was suggested, or say that it does not belong together."""
    case, given = find(viewer, pk), request.POST
    number = asked.number(given.get("suggestion", ""))
    if number is None:
        raise Invalid("Say which suggestion is meant. Nothing was changed.", "suggestion")
    suggestion = asked.one(Suggestion, viewer, "suggestion", pk=number)
    if given.get("decision") == "confirm":
        return go(request, _merge_address(case, suggestion))
    suggesting.decline(suggestion, reason=given.get("reason", ""), by=viewer)
    return go(request, address(case), said=_("They stay apart. The evidence is kept."))


def _merge_address(case: Case, suggestion: Suggestion) -> str:
    other = suggestion.other if suggestion.case_id == case.pk else suggestion.case
    return f"{reverse('inbox:merges', args=[case.pk])}?into={other.number}"


def _numbered(words: str, viewer: Viewer) -> Case | None:
    """The case with this number, or with this id, among those that the viewer sees."""
    number = asked.number(words.strip().rpartition("-")[2])
    if number is None:
        return None
    try:
        return find(viewer, number)
    except NotThere:
        return None


def _others(case: Case, viewer: Viewer) -> list[Case]:
    same = access.rows(Case, viewer).filter(contact_id=case.contact_id).exclude(pk=case.pk)
    suggested = [hint.other for hint in hints.of(case, viewer)]
    known = {each.pk for each in suggested}
    living = same.exclude(state=Case.State.MERGED).order_by("-last_at")[:20]
    return [*suggested, *(each for each in living if each.pk not in known)]


def _messages(case: Case, viewer: Viewer) -> list[Message]:
    found = access.rows(Message, viewer).filter(filing__case=case).select_related("author", "user")
    return list(found.defer("search", "html", "quoted").order_by("received_at", "pk"))
