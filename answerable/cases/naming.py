"""Naming the people on a case: who reports and who is affected may differ, as a mother and her son."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from answerable.cases import redirects
from answerable.cases.models import Case, Party
from answerable.conversations.cleaning import clean
from answerable.conversations.models import Contact
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now


@transaction.atomic
def add_party(
    case: Case,
    *,
    role: str,
    by: Viewer,
    contact: Contact | None = None,
    name: str = "",
    relation: str = "",
    minor: bool = False,
) -> Party:
    """Name a person on a case: a `contact` that we know, or by `name` somebody who never wrote to us.

    `relation` is what they are to the one who reports, in that person's words. Raises `Invalid` without a person or a
    role, `Conflict` when they stand there already.
    """
    by.require(Right.ANSWER)
    case = redirects.living(case)
    if role not in Party.Role.values:
        raise Invalid("Say whether this person reports or is affected. Nobody was added.", "role")
    person = contact or _unknown(case, clean(name).strip())
    facts = {"role": role, "relation": clean(relation).strip()[:80], "minor": minor, "user_id": by.user_id}
    try:
        with transaction.atomic():
            party = Party.objects.create(case=case, contact=person, at=now(), **facts)
    except IntegrityError:
        raise Conflict("This person stands on the case already. Nothing was changed.") from None
    _tell("party_named", party, by=by)
    return party


@transaction.atomic
def end_party(party: Party, *, by: Viewer) -> Party:
    """Take a person off a case again; that they stood there is kept. Raises `Conflict` when they were taken off before."""
    by.require(Right.ANSWER)
    at = now()
    if not Party.objects.filter(pk=party.pk, ended_at=None).update(ended_at=at):
        raise Conflict("This person was taken off the case before. Nothing was changed.")
    party.ended_at = at
    _tell("party_ended", party, by=by)
    return party


def _unknown(case: Case, name: str) -> Contact:
    if not name:
        raise Invalid("Say who it is. Nobody was added.", "name")
    return Contact.objects.create(workspace_id=case.workspace_id, name=name[:200], created_at=now())


def _tell(kind: str, party: Party, *, by: Viewer) -> None:
    data = {"party": party.pk, "role": party.role, "minor": party.minor}
    journal.write(kind, by=by, case_id=party.case_id, team_id=party.case.team_id, data=data)
