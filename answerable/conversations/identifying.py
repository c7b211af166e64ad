"""Finding or making the identities behind handles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from answerable.channels.contract import Handle
from answerable.channels.models import Source
from answerable.conversations.models import Contact, Identity
from answerable.core import inserting

Key = tuple[str, str]


@dataclass(frozen=True)
class Met:
    """A handle that we met: when, and on what evidence it is somebody's."""

    handle: Handle
    at: datetime
    evidence: Identity.Evidence = Identity.Evidence.WROTE_FROM
    language: str = ""


def identify(
    handle: Handle,
    *,
    source: Source,
    at: datetime,
    language: str = "",
    evidence: Identity.Evidence = Identity.Evidence.WROTE_FROM,
) -> Identity:
    """The identity behind one handle."""
    return identify_all([Met(handle, at, evidence, language)], source=source)[key_of(handle)]


def identify_all(met: Sequence[Met], *, source: Source) -> Mapping[Key, Identity]:
    """The identity behind each handle; a new one gets a new contact. Two at once make one (unique constraint).

    Newcomers are written in the order of their names, so that two writers never wait for each other.
    """
    wanted = {key_of(each.handle): each for each in reversed(met)}
    known = _known(wanted, source)
    missing = [wanted[key] for key in sorted(wanted) if key not in known]
    if missing:
        _make(missing, source)
        known |= _known([key_of(each.handle) for each in missing], source)
    return known


def belongs(handle: Handle, *, contact: Contact, source: Source, at: datetime, evidence: Identity.Evidence) -> Identity:
    """The identity behind a handle; one that nobody has yet becomes this contact's. Nothing is taken from anybody."""
    namespace, value = key_of(handle)
    found, _ = Identity.objects.get_or_create(
        workspace_id=source.workspace_id,
        namespace=namespace,
        value=value,
        defaults={"contact": contact, "display": handle.display[:200], "evidence": evidence, "created_at": at},
    )
    return found


def key_of(handle: Handle) -> Key:
    """What makes a handle one within a workspace."""
    return handle.namespace, handle.value[:320]


def _known(keys: Mapping[Key, Met] | Sequence[Key], source: Source) -> dict[Key, Identity]:
    found = Identity.objects.select_related("contact").filter(
        workspace_id=source.workspace_id,
        namespace__among={namespace for namespace, _ in keys},
        value__among=[value for _, value in keys],
    )
    return {(each.namespace, each.value): each for each in found}


def _make(missing: Sequence[Met], source: Source) -> None:
    contacts = [
        Contact(
            workspace_id=source.workspace_id,
            name=(each.handle.display or each.handle.value)[:200],
            language=each.language[:10],
            created_at=each.at,
        )
        for each in missing
    ]
    inserting.insert(contacts)
    pairs = zip(missing, contacts, strict=True)
    inserting.insert((_identity(each, contact, source) for each, contact in pairs), once=True)


def _identity(met: Met, contact: Contact, source: Source) -> Identity:
    namespace, value = key_of(met.handle)
    return Identity(
        workspace_id=source.workspace_id,
        contact=contact,
        namespace=namespace,
        value=value,
        display=met.handle.display[:200],
        evidence=met.evidence,
        created_at=met.at,
    )
