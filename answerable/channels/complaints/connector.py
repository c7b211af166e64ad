"""A complaint site as a channel: rows of its lists, its notification mails, and answers that people post there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from answerable.channels.common import tables
from answerable.channels.common.objects import canonical
from answerable.channels.complaints import notices
from answerable.channels.contract import (
    Audience,
    Can,
    Family,
    Item,
    LeftOut,
    Proved,
    Raw,
    Reply,
    Setting,
    Spec,
    Unreadable,
    Unsupported,
)
from answerable.core.errors import Invalid

SPEC = Spec(
    kind="complaints",
    label="Complaint site",
    icon="flag",
    family=Family.COMPLAINTS,
    can=frozenset({Can.HEAR_COMMENTS, Can.ANSWER_BY_HAND}),
    settings=(
        Setting("site", "Web address of your page there", hint="Where answers are posted if a complaint has no link."),
        Setting(
            "address",
            "Address for its notification mails",
            required=False,
            hint="Let the site write to this address; the mail is delivered to this desk.",
        ),
        Setting("arrival", "How mail arrives", default="listener", choices=("listener",)),
        Setting(
            "template",
            "Template of its notification mails",
            required=False,
            default="",
            hint="The words of such a mail, with {id}, {author}, {text}, {title}, {link} in place of what changes.",
        ),
        *tables.settings_of(audience="public"),
    ),
    docs="answerable/channels/complaints/README.md",
    files=True,
    proved=Proved.SAMPLES,
)


class ComplaintSite:
    """Hears one site by lists and mails; people answer there."""

    spec = SPEC

    def read(self, raw: Raw, settings: Mapping[str, Any]) -> Sequence[Item]:
        """A row of a list, or a mail by the template. The same complaint told in both ways is one."""
        row = raw if raw.body.startswith(b'{"row":') else _told_by_mail(raw, settings)
        try:
            return [tables.said(row, settings)]
        except Invalid as error:
            raise Unreadable(error.template, **error.facts) from error

    def slices(self, lines: Iterable[bytes], settings: Mapping[str, Any]) -> Iterator[Raw | LeftOut]:
        return tables.slices(lines, settings)

    def where(self, reply: Reply, settings: Mapping[str, Any]) -> str:
        """The page of the complaint, where the list or the mail gave it; else the page of the company."""
        if reply.audience is not Audience.PUBLIC:
            raise Unsupported(
                "On this site an answer is read by everybody. Nothing was kept; write to the person by mail."
            )
        links = (each for each in reply.thread_ids if each.startswith(("https://", "http://")))
        return next(links, str(settings.get("site") or ""))


def _told_by_mail(raw: Raw, settings: Mapping[str, Any]) -> Raw:
    template = str(settings.get("template") or "")
    if not template.strip():
        raise Unreadable("This source has no template for mails. Write one in its settings, then open this again.")
    found = notices.row(raw.body, template)
    return replace(raw, body=canonical({"row": found}))


connector = ComplaintSite()
