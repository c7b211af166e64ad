"""What the composer of a case shows: the draft, who would receive it, and what speaks against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from answerable.cases.invitation_words import only_invites
from answerable.cases.models import Case
from answerable.channels.contract import Audience, Can, Measured
from answerable.conversations.attaching import SHOWN
from answerable.conversations.models import Conversation, Message
from answerable.core import access
from answerable.core.access import Right, Viewer
from answerable.core.errors import Invalid
from answerable.inbox import asked, holdings, offers
from answerable.inbox.holdings import Holdings
from answerable.inbox.offers import Offer
from answerable.replies import answering, approvals, checking, drafting, length, network_texts, wordings
from answerable.replies.concerns import Concern
from answerable.replies.models import Approval, Draft, DraftFile, NetworkText, Reply, Wording, WordingVersion

REMEMBERED = 5
TRIES = 5
SHOWN_TRIES = frozenset({Approval.State.WAITING, Approval.State.DECLINED})
CLOSED = frozenset({"window", "open_place"})


@dataclass(frozen=True)
class Composer:
    """One form. `key` makes a double click one reply; `sent` are the keys that arrived, so that a browser forgets them."""

    key: str
    text: str
    audience: str
    audiences: Sequence[str]
    to: Sequence[str]
    cc: Sequence[str]
    files: Sequence[DraftFile]
    concerns: Sequence[Concern]
    saved_at: datetime | None
    sent: Sequence[str]
    channel: str
    by_address: bool
    offers: Sequence[Offer]
    not_deflection: str
    measured: Measured | None = None
    approved: Sequence[NetworkText] = ()
    wording: WordingVersion | None = None
    four_eyes: str = ""
    tries: Sequence[Approval] = ()

    @property
    def pictures(self) -> Sequence[DraftFile]:
        return [file for file in self.files if file.media_type in SHOWN]


def of(
    case: Case, viewer: Viewer, *, given: Mapping[str, str] | None = None, there: Holdings | None = None
) -> Composer:
    """The composer as the server knows it, or with what was just `given` and could not be sent."""
    there = holdings.of(case, viewer) if there is None else there
    draft = drafting.of(case, by=viewer) if "drafts" in there else None
    place_for = cache(partial(answering.place, case, among=answering.heard(case)))
    audiences = _audiences(place_for, viewer)
    words = given or _kept(draft)
    audience = words.get("audience", "")
    audience = audience if audience in audiences else _usual(case, audiences)
    place = place_for(Audience(audience))
    text, to, cc = words.get("text", ""), split(words.get("to", "")), split(words.get("cc", ""))
    measured = _measured(case, place, text, audience)
    enclosed = sorted(draft.files.all(), key=lambda each: each.pk) if draft else []
    version = wording_of(words.get("wording", ""), viewer)
    said = {"text": text, "audience": audience, "files": enclosed, "wording": version, "writer": viewer}
    concerns, to = _concerns(case, place, said, to=to, cc=cc)
    tries = list(approvals.of_case(case, viewer)[:TRIES])
    return Composer(
        key=words.get("key") or uuid4().hex,
        text=text,
        audience=audience,
        audiences=audiences,
        to=to,
        cc=cc,
        files=enclosed,
        concerns=concerns,
        saved_at=draft.saved_at if draft else None,
        sent=sent(case, viewer) if there & {"replies", "notes"} else [],
        channel=_(place.source.spec.label) if place else "",
        by_address=bool(place and place.source.can(Can.START_PRIVATE)),
        offers=offers.of(words, viewer) if audience != Audience.INTERNAL else (),
        not_deflection=words.get("not_deflection", ""),
        measured=measured,
        approved=_approved(case, place, concerns),
        wording=version if audience != Audience.INTERNAL else None,
        four_eyes=_four_eyes(case, said, viewer),
        tries=[each for each in tries if each.state in SHOWN_TRIES],
    )


def with_words(case: Case, viewer: Viewer, text: str) -> Composer:
    """The composer with these words below what was drafted. Nothing is kept until somebody writes."""
    kept = _kept(drafting.of(case, by=viewer))
    return of(case, viewer, given={**kept, "text": "\n\n".join(each for each in (kept.get("text", ""), text) if each)})


def with_wording(case: Case, viewer: Viewer, version: WordingVersion) -> Composer:
    """The composer with the words of a wording, filled, in place of what was drafted from another; the draft itself stays kept."""
    kept = _kept(drafting.of(case, by=viewer))
    text = wordings.filled(version, case, by=viewer)
    audience = {} if version.wording.audience == Wording.Audience.ANYWHERE else {"audience": version.wording.audience}
    return of(case, viewer, given={**kept, "text": text, "wording": str(version.pk), **audience})


def wording_of(key: str, viewer: Viewer) -> WordingVersion | None:
    """The version of a wording that a form names, if it is of this workspace."""
    pk = asked.number(key)
    found = access.rows(WordingVersion, viewer).select_related("wording")
    return found.filter(pk=pk).first() if pk is not None else None


def with_approved(case: Case, viewer: Viewer, text: str) -> Composer:
    """The composer with these words and no others: a network takes nothing beside them. Nothing is kept until somebody writes."""
    kept = _kept(drafting.of(case, by=viewer))
    return of(case, viewer, given={**kept, "text": text, "audience": Audience.PRIVATE})


def split(addresses: str) -> list[str]:
    """The addresses of one field, parted by commas or semicolons."""
    return [each.strip() for each in addresses.replace(";", ",").split(",") if each.strip()]


def sent(case: Case, viewer: Viewer) -> list[str]:
    """The keys of the viewer's newest answers and notes in a case."""
    replies = access.rows(Reply, viewer).filter(case=case, user_id=viewer.user_id).order_by("-pk")
    notes = access.rows(Message, viewer).filter(
        filing__case=case, user_id=viewer.user_id, direction=Message.Direction.NOTE
    )
    kept = [once.rsplit(":", 1)[-1] for once in notes.order_by("-pk").values_list("once", flat=True)[:REMEMBERED]]
    waits = access.rows(Approval, viewer).filter(case=case, user_id=viewer.user_id).order_by("-pk")
    asked_for = waits.values_list("key", flat=True)[:REMEMBERED]
    return [*replies.values_list("key", flat=True)[:REMEMBERED], *asked_for, *kept]


