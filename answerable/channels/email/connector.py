"""The e-mail channel: its declaration, and where each of its functions is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from answerable.channels.common import mbox, oauth
from answerable.channels.contract import Item, LeftOut, Page, Raw, Reply, Unreadable, Unsupported
from answerable.channels.contract_authorising import Authorised
from answerable.channels.contract_renewing import Access
from answerable.channels.email import answers, authorising, polling, presets, reading, writing
from answerable.channels.email.mailbox import SPEC, mailbox
from answerable.channels.email.signing import message_id
from answerable.core.wire.calls import Answer, FetchMail, FindMail, HttpCall, ListMail, MailAnswer, SendMail


class Email:
    """Hears one mailbox and answers from it."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        return reading.read(raw, settings)

    def slices(self, lines: Iterable[bytes], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
        """A mail folder in one file. A mail that was fetched already is the same utterance, by its Message-ID."""
        return mbox.mails(lines)

    def ask(self, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> FetchMail:
        return polling.ask(cursor, settings)

    def page(self, answer: Answer, cursor: Mapping[str, Any], settings: Mapping[str, Any]) -> Page:
        return polling.page(answer, cursor, settings)

    def roll_call(self, day: str, settings: Mapping[str, Any]) -> ListMail:
        return polling.roll_call(day, settings)

    def present(self, answer: Answer) -> tuple[str, ...]:
        return polling.present(answer)

    def before(self, mark: str) -> Mapping[str, Any]:
        return polling.before(mark)

    def say(self, reply: Reply, settings: Mapping[str, Any]) -> SendMail:
        return writing.say(reply, settings)

    def receipt(self, answer: Answer) -> str:
        return answers.receipt(answer)

    def left_out(self, answer: Answer) -> Mapping[str, str]:
        return answers.left_out(answer)

    def own_id(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """The Message-ID of this reply: what answers to it, and reports about it, will name."""
        return message_id(reply.key, mailbox(settings))

    def look_up(self, reply: Reply, settings: Mapping[str, Any]) -> FindMail:
        """Asks the sent folder. A server that files nothing there cannot tell, and then a person decides."""
        box = mailbox(settings)
        if box.imap is None or not box.sent_folder:
            raise Unsupported("Without a folder of sent mail nobody can say whether this answer left.")
        return FindMail(box.imap, box.sent_folder, message_id(reply.key, box))

    def found(self, answer: Answer) -> str | None:
        if not isinstance(answer, MailAnswer):
            raise Unreadable("The mail server gave an answer that is not one to a search.")
        uids = [*answer.uids, *(mail.uid for mail in answer.mails)]
        return f"{answer.uid_validity}:{uids[0]}" if uids else None

    def renewal(self, settings: Mapping[str, Any]) -> HttpCall | None:
        return presets.renewal(settings)

    def authorise_at(self, redirect: str, state: str, challenge: str, settings: Mapping[str, Any]) -> str:
        return authorising.page(redirect, state, challenge, settings)

    def exchange(self, code: str, redirect: str, verifier: str, settings: Mapping[str, Any]) -> HttpCall:
        return authorising.exchange(code, redirect, verifier, settings)

    def authorised(self, answer: Answer) -> Authorised:
        return authorising.authorised(answer)

    def renewed(self, answer: Answer) -> Access:
        return oauth.access(answer)


connector = Email()
