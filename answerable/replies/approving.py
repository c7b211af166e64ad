"""Approving: an answer for which a rule asks four eyes waits until another person approved it, and then goes out as its writer's.

Every check is made twice: when it is put before the other person, and when it goes out. Each try is kept with its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from answerable.cases import redirects
from answerable.cases.models import Case, Disposition
from answerable.cases.telling import tell
from answerable.conversations.cleaning import clean
from answerable.core import journal, viewers
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.moments import now
from answerable.replies import answering, approvals, drafting, finishing
from answerable.replies.models import Approval, ApprovalRule, Draft, DraftFile, Reply, WordingVersion

LONGEST = 400
FILE = ("name", "media_type", "size", "file", "alt")


def keep_rule(
    *,
    name: str,
    by: Viewer,
    product: str = "",
    audience: str = "",
    role: str = "",
    disposition: str = "",
    also_wordings: bool = False,
) -> ApprovalRule:
    """From now on answers of this sort wait for another person. Raises `Conflict` for a second rule of its name."""
    by.require(Right.MANAGE_RULES)
    short = " ".join(clean(name).split())
    if not short or len(short) > 80:
        raise Invalid("A rule needs a name of up to 80 characters. Nothing was kept.", "name")
    if audience not in {"", "public", "private"}:
        raise Invalid("Choose an audience, or any. Nothing was kept.", "audience")
    _check_disposition(disposition, audience)
    says = {"product": " ".join(clean(product).split())[:100], "audience": audience, "role": role[:20]}
    says |= {"disposition": disposition}
    facts = {"workspace_id": by.workspace_id, "user_id": by.user_id, "at": now(), "also_wordings": also_wordings}
    try:
        with transaction.atomic():
            rule = ApprovalRule.objects.create(name=short, **says, **facts)
    except IntegrityError:
        raise Conflict("There is a rule of this name already. Nothing was kept. Choose another.") from None
    journal.write("approval_rule_made", by=by, data={"rule": rule.pk})
    return rule


def end_rule(rule: ApprovalRule, *, by: Viewer) -> None:
    """It asks no more. What waits goes on waiting. Raises `Conflict` for one that was ended already."""
    by.require(Right.MANAGE_RULES)
    if not ApprovalRule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=now()):
        raise Conflict("The rule was ended already. Nothing was changed.")
    journal.write("approval_rule_ended", by=by, data={"rule": rule.pk})


def ask(
    case: Case,
    *,
    text: str,
    audience: str,
    key: str,
    by: Viewer,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    not_deflection: str = "",
    wording: WordingVersion | None = None,
    disposition: str = "",
    ending: Mapping[str, Any] | None = None,
) -> Approval:
    """Put an answer before another person. The draft is kept in it, with its files. The same `key` again changes nothing.

    With a `disposition` it is the line that ends the case as `ending` says; the draft beside it stays. Raises `Blocked` like
    `answer`, and `Conflict` where no rule asks for it.
    """
    by.require(Right.ANSWER)
    case, words = redirects.living(case), clean(text).strip()
    known = Approval.objects.filter(workspace_id=case.workspace_id, key=key).first()
    if known is not None:
        return known
    said: dict[str, Any] = {"text": words, "audience": audience, "wording": wording}
    rule = approvals.rule_for(case, **said, disposition=disposition, viewer=by)
    if rule is None:
        raise Conflict("No rule asks another person to approve this. Nothing was kept. Send it.")
    answering.refuse(case, **said, to=to, cc=cc, last_word=bool(disposition), by=by)
    said |= {"to": list(to), "cc": list(cc), "not_deflection": not_deflection[:LONGEST]}
    said |= {"files": [] if disposition else _files(case, by), "disposition": disposition, "ending": dict(ending or {})}
    facts = {"workspace_id": case.workspace_id, "user_id": by.user_id, "at": now()}
    asked = Approval.objects.create(case=case, rule=rule, key=key, **said, **facts)
    if not disposition:
        drafting.discard(case, by=by)
    _write("approval_asked", asked, by, rule=rule.pk)
    return asked


@transaction.atomic
def approve(approval: Approval, *, by: Viewer, because: str = "") -> Reply:
    """It goes out now, as its writer's answer; a line that ends the case ends it in the same transaction. Raises `NotAllowed`
    for the writer, `Conflict` for what was decided on already, and what speaks against it by now; then it waits on.
    """
    _decide(approval, Approval.State.APPROVED, clean(because).strip()[:LONGEST], by)
    writer = viewers.of_user(approval.user, workspace_id=approval.workspace_id)
    if writer is None:
        raise Conflict("Who wrote it works here no more. Nothing was sent. Decline it, and answer yourself.")
    reply = answering.answer(
        approval.case,
        text=approval.text,
        audience=approval.audience,
        key=approval.key,
        to=approval.to,
        cc=approval.cc,
        not_deflection=approval.not_deflection,
        wording=approval.wording,
        last_word=bool(approval.disposition),
        approval=approval,
        by=writer,
    )
    ended = _end(approval, by=writer)
    Approval.objects.filter(pk=approval.pk).update(reply=reply)
    approval.refresh_from_db()
    _write("approval_given", approval, by, reply=reply.pk, **ended)
    return reply


def decline(approval: Approval, *, because: str, by: Viewer) -> Approval:
    """It does not go out. Its writer is told and has the words back as a draft, unless they wrote another since."""
    reason = clean(because).strip()
    if not reason or len(reason) > LONGEST:
        raise Invalid("Say in up to 400 characters why it is declined. Nothing was changed.", "because")
    _decide(approval, Approval.State.DECLINED, reason, by)
    _give_back(approval)
    tell(approval.user_id, "approval_declined", case=approval.case, by=by)
    _write("approval_declined", approval, by)
    return approval


def take_back(approval: Approval, *, by: Viewer) -> Approval:
    """Its writer thinks again and has the words back as a draft."""
    by.require(Right.ANSWER)
    if approval.user_id != by.user_id:
        raise NotAllowed("Only who wrote it takes it back. Nothing was changed. Decline it, with a reason.")
    waits = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING)
    if not waits.update(state=Approval.State.TAKEN_BACK, decided_at=now()):
        raise Conflict("It was decided on already. Nothing was changed. Load the page.")
    approval.refresh_from_db()
    _give_back(approval)
    _write("approval_taken_back", approval, by)
    return approval


def _decide(approval: Approval, state: str, because: str, by: Viewer) -> None:
    by.require(Right.APPROVE_WORDINGS)
    if approval.user_id == by.user_id:
        raise NotAllowed("You wrote this answer. Nothing was sent. Ask another person to decide on it.")
    waits = Approval.objects.filter(pk=approval.pk, state=Approval.State.WAITING)
    if not waits.update(state=state, approver=by.user_id, decided_at=now(), because=because):
        raise Conflict("Somebody decided on this answer before you. Nothing was changed. Load the page.")
    approval.refresh_from_db()


def _end(approval: Approval, *, by: Viewer) -> dict[str, object]:
    """End the case as the writer of its closing line asked; nothing for an answer that ends none."""
    if not approval.disposition:
        return {}
    closure, _ = finishing.finish(approval.case, disposition=approval.disposition, **approval.ending, by=by)
    return {"closure": closure.pk}


def _check_disposition(disposition: str, audience: str) -> None:
    if disposition not in {"", *Disposition.values}:
        raise Invalid("Choose how the case ends, or any answer. Nothing was kept.", "disposition")
    if disposition and audience == "private":
        raise Invalid("The line that ends a case is public. Choose public, or any. Nothing was kept.", "audience")


def _files(case: Case, by: Viewer) -> list[dict[str, object]]:
    return [{name: getattr(each, name) for name in FILE} for each in drafting.files_of(case, by=by)]


def _give_back(approval: Approval) -> None:
    writer = viewers.of_user(approval.user, workspace_id=approval.workspace_id)
    if writer is None or Draft.objects.filter(case=approval.case, user_id=writer.user_id).exists():
        return
    says = {"text": approval.text, "audience": approval.audience, "to": approval.to, "cc": approval.cc}
    reason = approval.not_deflection
    draft = drafting.save(approval.case, **says, not_deflection=reason, wording=approval.wording, by=writer)
    DraftFile.objects.bulk_create(DraftFile(draft=draft, **each) for each in approval.files)


def _write(kind: str, approval: Approval, by: Viewer, **facts: object) -> None:
    case, data = approval.case, {"approval": approval.pk, "to": f"user:{approval.user_id}", **facts}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=data)
