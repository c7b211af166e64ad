"""From public to private: one code, one claim, into the same case; everything else is refused, counted and told."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection

from answerable.cases import closing, codes, deflecting, inviting
from answerable.cases.invitation_words import SENTENCES
from answerable.cases.inviting import Invited
from answerable.cases.models import Case, Filing, Invitation, Notice
from answerable.channels.sandbox import square
from answerable.channels.sandbox.server import canonical
from answerable.conversations import linking
from answerable.conversations.models import Contact, Conversation, Identity, Link, Proof
from answerable.core.errors import Conflict, Invalid, NotAllowed
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast


def post(cast: Cast, text: str, *, private: bool = False, handle: str = "pia_32", **more: object) -> Case | None:
    made = square.post(cast.square, handle=handle, name="", text=text, private=private)
    return arrive(canonical({**square.told(made), **more}), cast.square)


@pytest.fixture
def case(cast: Cast) -> Case:
    made = post(cast, "The pen leaks onto the needle.")
    assert made is not None
    return made


@pytest.fixture
def invited(cast: Cast, case: Case) -> Invited:
    return inviting.invite(case, conversation=talk(case), by=cast.ada)


def talk(case: Case) -> Conversation:
    conversation = case.filings.order_by("pk")[0].message.conversation
    assert conversation is not None
    return conversation


def bring(cast: Cast, code: str, *, sender: str = "Pia <pia@example.net>", number: int = 1) -> Case | None:
    body = letter(f"Hello, my code is {code}", subject="Private", sender=sender, message_id=f"<{number}@example.net>")
    return arrive(body, cast.mailbox)


def last(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("pk")


def test_a_private_answer_joins_the_public_case_and_binds_the_identity(
    cast: Cast, case: Case, invited: Invited
) -> None:
    assert bring(cast, invited.code) == case
    case.refresh_from_db()
    assert case.channels == ["email", "sandbox"]
    assert Filing.objects.filter(case=case, why="invited").count() == 1
    pia = Identity.objects.get(value="pia@example.net")
    assert pia.contact == case.contact
    link = Link.objects.get()
    assert (link.evidence, link.strength, link.state, link.identities) == (
        "invitation",
        "strong",
        "confirmed",
        [pia.pk],
    )
    assert Proof.objects.get().evidence == "invitation"
    assert happened(case, "invitation_made")
    assert happened(case, "invitation_claimed")
    assert Invitation.objects.get().claimed_by == pia


def test_the_invited_handle_itself_is_strong_and_needs_no_link(cast: Cast, case: Case, invited: Invited) -> None:
    assert post(cast, invited.code.lower().replace("-", " "), private=True) == case
    assert last("invitation_claimed").data["by_invited"] is True
    assert Proof.objects.get().identity == Identity.objects.get(value="pia_32")
    assert not Link.objects.exists()


def test_the_binding_can_be_taken_apart(cast: Cast, case: Case, invited: Invited) -> None:
    bring(cast, invited.code)
    linking.undo(Link.objects.get(), reason="It was somebody else.", by=cast.ada)
    assert Identity.objects.get(value="pia@example.net").contact != case.contact


def test_whoever_has_a_history_is_suggested_and_not_taken_over(cast: Cast, case: Case, invited: Invited) -> None:
    before = arrive(letter("An older thing.", sender="Pia <pia@example.net>", message_id="<0@x>"), cast.mailbox)
    assert before is not None
    assert bring(cast, invited.code) == case
    assert Link.objects.get().state == "suggested"
    assert Identity.objects.get(value="pia@example.net").contact == before.contact != case.contact


def test_a_code_works_once(cast: Cast, case: Case, invited: Invited) -> None:
    bring(cast, invited.code)
    second = bring(cast, invited.code, sender="Eve <eve@example.net>", number=2)
    assert second != case
    assert last("invitation_misused").data["because"] == "used_twice"
    assert Invitation.objects.get().misused_count == 1
    assert Notice.objects.filter(kind="invitation_misused").exists()


def test_the_one_who_used_it_may_quote_it_again(cast: Cast, case: Case, invited: Invited) -> None:
    bring(cast, invited.code)
    bring(cast, invited.code, number=2)
    assert not Event.objects.filter(kind="invitation_misused").exists()


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_an_invitation_that_ended_opens_nothing(cast: Cast, case: Case, invited: Invited, how: str) -> None:
    if how == "revoked":
        inviting.revoke(invited.invitation, by=cast.ada)
        assert happened(case, "invitation_revoked")
    else:
        Invitation.objects.update(expires_at=now() - timedelta(seconds=1))
    assert bring(cast, invited.code) != case
    assert last("invitation_misused").data["because"] == how
    assert inviting.look(invited.code) is None


def test_a_code_quoted_in_public_is_exposed_and_ended(cast: Cast, case: Case, invited: Invited) -> None:
    post(cast, f"look what they gave me: {invited.code}", handle="troll")
    assert Invitation.objects.get().revoked_at is not None
    assert last("invitation_misused").data["because"] == "exposed"
    assert bring(cast, invited.code) != case


def test_guessing_is_noted_and_ends_soon(cast: Cast, case: Case, invited: Invited) -> None:
    for number in range(inviting.TRIES):
        bring(cast, codes.make(), sender="Eve <eve@example.net>", number=number)
    assert Event.objects.filter(kind="invitation_misused", data__because="unknown").count() == inviting.TRIES
    assert bring(cast, invited.code, sender="Eve <eve@example.net>", number=99) != case
    assert Invitation.objects.get().claimed_at is None


def test_a_code_of_another_workspace_is_unknown(cast: Cast, case: Case, invited: Invited) -> None:
    Case.objects.filter(pk=case.pk).update(workspace=cast.otto.workspace_id)
    bring(cast, invited.code)
    assert last("invitation_misused").data["because"] == "unknown"


def test_a_machine_s_word_claims_nothing(cast: Cast, case: Case, invited: Invited) -> None:
    arrive(letter(f"Away. {invited.code}", Auto_Submitted="auto-replied"), cast.mailbox)
    assert Invitation.objects.get().claimed_at is None


def test_who_may_not_or_cannot_invite_is_told_why(cast: Cast, case: Case) -> None:
    mailed = arrive(letter("In private."), cast.mailbox)
    assert mailed is not None
    with pytest.raises(Invalid, match="Nobody spoke in public"):
        inviting.invite(mailed, conversation=talk(mailed), by=cast.ada)
    closing.close(case, disposition="withdrawn", by=cast.ada)
    case.refresh_from_db()
    with pytest.raises(Conflict, match="closed"):
        inviting.invite(case, conversation=talk(case), by=cast.ada)
    with pytest.raises(NotAllowed):
        inviting.invite(case, conversation=talk(case), by=type(cast.ada)(**{**vars(cast.ada), "roles": frozenset()}))


def test_an_invitation_that_was_used_cannot_be_taken_back(cast: Cast, case: Case, invited: Invited) -> None:
    bring(cast, invited.code)
    with pytest.raises(Conflict, match="used or ended"):
        inviting.revoke(invited.invitation, by=cast.ada)


def test_only_the_digest_is_kept(cast: Cast, invited: Invited) -> None:
    assert invited.code in invited.sentence
    kept = [*Invitation.objects.values_list(), *Event.objects.values_list("data")]
    assert invited.code not in str(kept)


@pytest.mark.parametrize("language", SENTENCES)
def test_the_sentence_fits_names_nothing_and_sends_nobody_away(language: str) -> None:
    for sentence in SENTENCES[language]:
        said = sentence % {"link": f"https://care.example.org/i/{codes.make()}", "code": codes.make()}
        assert len(said) <= 280
        assert not deflecting.find(said)
        assert not re.search(r"patient|customer|client|product|paciente|produto|pacjent|klient|produkt", said.lower())


def test_codes_are_understood_however_they_are_written() -> None:
    made = [codes.make() for _ in range(200)]
    assert len({codes.digest(each) for each in made}) == 200
    for code in made:
        for spelling in (code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
            assert [codes.digest(each) for each in codes.find(f"my code: {spelling}.")] == [codes.digest(code)]
    assert not codes.find("1234-5678-9012, from time into, call 0800 1234 5678, 2026-11-22")


def test_of_two_claims_at_once_one_wins(committed_cast: Cast) -> None:
    cast = committed_cast
    case = post(cast, "The pen leaks onto the needle.")
    assert case is not None
    code = inviting.invite(case, conversation=talk(case), by=cast.ada).code
    ready, people = threading.Barrier(2), ("pia", "eve")
    form = '{"key": "%s", "email": "%s@example.net", "message": "Here.", "invitation": "%s"}'
    sources = (cast.form, cast.mailbox)

    def claim(who: str, by_mail: bool) -> None:
        ready.wait()
        if by_mail:
            bring(cast, code, sender=f"{who} <{who}@example.net>")
        else:
            arrive((form % (who, who, code)).encode(), sources[0])
        connection.close()

    threads = [threading.Thread(target=claim, args=(who, who == "eve")) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Filing.objects.filter(case=case, why="invited").count() == 1
    assert Event.objects.filter(kind="invitation_claimed").count() == 1
    assert Invitation.objects.get().misused_count == 1
    assert Contact.objects.count() == 3