def _kept(draft: Draft | None) -> Mapping[str, str]:
    if draft is None:
        return {}
    people = {"to": ", ".join(draft.to), "cc": ", ".join(draft.cc)}
    says = {"text": draft.text, "audience": draft.audience, "not_deflection": draft.not_deflection}
    return {**says, "wording": str(draft.wording_id or ""), **people}


def _four_eyes(case: Case, said: Mapping[str, Any], viewer: Viewer) -> str:
    """The name of the rule that asks another person to approve these words; empty where they go out at once."""
    if said["audience"] == Audience.INTERNAL or not said["text"].strip() or only_invites(said["text"]):
        return ""
    words = {name: said[name] for name in ("text", "audience", "wording")}
    rule = approvals.rule_for(case, **words, viewer=viewer)
    return rule.name if rule else ""


def _audiences(place_for: Callable[[Audience], Conversation | None], viewer: Viewer) -> list[str]:
    """Public first, as the mock draws it; a note is always possible."""
    place = place_for(Audience.PRIVATE) if viewer.may(Right.ANSWER) else None
    public = place_for(Audience.PUBLIC) if viewer.may(Right.ANSWER) else None
    found = [Audience.PUBLIC.value] if public and public.source.takes(Audience.PUBLIC) else []
    found += [Audience.PRIVATE.value] if place and place.source.takes(Audience.PRIVATE) else []
    return [*found, Audience.INTERNAL.value]


def _usual(case: Case, audiences: Sequence[str]) -> str:
    """Answer where they spoke; never in public by habit when they spoke in private."""
    spoke = case.last_audience if case.last_audience != Audience.INTERNAL else Audience.PRIVATE
    return spoke if spoke in audiences else audiences[-2] if len(audiences) > 1 else audiences[0]


def _approved(case: Case, place: Conversation | None, concerns: Sequence[Concern]) -> Sequence[NetworkText]:
    """Only where the network takes nothing else now."""
    closed = any(concern.code in CLOSED for concern in concerns)
    return network_texts.offered(place, case.language) if place is not None and closed else ()


def _measured(case: Case, place: Conversation | None, text: str, audience: str) -> Measured | None:
    """Only where the channel has a bound or shows an answer otherwise than it was written."""
    if audience == Audience.INTERNAL or place is None or not text.strip():
        return None
    found = length.of(place.source, text, audience, answering.address(case, place).to)
    return found if found.most is not None or found.shown != text else None


def concerns_about(approval: Approval) -> list[Concern]:
    """What speaks against an answer that waits for another person, as it stands now."""
    return checking.check(
        approval.case,
        text=approval.text,
        audience=approval.audience,
        conversation=answering.place(approval.case, approval.audience),
        files=approvals.enclosed(approval),
        wording=approval.wording,
        last_word=bool(approval.disposition),
    )


def _concerns(
    case: Case,
    place: Conversation | None,
    said: Mapping[str, Any],
    *,
    to: list[str],
    cc: list[str],
) -> tuple[list[Concern], list[str]]:
    if said["audience"] == Audience.INTERNAL or place is None:
        return [], to
    try:
        addressing = answering.address(case, place, to=to, cc=cc)
    except Invalid as error:
        return [Concern("address", error.template, True, facts=error.facts)], to
    people = (*addressing.to, *addressing.cc)
    found = checking.check(case, conversation=place, recipients=people, **said)
    shown = [concern for concern in found if concern.code != "empty"]
    return shown, to or [person.value for person in addressing.to]
