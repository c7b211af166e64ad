"""Deciding: a qualified person says what becomes of a report, and signs it.

A decision that something is no reportable event needs somebody who may judge it medically, and the reasoning is kept (21 CFR
803.20(c)(2)). A signature shows name, time and meaning, and is bound to what was signed (21 CFR Part 11, recalled).
"""

from __future__ import annotations

from answerable.cases.models import Case, Filing
from answerable.conversations.cleaning import clean
from answerable.core import journal
from answerable.core.access import Viewer
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Role, User
from answerable.core.moments import now
from answerable.safety import timing
from answerable.safety.models import Decision, Report, Version

QUALIFIED = (Role.SAFETY_OFFICER, Role.REVIEWER)


def decide(report: Report, *, expected: int, outcome: str, reason: str, password: str, by: Viewer) -> Decision:
    """Sign a decision about version `expected`.

    1. Only a safety officer or a medical reviewer, in person: a program cannot sign.
    2. The password is asked again at every signature.
    3. It binds the hash of the version; a later version needs a decision of its own.
    4. One person decides once about a version; another one may give a second opinion.

    Raises `NotAllowed`, `Invalid`, or `Conflict` when there is a newer version or this person has decided.
    """
    role = _role(by)
    words = clean(reason).strip()
    if outcome not in Decision.Outcome.values or not words:
        field = "reason" if outcome in Decision.Outcome.values else "outcome"
        raise Invalid("Choose a decision and give its reason. Nothing was signed.", field)
    user = _signer(password, by)
    case = _case(report)
    version = _version(report, expected)
    before = timing.rules_of(case, by=by)
    if version.decisions.filter(user=user).exists():
        raise Conflict("You have decided about this version already. Nothing was signed.")
    decision = Decision.objects.create(
        version=version,
        outcome=outcome,
        reason=words,
        signed_name=user.name,
        signed_role=role,
        digest=version.digest,
        user=user,
        at=now(),
    )
    _tell(decision, case, report, by)
    timing.keep(case, by=by, why=words, before=before)
    return decision


def _role(by: Viewer) -> str:
    role = next((each for each in QUALIFIED if each in by.roles), None)
    if role is None or by.scopes is not None:
        raise NotAllowed(
            "Only a safety officer or a medical reviewer decides about a report, in person. Nothing was signed. Ask one of them."
        )
    return role


def _signer(password: str, by: Viewer) -> User:
    user = User.objects.get(pk=by.user_id)
    if not user.check_password(password):
        raise NotAllowed("The password is not right. Nothing was signed. Type it again.")
    return user


def _case(report: Report) -> Case:
    """The case, locked before the report: in this order everybody takes them."""
    case_id = Filing.objects.values_list("case_id", flat=True).get(message_id=report.message_id)
    Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    return Case.objects.select_related("workspace").get(pk=case_id)


def _version(report: Report, expected: int) -> Version:
    Report.objects.select_for_update(no_key=True).get(pk=report.pk)
    version = report.versions.latest("number")
    if version.number != expected:
        raise Conflict("The report was changed meanwhile. Nothing was signed. Read the new version first.")
    return version


def _tell(decision: Decision, case: Case, report: Report, by: Viewer) -> None:
    data = {
        "report": report.pk,
        "version": decision.version.number,
        "digest": decision.digest,
        "outcome": decision.outcome,
    }
    journal.write("report_decided", by=by, case_id=case.pk, team_id=case.team_id, data=data)
