"""A safety system that is a program: each report is put under its key, looked up by it, and all of them are listed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext_noop as _

from answerable.channels.contract import Reauthorise, Refused, Setting, TryLater, Unreadable
from answerable.core.wire.calls import Answer, HttpAnswer, HttpCall
from answerable.core.wire.http import retry_after
from answerable.safety.reconciliation import Received
from answerable.safety.systems import answers
from answerable.safety.systems.values import Found, Page, Parcel, Told, Values, Way, Word, moment

SETTINGS = (
    Setting("address", "Web address of the interface", hint=_("Reports are put at this address, with /reports/ and a key behind it.")),
    Setting("key", "Access key", secret=True, hint=_("It is sent as a bearer token. The safety system gives it to you.")),
    Setting("seconds", "Wait for an answer (seconds)", kind=int, required=False, default=15, rarely=True),
)  # fmt: skip
LONGEST_WAIT = 60
TRY_LATER = frozenset({408, 425, 429, 503})
NOT_LET_IN = frozenset({401, 403})
NOT_THERE = 404
BROKE = 500


def hand_over(parcel: Parcel, values: Values) -> HttpCall:
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": parcel.key,
        "Report-Number": parcel.number,
        "Report-Version": str(parcel.version),
        "Report-Digest": f"sha256={parcel.digest}",
    }
    return _call("PUT", f"/reports/{quote(parcel.key, safe='')}", values, headers, parcel.body)


def taken(answer: Answer, parcel: Parcel) -> Told | None:
    """A server that broke may have kept it first: what became of it is looked up, never guessed."""
    status = _asked(answer).status
    if status >= BROKE and status not in TRY_LATER:
        raise Unreadable(f"The safety system broke off ({status}).")
    _judge(_asked(answer))
    return _told(_tree(_asked(answer)), parcel)


def look_up(parcel: Parcel, values: Values) -> HttpCall:
    return _call("GET", f"/reports/{quote(parcel.key, safe='')}", values)


def found(answer: Answer, parcel: Parcel) -> Found:
    asked = _asked(answer)
    if asked.status == NOT_THERE:
        return Found(there=False)
    if asked.status >= BROKE:
        raise TryLater(f"The safety system broke off ({asked.status}).")
    _judge(asked)
    return Found(there=True, told=_told(_tree(asked), parcel))


def ask_list(first: date, last: date, after: str, values: Values) -> HttpCall:
    """What they received from the first to the last day (UTC), both included."""
    asked = {"from": first.isoformat(), "to": last.isoformat(), **({"after": after} if after else {})}
    return _call("GET", f"/reports?{urlencode(asked)}", values)


def page(answer: Answer) -> Page:
    asked = _asked(answer)
    if asked.status >= BROKE:
        raise TryLater(f"The safety system broke off ({asked.status}).")
    _judge(asked)
    tree = _tree(asked)
    items = tree.get("items") if isinstance(tree, dict) else None
    if not isinstance(items, list):
        raise Unreadable("The safety system answered with no list of reports. Nothing was compared.")
    return Page([_line(each) for each in items], str(tree.get("next") or ""))


def _call(method: str, path: str, values: Values, headers: dict[str, str] | None = None, body: bytes = b"") -> HttpCall:
    return HttpCall(
        method,
        f"{str(values['address']).rstrip('/')}{path}",
        headers={"Accept": "application/json", **(headers or {})},
        secret_headers={"Authorization": f"Bearer {values['key']}"},
        body=body,
        repeatable=method == "GET",
        timeout=min(float(values.get("seconds") or 15), LONGEST_WAIT),
    )


def _asked(answer: Answer) -> HttpAnswer:
    if not isinstance(answer, HttpAnswer):
        raise Unreadable("The safety system gave no answer of the web.")
    return answer


def _judge(answer: HttpAnswer) -> None:
    """Errors carry the decision: let in anew, later, or never."""
    if answer.status in NOT_LET_IN:
        raise Reauthorise("The safety system does not accept the access key. Enter a new one in the settings.")
    if answer.status in TRY_LATER:
        raise TryLater(f"The safety system asks to wait ({answer.status}).", retry_after(answer.headers) or 60.0)
    if not 200 <= answer.status < 300:
        because = answer.body[:300].decode("utf-8", "replace").replace("\0", "").strip()
        raise Refused(f"The safety system does not take the report ({answer.status}): {because or 'no reason given'}")


def _tree(answer: HttpAnswer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The safety system answered with something else than JSON.") from error


def _told(tree: Any, parcel: Parcel) -> Told | None:
    """None while they have not acknowledged it. An answer about another report says nothing about ours."""
    told = answers.told(tree)
    if told.about not in (parcel.key, parcel.number):
        raise Unreadable("The safety system answered about another report.")
    return None if told.word is Word.UNCLEAR else told


def _line(tree: Any) -> Received:
    at = moment(tree.get("received_at")) if isinstance(tree, dict) else None
    if at is None or not tree.get("number"):
        raise Unreadable("A line of the safety system’s list lacks its number or its time. Nothing was compared.")
    return Received(str(tree["number"])[:200], str(tree.get("digest") or "")[:64].lower(), at)


WAY = Way(
    kind="api",
    label=_("A program (HTTP)"),
    hint=_(
        "Each report is put there under a key of its own, looked up by it when the answer is lost, and listed every day."
    ),
    settings=SETTINGS,
    hand_over=hand_over,
    taken=taken,
    look_up=look_up,
    found=found,
    ask_list=ask_list,
    page=page,
)
