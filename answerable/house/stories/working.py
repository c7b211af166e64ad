"""What colleagues do in the stories, each by the verb that their button calls."""

from __future__ import annotations

from hashlib import blake2s

from answerable.cases import assigning, closing, transferring, uniting
from answerable.cases.models import Case, Transfer
from answerable.conversations import linking
from answerable.conversations.models import Contact, Conversation, Identity
from answerable.core.access import Viewer
from answerable.core.models import Team, User
from answerable.replies import answering, asking
from answerable.replies.models import Reply


def living(case: Case) -> Case:
    """The case in which this one goes on."""
    case.refresh_from_db()
    while case.merged_into is not None:
        case = case.merged_into
    return case


def taken(case: Case, *, by: Viewer) -> Case:
    """The case in the hands of this person."""
    return case if case.held_by(by) else assigning.take(case, expected=assigning.holder_mark(case), by=by)


def one_person(kept: Contact, joined: Contact, *, words: str, by: Viewer) -> None:
    """Two contacts are one person, because they said so."""
    link = linking.suggest(kept, joined, evidence=Identity.Evidence.SAID_SO, words=words, by=by)
    if link is not None:
        uniting.unite(link, by=by)


def answer(
    case: Case, text: str, audience: str, *, by: Viewer, conversation: Conversation | None = None, key: str = ""
) -> Reply:
    """An answer; its key is what is said, so that a step that is played twice answers once."""
    key = key or f"story:{case.pk}:{blake2s(text.encode(), digest_size=8).hexdigest()}"
    return answering.answer(case, text=text, audience=audience, key=key, conversation=conversation, by=by)


def offer(
    case: Case, *, context: str, by: Viewer, to_team: Team | None = None, to_user: User | None = None
) -> Transfer:
    expected = assigning.holder_mark(case)
    return transferring.offer(case, context=context, expected=expected, by=by, to_team=to_team, to_user=to_user)


def accept(case: Case, *, by: Viewer) -> Case:
    offered = Transfer.objects.select_related("case").get(case=case, state=Transfer.State.OFFERED)
    transferring.accept(offered, by=by)
    return living(case)


def close_and_ask(case: Case, *, what_solved_it: str, by: Viewer) -> None:
    closure = closing.close(case, disposition="solved", what_solved_it=what_solved_it, by=by)
    asking.ask(closure, by=by)
