"""Handling many cases at once: seen before it is done, done once, undone as one within a day.

Each case is asked anew when its turn comes, by the same verbs as if it were the only one. What cannot be done to one is
said at that one and stops no other. A solved problem is never closed this way: only what is no problem of a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from answerable.cases import closing, describing, routing
from answerable.cases.describing import MOST_TAGS, tag_of
from answerable.cases.models import Bulk, BulkItem, Case, Disposition
from answerable.conversations.cleaning import clean
from answerable.core import access, journal
from answerable.core.access import Right, Viewer
from answerable.core.deferring import later
from answerable.core.errors import Conflict, HouseError, Invalid, NotAllowed
from answerable.core.models import Team
from answerable.core.moments import now
from answerable.core.web.saying import said

MOST = 2000
AT_ONCE = 200
"""So many cases are done while somebody waits for the page; more are a job, in batches."""
BATCH = 100
UNDO_WITHIN = timedelta(days=1)


class Act(StrEnum):
    QUEUE = "queue"
    TAG = "tag"
    UNTAG = "untag"
    PRODUCT = "product"
    NOT_A_CASE = "not_a_case"


@dataclass(frozen=True)
class Plan:
    """What is to be done to each case. `value` is a team's id, a tag or a product."""

    act: Act
    value: str = ""

    @property
    def team_id(self) -> int:
        return int(self.value) if self.act == Act.QUEUE else 0


@dataclass(frozen=True)
class Outlook:
    """What will happen to one case: it will be done, or why not."""

    case: Case
    refusal: HouseError | None


def read(action: str, value: str, *, by: Viewer) -> Plan:
    """The plan in these words. Raises `Invalid` at "action" or "value", `NotAllowed` for who may do it to no case."""
    by.require(Right.ANSWER)
    if action not in list(Act):
        raise Invalid("Choose what to do with the cases. Nothing was changed.", "action")
    act, words = Act(action), " ".join(clean(value).split())
    if act in {Act.TAG, Act.UNTAG}:
        return Plan(act, tag_of(words))
    if act == Act.QUEUE:
        return Plan(act, str(_team(words, by).pk))
    if act == Act.NOT_A_CASE:
        by.require(Right.CLOSE)
        return Plan(act)
    if not words or len(words) > 120:
        raise Invalid("A product has a name of up to 120 characters. Nothing was changed.", "value")
    return Plan(act, words)


def preview(case_ids: Sequence[int], plan: Plan, *, by: Viewer) -> list[Outlook]:
    """What would happen to each of these cases that the viewer sees. Changes nothing. Raises `Invalid` for none or too many."""
    _few_enough(case_ids)
    cases = access.rows(Case, by).select_related("contact", "holder_user", "holder_team").filter(pk__in=case_ids)
    return [Outlook(case, _against(case, plan, by)) for case in cases.order_by("promised_at", "pk")]


def begin(seen: Mapping[int, str], plan: Plan, *, key: str, by: Viewer) -> Bulk:
    """Do it to these cases, once for a key. `seen` says of each who held it on the screen ("user:7").

    Raises `Invalid` for none or too many. Above `AT_ONCE` cases a job goes on with it.
    """
    by.require(Right.ANSWER)
    _few_enough(list(seen))
    facts = {"action": str(plan.act), "arguments": {"value": plan.value}, "at": now()}
    bulk, fresh = Bulk.objects.get_or_create(
        workspace_id=by.workspace_id, user_id=by.user_id, key=key[:150], defaults=facts
    )
    if not fresh:
        return bulk
    theirs = access.rows(Case, by).filter(pk__in=list(seen)).order_by("pk").values_list("pk", flat=True)
    BulkItem.objects.bulk_create([BulkItem(bulk=bulk, case_id=pk, seen=seen[pk][:30]) for pk in theirs])
    if len(theirs) > AT_ONCE:
        later("cases.jobs.go_on_with_many", bulk_id=bulk.pk)
        return bulk
    while go_on(bulk, by=by):
        pass
    return bulk


def go_on(bulk: Bulk, *, by: Viewer) -> bool:
    """Do the next batch. False when all are done."""
    Bulk.objects.select_for_update().get(pk=bulk.pk)
    waiting = bulk.items.select_related("case").filter(handled_at=None).order_by("case_id")[:BATCH]
    items = list(waiting)
    for item in items:
        _handle(item, plan_of(bulk), by)
    if len(items) == BATCH:
        return True
    Bulk.objects.filter(pk=bulk.pk, finished_at=None).update(finished_at=now())
    bulk.refresh_from_db()
    return False


