"""Connecting a source, changing its settings, pausing it and switching it on again."""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from answerable.channels import entered, gaps, renewing
from answerable.channels.models import Gap, Source
from answerable.channels.registry import connector
from answerable.core import journal, secrets
from answerable.core.access import Actor, Right, Viewer
from answerable.core.errors import Invalid
from answerable.core.models import Team
from answerable.core.moments import now

HOUSE_SECRETS = ("token_key",)
LONGEST_ADDRESS = 254


def connect(
    kind: str, *, label: str, team: Team, values: Mapping[str, Any], by: Actor, silence_hours: int = 0
) -> Source:
    """Connect a source. Raises `Invalid` with the field that does not fit; nothing is kept then."""
    _allowed(by)
    spec = connector(kind).spec
    plain, hidden = entered.checked(spec.settings, values, made=HOUSE_SECRETS)
    hidden |= {name: random.token_urlsafe(32) for name in HOUSE_SECRETS if not hidden.get(name)}
    address = str(plain.pop("address", "") or "").strip().lower()
    if address and Source.objects.filter(workspace_id=by.workspace_id, kind=kind, address=address).exists():
        raise Invalid("This address is connected already. Nothing was changed. Open the source that has it.", "address")
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(f"An address has at most {LONGEST_ADDRESS} characters. Nothing was changed.", "address")
    source = Source.objects.create(
        workspace_id=by.workspace_id,
        team=team,
        kind=kind,
        label=label,
        address=address,
        slug=_slug(label),
        settings=plain,
        sealed=secrets.seal(hidden),
        silence_hours=silence_hours,
        created_at=now(),
    )
    journal.write("source_connected", by=by, source_id=source.pk, team_id=team.pk, data={"kind": kind})
    return source


@transaction.atomic
def change(
    source: Source,
    *,
    label: str,
    team: Team,
    values: Mapping[str, Any],
    by: Actor,
    silence_hours: int | None = None,
) -> None:
    """Change settings. An empty secret keeps the one that is stored, None the measure of silence.

    A source that had lost its authorisation is switched on with its new settings, and fetches what came meanwhile.
    """
    _allowed(by)
    # Under its lock: a token that is renewed in this moment must not be overwritten with the one before.
    locked = Source.objects.select_for_update().get(pk=source.pk)
    before = secrets.unseal(bytes(locked.sealed))
    kept = {name: value for name, value in before.items() if name not in renewing.KEPT}
    given = {name: value for name, value in values.items() if value not in (None, "")}
    plain, hidden = entered.checked(
        source.spec.settings,
        {**kept, **values, **{k: given[k] for k in kept if k in given}},
        kept=kept,
        made=HOUSE_SECRETS,
    )
    plain.pop("address", None)
    sealed = {**kept, **{name: value for name, value in hidden.items() if value}}
    renewed = (plain, sealed) != (locked.settings, kept)
    source.label, source.team, source.settings = label, team, plain
    source.sealed = secrets.seal(sealed)
    source.silence_hours = source.silence_hours if silence_hours is None else silence_hours
    source.save(update_fields=["label", "team", "settings", "sealed", "silence_hours"])
    journal.write("source_changed", by=by, source_id=source.pk, team_id=team.pk, data={"settings": sorted(plain)})
    if renewed and locked.unauthorised_since is not None:
        resume(source, by=by)


def pause(source: Source, *, by: Actor) -> None:
    """Stop listening and speaking here until it is switched on again. Replies wait, drafts stay."""
    if _switch(source, Source.State.PAUSED, "source_paused", by):
        gaps.begin(source, Gap.Why.PAUSE, at=now(), by=by)


def resume(source: Source, *, by: Actor) -> None:
    """Listen and speak again; what was said meanwhile is fetched from the cursor on."""
    Source.objects.filter(pk=source.pk).update(failing_since=None, trouble="", unauthorised_since=None)
    if _switch(source, Source.State.ON, "source_resumed", by):
        gaps.listen_again(source, at=now(), by=by)


def _switch(source: Source, state: Source.State, kind: str, by: Actor) -> bool:
    _allowed(by)
    switched = Source.objects.filter(pk=source.pk).exclude(state=state).update(state=state)
    if switched:
        journal.write(kind, by=by, source_id=source.pk, team_id=source.team_id)
    source.refresh_from_db()
    return bool(switched)


def _allowed(by: Actor) -> None:
    if isinstance(by, Viewer):
        by.require(Right.MANAGE_SOURCES)


def _slug(label: str) -> str:
    return f"{slugify(label)[:40] or 'source'}-{random.token_hex(4)}"
