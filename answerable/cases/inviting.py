"""From public to private: an invitation whose code brings a private message into the same case, once.

The code stands in a public sentence, so everybody may read it. Therefore it opens nothing to look at: who brings it adds to
the case and is shown nothing of it. The first who brings it in private is taken for the invited and bound with the evidence
`invitation`; the holder is told to make sure who it is. Whatever else is tried with a code is refused, counted and told:
used twice, expired, revoked, quoted in public, unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from answerable.cases import codes, invitation_words, redirects
from answerable.cases.automatic import speaks_for_itself
from answerable.cases.models import Case, Invitation
from answerable.cases.telling import tell
from answerable.channels.contract import Audience
from answerable.conversations import linking
from answerable.conversations.linking import living
from answerable.conversations.models import Conversation, Identity, Message, Proof
from answerable.core import journal, limits
from answerable.core.access import Actor, House, Right, Viewer
from answerable.core.errors import Conflict, Invalid
from answerable.core.moments import now

TRIES, PER = 10, timedelta(hours=1)
"""Codes that one address may bring in an hour; further ones are not even looked up."""


@dataclass(frozen=True)
class Invited:
    """What was made. The code is told here and nowhere again; `sentence` is safe to stand in public."""

    invitation: Invitation
    code: str
    link: str
    sentence: str


@dataclass(frozen=True)
class Claim:
    """A private message brought a live code: it belongs to this case."""

    case: Case
    invitation: Invitation


def invite(case: Case, *, conversation: Conversation, by: Viewer) -> Invited:
    """Invite whoever spoke in a public conversation of this case to go on in private.

    Raises `Conflict` for a case that is not open, `Invalid` for a conversation that is not a public one of this case.
    """
    by.require(Right.ANSWER)
    if not case.is_open:
        raise Conflict("The case is closed. Nobody was invited. Open it again first.")
    heard = conversation.messages.filter(filing__case=case, direction=Message.Direction.IN, audience=Audience.PUBLIC)
    newest = heard.select_related("author").order_by("-pk").first()
    if newest is None:
        raise Invalid("Nobody spoke in public here. Nobody was invited. Answer privately.", "conversation")
    code, at = codes.make(), now()
    language = invitation_words.language_of(case.language or newest.language or case.workspace.language)
    made = Invitation.objects.create(
        case=case,
        conversation=conversation,
        invited=newest.author,
        digest=codes.digest(code),
        language=language,
        user_id=by.user_id,
        at=at,
        expires_at=at + timedelta(days=settings.ANSWERABLE_INVITATION_DAYS),
    )
    _write("invitation_made", made, by=by)
    link = f"{settings.ANSWERABLE_PUBLIC_URL}/i/{code}"
    most = conversation.source.spec.max_text
    return Invited(made, code, link, invitation_words.sentence(language, link=link, code=code, most=most))


def revoke(invitation: Invitation, *, by: Viewer) -> None:
    """End an invitation that nobody has used. Raises `Conflict` for one that was used or ended already."""
    by.require(Right.ANSWER)
    ended = Invitation.objects.filter(pk=invitation.pk, claimed_at=None, revoked_at=None).update(revoked_at=now())
    invitation.refresh_from_db()
    if not ended:
        raise Conflict("The invitation was used or ended before. Nothing was changed.")
    _write("invitation_revoked", invitation, by=by)


def look(code: str) -> Invitation | None:
    """The live invitation with this code; None for every other, whatever the reason, so that a guess learns nothing."""
    live = Invitation.objects.select_related("case__workspace", "case__team")
    return live.filter(digest=codes.digest(code), claimed_at=None, revoked_at=None, expires_at__gt=now()).first()


def asked_by(messages: Iterable[Message], brought: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
    """The codes that persons bring, by the id of their message: found in the text, or `brought` beside it."""
    found = {
        each.pk: list(dict.fromkeys([*brought.get(each.pk, ()), *codes.find(f"{each.subject}\n{each.text}")]))
        for each in messages
        if speaks_for_itself(each)
    }
    return {pk: asked for pk, asked in found.items() if asked}


def people_of(asked: Iterable[Sequence[str]], *, workspace_id: int) -> set[int]:
    """The contacts whose cases these codes belong to."""
    digests = {codes.digest(code) for each in asked for code in each}
    if not digests:
        return set()
    found = Invitation.objects.filter(digest__in=digests, case__workspace=workspace_id)
    return set(found.values_list("case__contact", flat=True))


def claim(message: Message, brought: Sequence[str], *, by: Actor) -> Claim | None:
    """Use a code for the message that brings it; None when none of its codes is good. Of two at once one wins."""
    if message.audience != Audience.PRIVATE:
        _expose(message, brought, by)
        return None
    if not _may_try(message):
        return None
    for code in brought:
        found = _known(code, message)
        if found is None:
            journal.write("invitation_misused", by=by, data={"because": "unknown", "message": message.pk})
        elif _take(found, message):
            return _claimed(found, message, by)
        elif found.claimed_by_id != message.author_id:
            _misused(found, _trouble(found, message.received_at), message, by)
    return None


def _claimed(invitation: Invitation, message: Message, by: Actor) -> Claim:
    case = redirects.living(invitation.case)
    _bind(invitation, case, message, by)
    data = {"message": message.pk, "by_invited": invitation.invited_id == message.author_id}
    _write("invitation_claimed", invitation, by=by, **data)
    _tell(invitation, "invitation_claimed", by)
    return Claim(case, invitation)


def _take(invitation: Invitation, message: Message) -> bool:
    live = Invitation.objects.filter(pk=invitation.pk, claimed_at=None, revoked_at=None)
    taken = live.filter(expires_at__gt=message.received_at).update(
        claimed_at=message.received_at, claimed_by=message.author, message=message
    )
    invitation.refresh_from_db(fields=["claimed_at", "claimed_by", "revoked_at"])
    return bool(taken)


def _bind(invitation: Invitation, case: Case, message: Message, by: Actor) -> None:
    """The invited identity itself proves that it is theirs. Another one is joined to the person by rule when it is new.

    Everybody could read the code. So a contact with a history of its own is only suggested, and a person decides.
    """
    author, evidence, kept = message.author, Identity.Evidence.INVITATION, living(case.contact)
    if author is None or message.conversation is None:
        return
    if author.contact_id == kept.pk:
        Proof.objects.create(identity=author, contact=kept, evidence=evidence, message=message, at=message.received_at)
        return
    link = linking.suggest(kept, author.contact, evidence=evidence, message=message, by=by)
    if link is not None and _is_new(author, case):
        linking.confirm(link, by=House(case.workspace_id, "invitations"))
        author.refresh_from_db(fields=["contact"])
        message.conversation.refresh_from_db(fields=["contact"])


def _is_new(author: Identity, case: Case) -> bool:
    """Did this person come into being with this message? Then nothing is lost by joining."""
    alone = author.contact.identities.count() == 1
    return alone and not Case.objects.filter(contact=author.contact_id).exclude(pk=case.pk).exists()


def _expose(message: Message, brought: Sequence[str], by: Actor) -> None:
    """Who quotes a code in public claims nothing, and nobody will any more."""
    for found in filter(None, (_known(code, message) for code in brought)):
        live = Invitation.objects.filter(pk=found.pk, claimed_at=None, revoked_at=None)
        if live.update(revoked_at=message.received_at):
            _misused(found, "exposed", message, by)


def _known(code: str, message: Message) -> Invitation | None:
    known = Invitation.objects.select_related("case__contact", "case__workspace")
    return known.filter(digest=codes.digest(code), case__workspace=message.workspace_id).first()


def _may_try(message: Message) -> bool:
    try:
        limits.count(f"invitation:{message.workspace_id}:{message.author_id}", at_most=TRIES, per=PER)
    except limits.TooOften:
        return False
    return True


def _trouble(invitation: Invitation, at: datetime) -> str:
    if invitation.claimed_at is not None:
        return "used_twice"
    return "revoked" if invitation.revoked_at is not None else "expired"


def _misused(invitation: Invitation, how: str, message: Message, by: Actor) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(misused_count=F("misused_count") + 1)
    _write("invitation_misused", invitation, by=by, because=how, message=message.pk)
    _tell(invitation, "invitation_misused", by)


def _tell(invitation: Invitation, kind: str, by: Actor) -> None:
    """The holder is told, or who invited while nobody holds the case."""
    case = redirects.living(invitation.case)
    user_id = case.holder_user_id or invitation.user_id
    if user_id is not None:
        tell(user_id, kind, case=case, by=by)


def _write(kind: str, invitation: Invitation, *, by: Actor, **data: object) -> None:
    case = invitation.case
    facts = {"invitation": invitation.pk, **data}
    journal.write(kind, by=by, case_id=case.pk, team_id=case.team_id, data=facts)
