"""What became of an answer of ours. Source: WhatsApp Cloud API "Webhooks reference: status", "Error codes"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answerable.channels.common.meta import errors
from answerable.channels.common.meta.reading import name
from answerable.channels.contract import Handle, Item, Receipt, ReceiptState
from answerable.channels.whatsapp.numbers import NAMESPACE, public

KEY = "answerable:"
STATES = {
    "sent": ReceiptState.TAKEN,
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.SEEN,
    "played": ReceiptState.SEEN,
    "failed": ReceiptState.FAILED,
}
# Only this one says that the number itself cannot be reached.
UNREACHABLE = 131026
OTHER = "It is news of a message that is none of those which we know."


def status(told: Mapping[str, Any]) -> Item | str:
    """Words where it says nothing to us. Raises what `reading.FOREIGN` lists."""
    state = STATES.get(str(told["status"]))
    if state is None:
        return OTHER
    external_id = name(told["id"])
    error: Mapping[str, Any] = next(iter(told.get("errors") or ()), {})
    code = errors.figure(error.get("code"))
    key = str(told.get("biz_opaque_callback_data") or "")
    return Receipt(
        f"{told['status']}:{external_id}"[:400],
        (external_id,),
        state,
        recipient=Handle(NAMESPACE, public(name(told["recipient_id"]))) if code == UNREACHABLE else None,
        reason=f"{errors.words(error)} ({code})" if error else "",
        key=key.removeprefix(KEY) if key.startswith(KEY) else "",
    )
