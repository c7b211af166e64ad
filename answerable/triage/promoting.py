"""Promoting: a person takes what was learned into use, or out of it again, and signs with the own password.

The signature holds the printed name, the moment, what it means and the digest of what was signed; it stands in the journal.
"""

from __future__ import annotations

import json
from hashlib import sha256

from answerable.core import journal
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.models import User
from answerable.core.moments import now
from answerable.triage.comparing import is_better
from answerable.triage.models import Learned

LONGEST = 400


def promote(learned: Learned, *, because: str, password: str, by: Viewer) -> Learned:
    """Take it into use; what was in use before ends and is kept. What was in use once may come back.

    Raises `Conflict` for what was not better on the messages that were kept back, and for what is in use already.
    """
    reason = _asked(because, by)
    if learned.promoted_at is None and not is_better(learned.figures):
        raise Conflict("It was not better on the messages that were kept back. Nothing was changed.")
    signature = _sign(learned, "taken into use", password, by)
    at, ours = now(), Learned.objects.select_for_update().filter(workspace_id=by.workspace_id)
    if ours.filter(pk=learned.pk, promoted_at__isnull=False, ended_at=None).exists():
        raise Conflict("It is in use already. Nothing was changed.")
    ours.filter(promoted_at__isnull=False, ended_at=None).update(ended_at=at)
    kept = {
        "promoted_at": at,
        "promoted_by_id": by.user_id,
        "because": reason,
        "signature": signature,
        "ended_at": None,
    }
    ours.filter(pk=learned.pk).update(**kept)
    _tell("detectors_promoted", learned, reason, signature, by)
    learned.refresh_from_db()
    return learned


def step_back(learned: Learned, *, because: str, password: str, by: Viewer) -> None:
    """Take it out of use: the word lists alone read from now on. It is kept."""
    reason = _asked(because, by)
    signature = _sign(learned, "taken out of use", password, by)
    in_use = Learned.objects.filter(pk=learned.pk, promoted_at__isnull=False, ended_at=None)
    if not in_use.update(ended_at=now(), because=reason, signature=signature):
        raise Conflict("It is not in use. Nothing was changed.")
    _tell("detectors_stepped_back", learned, reason, signature, by)


def digest(learned: Learned) -> str:
    """Of what was learned, what was measured and on which messages: the same for the same, whoever asks."""
    whole = json.loads(json.dumps([learned.heads, learned.figures, learned.data]))
    return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _asked(because: str, by: Viewer) -> str:
    by.require(Right.MANAGE_RULES)
    reason = because.strip()[:LONGEST]
    if not reason:
        raise Invalid("Say why. Nothing was changed.", "because")
    return reason


def _sign(learned: Learned, meaning: str, password: str, by: Viewer) -> str:
    if not User.objects.get(pk=by.user_id).check_password(password):
        raise Invalid("This is not your password. Nothing was signed and nothing was changed.", "password")
    return f"{by.name}, {now().isoformat(timespec='seconds')}: {meaning}, {digest(learned)}"


def _tell(kind: str, learned: Learned, reason: str, signature: str, by: Viewer) -> None:
    data = {"learned": learned.pk, "number": learned.number, "why": reason, "signature": signature}
    journal.write(kind, by=by, data=data)
