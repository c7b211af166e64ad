"""What the page of a case says about its end: promises, remedies, deflections, and the question whether it is solved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from answerable.cases import allowances, closing_lines, endings, promises_said
from answerable.cases.allowances import Allowance
from answerable.cases.models import Asking, Case, Promise, Remedy, RemedyKind
from answerable.channels.contract import Audience
from answerable.conversations.models import Message
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.inbox.holdings import Holdings
from answerable.replies import closing_there
from answerable.replies.closing_there import Offer


@dataclass(frozen=True)
class Ends:
    """The panels beside the timeline. `allowed` is what may be given here before anybody asks for it."""

    promises: Sequence[Promise]
    remedies: Sequence[Remedy]
    allowed: Sequence[Allowance]
    kinds: Sequence[tuple[str, str]]
    asking: Asking | None
    may_decide: bool
    sites: Sequence[Offer]


def of(case: Case, viewer: Viewer, there: Holdings) -> Ends:
    """Everything about the end of this case, for this viewer."""
    allowed = there.ask("allowed", lambda: allowances.of(case)) if case.is_open else []
    known = dict(RemedyKind.choices)
    kinds = list(dict.fromkeys(each.policy.kind for each in allowed))
    return Ends(
        promises=there.ask("promises", lambda: _promises(case)),
        remedies=there.ask("remedies", lambda: _remedies(case)),
        allowed=allowed,
        kinds=[(kind, str(known[kind])) for kind in kinds],
        asking=case.askings.select_related("closure").order_by("-at").first() if "askings" in there else None,
        may_decide=viewer.may(Right.APPROVE_REMEDIES),
        sites=there.ask("sites", lambda: closing_there.offers(case)),
    )


def _promises(case: Case) -> list[Promise]:
    return list(case.promises.select_related("user", "settled_by").order_by("due_at", "pk"))


def _remedies(case: Case) -> list[Remedy]:
    return list(case.remedies.select_related("user", "decided_by", "policy").order_by("-at"))


def closing(case: Case) -> dict[str, object]:
    """What the form of closing shows: what is still promised, and the last public word where others read along."""
    heard = case.filings.filter(message__direction=Message.Direction.IN, message__audience=Audience.PUBLIC)
    return {
        "unkept": list(endings.unkept(case)),
        "closing_line": closing_lines.line(case.language) if heard.exists() else "",
    }


def day(text: str, zone: str, field: str) -> datetime:
    """The end of a day that a form names. Raises `Invalid` for what is no day."""
    try:
        return promises_said.end_of(date.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError) as error:
        raise Invalid("Choose a day. Nothing was kept.", field) from error