def undo(bulk: Bulk, *, by: Viewer) -> Bulk:
    """Take it back, where a case is still as this action left it; the others are named. Again changes nothing.

    Raises `Conflict` after a day and while it is still at work.
    """
    by.require(Right.ANSWER)
    if bulk.user_id != by.user_id:
        raise NotAllowed("Only who did it takes it back. Nothing was changed.")
    if bulk.finished_at is None:
        raise Conflict("It is still at work. Nothing was taken back. Wait until it is done.")
    if bulk.undone_at is None and bulk.at + UNDO_WITHIN < now():
        raise Conflict("It is more than a day old. Nothing was taken back. Change the cases one by one.")
    if not Bulk.objects.filter(pk=bulk.pk, undone_at=None).update(undone_at=now()):
        return bulk
    bulk.refresh_from_db()
    if bulk.items.filter(refused="").count() > AT_ONCE:
        later("cases.jobs.go_on_with_undoing", bulk_id=bulk.pk)
        return bulk
    while go_on_undoing(bulk, by=by):
        pass
    return bulk


def go_on_undoing(bulk: Bulk, *, by: Viewer) -> bool:
    """Take the next batch back. False when all were looked at."""
    Bulk.objects.select_for_update().get(pk=bulk.pk)
    waiting = bulk.items.select_related("case").filter(refused="", undone=False, left="").order_by("case_id")[:BATCH]
    items = list(waiting)
    for item in items:
        _take_back(item, plan_of(bulk), by)
    if len(items) == BATCH:
        return True
    Bulk.objects.filter(pk=bulk.pk, undo_finished_at=None).update(undo_finished_at=now())
    bulk.refresh_from_db()
    return False


def plan_of(bulk: Bulk) -> Plan:
    """What it does. A question."""
    return Plan(Act(bulk.action), bulk.arguments["value"])


def _few_enough(case_ids: Sequence[int]) -> None:
    if not case_ids:
        raise Invalid("No case was chosen. Nothing was changed. Choose at least one.", "cases")
    if len(case_ids) > MOST:
        raise Invalid("At most %(most)d cases at once. Nothing was changed. Choose fewer.", "cases", most=MOST)


def _team(words: str, by: Viewer) -> Team:
    figures = words.isascii() and words.isdecimal() and len(words) <= 18
    team = access.rows(Team, by).filter(pk=int(words)).first() if figures else None
    if team is None:
        raise Invalid("Choose a team. Nothing was changed.", "value")
    return team


def _against(case: Case, plan: Plan, by: Viewer) -> HouseError | None:
    """Why this cannot be done to the case, as it is now."""
    if not case.is_open:
        return Conflict("It is not open any more.")
    if plan.act == Act.QUEUE:
        return _against_queue(case, plan.team_id, by)
    if plan.act == Act.PRODUCT and case.product == plan.value:
        return Conflict("It is about this product already.")
    return _against_tag(case, plan)


def _against_tag(case: Case, plan: Plan) -> HouseError | None:
    if plan.act == Act.TAG and plan.value in case.tags:
        return Conflict("It has this tag already.")
    if plan.act == Act.TAG and len(case.tags) >= MOST_TAGS:
        return Conflict("It has as many tags as a case can have.")
    if plan.act == Act.UNTAG and plan.value not in case.tags:
        return Conflict("It does not have this tag.")
    return None


def _against_queue(case: Case, team_id: int, by: Viewer) -> HouseError | None:
    if case.holder_team_id == team_id:
        return Conflict("It lies in this queue already.")
    if not (case.held_by(by) or by.may(Right.ASSIGN_OTHERS)):
        return NotAllowed("You do not hold it; a lead can put it there.")
    return None


def _handle(item: BulkItem, plan: Plan, by: Viewer) -> None:
    item.handled_at = now()
    try:
        with transaction.atomic():
            case = _locked(item, by)
            refusal = _against(case, plan, by)
            if refusal is not None:
                raise refusal
            item.before = DOINGS[plan.act](case, plan, item.seen, by)
            _tell("bulk_done", case, item, by)
    except HouseError as refusal:
        item.refused = said(refusal)
    item.save(update_fields=["handled_at", "before", "refused"])


