"""Answering: message, filing, outbox row and job in one transaction. Sending happens later, elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import IntegrityError, transaction
from django.db.models import Max

from answerable.cases import deflecting, filing, redirects
from answerable.cases.invitation_words import only_invites
from answerable.cases.models import Case
from answerable.channels.contract import Audience, Can, Handle, Mark
from answerable.channels.models import Source
from answerable.conversations.cleaning import clean
from answerable.conversations.identifying import identify
from answerable.conversations.models import Attachment, Conversation, Identity, Message
from answerable.conversations.recording import remember_ids
from answerable.core.access import Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now
from answerable.replies import approvals, checking, drafting, outbox, outcomes
from answerable.replies.concerns import Concern
from answerable.replies.models import Approval, DraftFile, Reply, WordingVersion
from answerable.replies.outbox import Addressing


class Blocked(Invalid):
    """The checks stop this reply. `concerns` says why; the draft is kept."""

    def __init__(self, concerns: list[Concern]) -> None:
        super().__init__(concerns[0].template, "text", **concerns[0].facts)
        self.concerns = concerns


class NeedsApproval(Invalid):
    """A rule asks another person to approve these words first (`approving.ask`)."""


MOST_PLACES = 50


def answer(
    case: Case,
    *,
    text: str,
    audience: str,
    key: str,
    by: Viewer,
    to: Sequence[str] = (),
    cc: Sequence[str] = (),
    conversation: Conversation | None = None,
    not_deflection: str = "",
    wording: WordingVersion | None = None,
    last_word: bool = False,
    disposition: str = "",
    approval: Approval | None = None,
) -> Reply:
    """Put a reply into the outbox. The same `key` again is the same reply and changes nothing.

    Without `to` it goes to the customer of the case. What sends them elsewhere is no answer, unless `not_deflection` says why;
    nor is what only invites. `wording` is the version that it says or left; a `last_word` closes a public conversation
    and, with a `disposition`, the case.
    Raises `Blocked`, `NeedsApproval` without an `approval` where a rule asks for it, `Conflict` for a key of other words.
    """
    by.require(Right.ANSWER)
    case, text = redirects.living(case), clean(text)
    if (known := _known(case, text, audience, key)) is not None:
        return known
    conversation = conversation or place(case, audience)
    addressing = address(case, conversation, to=to, cc=cc) if conversation else Addressing(())
    files = drafting.files_of(case, by=by) if approval is None else approvals.enclosed(approval)
    checked: dict[str, Any] = {"text": text, "audience": audience, "wording": wording, "last_word": last_word}
    checked |= {"files": files, "writer": by}
    ends = None if approval else disposition
    conversation = _let_through(case, conversation, addressing, checked, ends=ends, by=by)
    facts = {"key": key, "not_deflection": not_deflection, "discards": approval is None}
    return _once(case, conversation, addressing, checked, facts, by=by)


def _once(
    case: Case,
    conversation: Conversation,
    addressing: Addressing,
    said: Mapping[str, Any],
    facts: Mapping[str, Any],
    *,
    by: Viewer,
) -> Reply:
    """Of two with one key the database lets one through; the other finds it here."""
    text, audience, key = said["text"], said["audience"], facts["key"]
    words = {"text": text.strip(), "audience": audience, "wording": said["wording"]}
    try:
        with transaction.atomic():
            reply = _write(case, conversation, addressing, words, said["files"], key=key, by=by)
            _after(reply.case, reply, not_deflection=facts["not_deflection"], discards=facts["discards"], by=by)
            return reply
    except IntegrityError:
        if (known := _known(case, text, audience, key)) is not None:
            return known
        raise


def _let_through(
    case: Case,
    conversation: Conversation | None,
    addressing: Addressing,
    said: Mapping[str, Any],
    *,
    ends: str | None,
    by: Viewer,
) -> Conversation:
    """Where it goes, unless something speaks against it, or another person is to approve it first. `ends` is the disposition
    with which it ends the case, None where somebody approved it.
    """
    blocking = _blocking(case, conversation, addressing, said)
    if blocking or conversation is None:
        raise Blocked(blocking)
    if ends is not None:
        words = {name: said[name] for name in ("text", "audience", "wording")}
        _ask_four_eyes(case, words, disposition=ends, by=by)
    return conversation


def refuse(
    case: Case,
    *,
    text: str,
    audience: str,
    to: Sequence[str],
    cc: Sequence[str],
    wording: WordingVersion | None,
    last_word: bool,
    by: Viewer,
) -> None:
    """Raise `Blocked` for what speaks against this answer now; nothing is sent. A `last_word` has none of the draft's files."""
    conversation = place(case, audience)
    addressing = address(case, conversation, to=to, cc=cc) if conversation else Addressing(())
    files = () if last_word else drafting.files_of(case, by=by)
    said = {
        "text": text,
        "audience": audience,
        "wording": wording,
        "last_word": last_word,
        "files": files,
        "writer": by,
    }
    blocking = _blocking(case, conversation, addressing, said)
    if blocking or conversation is None:
        raise Blocked(blocking)


def _ask_four_eyes(case: Case, words: Mapping[str, Any], *, disposition: str, by: Viewer) -> None:
    rule = approvals.rule_for(case, **words, disposition=disposition, viewer=by)
    if rule is not None and not only_invites(words["text"]):
        raise NeedsApproval(
            "“%(rule)s” asks another person to approve this answer. Nothing was sent. Ask for approval.",
            "text",
            rule=rule.name,
        )


