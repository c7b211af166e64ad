"""On what basis we know who is behind a handle: put on file by a person, ended by a person, and asked by streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from answerable.conversations.cleaning import clean
from answerable.conversations.identifying import Key
from answerable.conversations.models import Basis, Identity
from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now


def put_on_file(identity: Identity, *, sort: str, words: str, by: Viewer) -> Basis:
    """Say on what ground we know this person. The words must let somebody else check it: which contract, said when."""
    by.require(Right.ANSWER)
    words = clean(words).strip()[:400]
    if sort not in Basis.Sort.values:
        raise Invalid("Choose on what ground this person is known. Nothing was kept.", "sort")
    if not words:
        raise Invalid("Say how somebody else can check it, for instance which contract. Nothing was kept.", "words")
    kept = {"workspace_id": identity.workspace_id, "identity": identity, "sort": Basis.Sort(sort), "words": words}
    basis = Basis.objects.create(**kept, user_id=by.user_id, at=now())
    _tell("basis_kept", basis, by=by)
    return basis


def end(basis: Basis, *, by: Viewer) -> None:
    """From now on this person is not listened for. What was kept on this ground before stays, and still names it."""
    by.require(Right.ANSWER)
    standing = Basis.objects.filter(pk=basis.pk, ended_at=None)
    if not standing.update(ended_at=now(), ended_by_id=by.user_id):
        raise Conflict("This basis had ended before. Nothing was changed.")
    _tell("basis_ended", basis, by=by)


def are_any(workspace_id: int) -> bool:
    """Is anybody known on a basis?"""
    return Basis.objects.filter(workspace_id=workspace_id, ended_at=None).exists()


def bases(keys: Iterable[Key], *, workspace_id: int) -> Mapping[Key, int]:
    """The oldest standing basis on which the person behind a handle is known, by handle. Nobody else is in it."""
    wanted = set(keys)
    people = Identity.objects.filter(
        workspace_id=workspace_id,
        namespace__in={namespace for namespace, _ in wanted},
        value__in={value for _, value in wanted},
        contact__identities__bases__ended_at=None,
        contact__identities__bases__isnull=False,
    )
    found: dict[Key, int] = {}
    for namespace, value, basis in people.order_by("-contact__identities__bases").values_list(
        "namespace", "value", "contact__identities__bases"
    ):
        found[namespace, value] = basis
    return {key: basis for key, basis in found.items() if key in wanted}


def _tell(kind: str, basis: Basis, *, by: Viewer) -> None:
    """The journal keeps who and when; the words stay where they may be corrected."""
    facts = {"basis": basis.pk, "contact": basis.identity.contact_id, "sort": basis.sort}
    journal.write(kind, by=by, data=facts)