def _take_back(item: BulkItem, plan: Plan, by: Viewer) -> None:
    try:
        with transaction.atomic():
            case = _locked(item, by)
            if not UNDOINGS[plan.act](case, plan, item.before, by):
                raise Conflict("It was changed since; it stays as it is now.")
            item.undone = True
            _tell("bulk_undone", case, item, by)
    except HouseError as refusal:
        item.undone, item.left = False, said(refusal)
    item.save(update_fields=["undone", "left"])


def _locked(item: BulkItem, by: Viewer) -> Case:
    """The case as it is now, if it is still one of the viewer's or this action moved it; nobody else changes it meanwhile."""
    case = Case.objects.select_for_update().get(pk=item.case_id)
    if not item.before and not access.rows(Case, by).filter(pk=case.pk).exists():
        raise Conflict("It is no longer yours to see.")
    return case


def _tell(kind: str, case: Case, item: BulkItem, by: Viewer) -> None:
    data = {"bulk": item.bulk_id, "action": item.bulk.action}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)


def _queue(case: Case, plan: Plan, seen: str, by: Viewer) -> dict[str, Any]:
    before = {"mark": seen, "team": case.team_id}
    routing.put(case, team=access.one(Team, by, pk=plan.team_id), expected=seen, by=by)
    return before


def _queue_back(case: Case, plan: Plan, before: Mapping[str, Any], by: Viewer) -> bool:
    if not case.is_open or case.holder_team_id != plan.team_id:
        return False
    routing.put_back(case, mark=before["mark"], team_id=before["team"], expected=f"team:{plan.team_id}", by=by)
    return True


def _tag(case: Case, plan: Plan, seen: str, by: Viewer) -> dict[str, Any]:
    describing.tag(case, [plan.value], by=by)
    return {"tag": plan.value}


def _untag(case: Case, plan: Plan, seen: str, by: Viewer) -> dict[str, Any]:
    describing.untag(case, [plan.value], by=by)
    return {"tag": plan.value}


def _tag_back(case: Case, plan: Plan, before: Mapping[str, Any], by: Viewer) -> bool:
    return bool(describing.untag(case, [plan.value], by=by))


def _untag_back(case: Case, plan: Plan, before: Mapping[str, Any], by: Viewer) -> bool:
    return bool(describing.tag(case, [plan.value], by=by))


def _product(case: Case, plan: Plan, seen: str, by: Viewer) -> dict[str, Any]:
    before = {"product": case.product}
    describing.set_product(case, plan.value, by=by)
    return before


def _product_back(case: Case, plan: Plan, before: Mapping[str, Any], by: Viewer) -> bool:
    return case.product == plan.value and describing.set_product(case, before["product"], by=by)


def _close(case: Case, plan: Plan, seen: str, by: Viewer) -> dict[str, Any]:
    waiting = {"since": case.waiting_since.isoformat() if case.waiting_since else None, "for": case.waiting_for}
    closure = closing.close(case, disposition=Disposition.NOT_A_CASE, by=by)
    return {"closure": closure.pk, "waiting": waiting}


def _close_back(case: Case, plan: Plan, before: Mapping[str, Any], by: Viewer) -> bool:
    """Open again at the same holder; who was waited for is waited for again."""
    if not case.closures.filter(pk=before["closure"], reopened_at=None).exists():
        return False
    closing.reopen(case, because="bulk_undone", by=by)
    waiting = before["waiting"]
    Case.objects.filter(pk=case.pk).update(waiting_since=waiting["since"], waiting_for=waiting["for"])
    return True


DOINGS: Mapping[Act, Callable[[Case, Plan, str, Viewer], dict[str, Any]]] = {
    Act.QUEUE: _queue,
    Act.TAG: _tag,
    Act.UNTAG: _untag,
    Act.PRODUCT: _product,
    Act.NOT_A_CASE: _close,
}
UNDOINGS: Mapping[Act, Callable[[Case, Plan, Mapping[str, Any], Viewer], bool]] = {
    Act.QUEUE: _queue_back,
    Act.TAG: _tag_back,
    Act.UNTAG: _untag_back,
    Act.PRODUCT: _product_back,
    Act.NOT_A_CASE: _close_back,
}