def _blocking(
    case: Case, conversation: Conversation | None, addressing: Addressing, said: Mapping[str, Any]
) -> list[Concern]:
    people = (*addressing.to, *addressing.cc)
    found = checking.check(case, conversation=conversation, recipients=people, **said)
    return [concern for concern in found if concern.blocks]


@dataclass(frozen=True)
class Heard:
    """A conversation in which the customer spoke, and to which audiences."""

    conversation: Conversation
    audiences: frozenset[str]


def heard(case: Case) -> Sequence[Heard]:
    """Where the customer spoke, newest first."""
    said = Message.objects.filter(filing__case=case, direction=Message.Direction.IN).values("conversation")
    latest = said.annotate(newest=Max("pk"), to=ArrayAgg("audience", distinct=True)).order_by("-newest")[:MOST_PLACES]
    spoken = {row["conversation"]: frozenset(row["to"]) for row in latest}
    known = Conversation.objects.select_related("source__workspace", "contact").in_bulk(spoken)
    return [Heard(known[pk], audiences) for pk, audiences in spoken.items()]


def place(case: Case, audience: str, *, among: Sequence[Heard] | None = None) -> Conversation | None:
    """Where to answer: the newest conversation in which the customer spoke to this audience and that takes an answer.

    Where none takes one (a form has no way back), a private conversation is opened on a source that reaches an
    identity of the customer. Else the newest conversation, so that the checks can say what is missing. `among` is what
    `heard` said, for whoever asks more than once.
    """
    newest = heard(case) if among is None else among
    able = [each for each in newest if each.conversation.source.takes(audience)]
    best = next(iter([each for each in able if audience in each.audiences] or able), None)
    if best is not None:
        return best.conversation
    return _opened(case, audience) or next((each.conversation for each in newest), None)


def _opened(case: Case, audience: str) -> Conversation | None:
    """A conversation started by us, on the source of the case's own team before those of others."""
    if audience != Audience.PRIVATE:
        return None
    sources = Source.objects.filter(workspace_id=case.workspace_id, state=Source.State.ON).select_related("workspace")
    reaching = [each for each in sources if each.can(Can.START_PRIVATE)]
    for source in sorted(reaching, key=lambda each: (each.team_id != case.team_id, each.pk)):
        person = case.contact.identities.filter(namespace=source.spec.reaches).order_by("pk").first()
        if person is not None:
            return conversation_on(case, source, person)
    return None


def conversation_on(case: Case, source: Source, person: Identity) -> Conversation:
    """The conversation of this case on this source; where there is none it begins, and whoever answers comes back here."""
    known = Conversation.objects.filter(source=source, contact=case.contact, messages__filing__case=case).first()
    if known is not None:
        return known
    started = Conversation.objects.create(
        workspace_id=case.workspace_id, source=source, contact=case.contact, subject=case.subject, started_at=now()
    )
    started.people.add(person)
    remember_ids(started, None, source.kind, filing.names_of(case))
    return started


def address(case: Case, conversation: Conversation, *, to: Sequence[str] = (), cc: Sequence[str] = ()) -> Addressing:
    """Turn addresses into identities; without `to`, the one from which the customer wrote last in this conversation."""
    chosen = tuple(_identity(value, conversation) for value in to) or _customer(case, conversation)
    return Addressing(chosen, tuple(_identity(value, conversation) for value in cc))


def _known(case: Case, text: str, audience: str, key: str) -> Reply | None:
    known = Reply.objects.select_related("message__filing").filter(workspace_id=case.workspace_id, key=key).first()
    lies_in = known.message.filing.case_id if known else None
    if known and (lies_in, known.message.text, known.message.audience) != (case.pk, text.strip(), audience):
        raise Conflict(
            "This answer went out with other words already. Nothing was sent. Load the page, or use a new key."
        )
    return known


def _write(
    case: Case,
    conversation: Conversation,
    addressing: Addressing,
    words: Mapping[str, Any],
    files: Sequence[DraftFile],
    *,
    key: str,
    by: Viewer,
) -> Reply:
    reply = outbox.put(case, conversation, addressing, key=key, by=by, **words)
    _move_files(files, reply.message)
    return reply


def _after(case: Case, reply: Reply, *, not_deflection: str, discards: bool, by: Viewer) -> None:
    deflects = deflecting.record(case, reply.message, refuted=not_deflection, by=by)
    if not deflects and Mark.INVITATION not in reply.message.marks and reply.state != Reply.State.BY_HAND:
        outcomes.answered(case, at=reply.created_at)
    if discards:
        drafting.discard(case, by=by)


def _move_files(files: Sequence[DraftFile], message: Message) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message, name=each.name, media_type=each.media_type, size=each.size, file=each.file, alt=each.alt
        )
        for each in files
    )


def _customer(case: Case, conversation: Conversation) -> tuple[Identity, ...]:
    theirs = Identity.objects.filter(contact_id=case.contact_id)
    latest = theirs.filter(messages__conversation=conversation).order_by("-messages__id").first()
    person = latest or theirs.filter(conversations=conversation).order_by("pk").first()
    return (person,) if person else ()


def _identity(value: str, conversation: Conversation) -> Identity:
    clean = value.strip().lower()
    known = Identity.objects.filter(workspace_id=conversation.workspace_id, value=clean).first()
    if known is not None:
        return known
    if "@" not in clean or any(mark in clean for mark in "\r\n,;<> "):
        raise Invalid("“%(words)s” is not an address. Nothing was sent; the draft is kept.", "to", words=clean[:80])
    said = Identity.Evidence.AGENT_SAID
    return identify(Handle(conversation.source.kind, clean), source=conversation.source, at=now(), evidence=said)
