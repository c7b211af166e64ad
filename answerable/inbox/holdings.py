"""Which lists about a case have anything in them: asked in one statement, because mostly most of them are empty.

It only says whether it is worth asking. The asking itself goes through the door of the list, rights and all, so a mark
that is too generous costs a statement and shows nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from answerable.cases.models import Case
from answerable.channels.contract import Can
from answerable.channels.registry import connectors
from answerable.core.access import Viewer

T = TypeVar("T")

_EACH = {
    "invitations": "cases_invitation WHERE case_id = %(case)s",
    "hints": "cases_suggestion WHERE (case_id = %(case)s OR other_id = %(case)s) AND state = 'open'",
    "moves": "cases_move WHERE from_case_id = %(case)s OR into_case_id = %(case)s",
    "parties": "cases_party WHERE case_id = %(case)s AND ended_at IS NULL",
    "links": "conversations_link WHERE kept_id = %(contact)s OR joined_id = %(contact)s",
    "others": "cases_case WHERE contact_id = %(contact)s AND id <> %(case)s",
    "found": "cases_filing JOIN triage_assessment made USING (message_id) WHERE case_id = %(case)s",
    "reasons": "conversations_relevance JOIN cases_filing ON cases_filing.message_id = conversations_relevance.message_id"
    " WHERE case_id = %(case)s",
    "fired": "triage_firing WHERE case_id = %(case)s",
    "fields": "cases_productfield WHERE workspace_id = %(workspace)s AND ended_at IS NULL",
    "incidents": "cases_filing JOIN metrics_gathered part USING (message_id) WHERE case_id = %(case)s AND part.out_at IS NULL",
    "copies": "cases_filing JOIN intake_sighting USING (message_id) JOIN intake_weighed one USING (envelope_id)"
    " JOIN intake_weighed other ON other.first_id = one.id WHERE case_id = %(case)s",
    "sounds": "cases_filing JOIN triage_toneassessment USING (message_id) WHERE case_id = %(case)s",
    "reports": "cases_filing JOIN safety_report USING (message_id) WHERE case_id = %(case)s",
    "clocks": "clocks_clock WHERE case_id = %(case)s",
    "offer": "cases_transfer WHERE case_id = %(case)s AND state = 'offered'",
    "followers": "cases_follower WHERE case_id = %(case)s AND ended_at IS NULL",
    "pushes": "cases_push WHERE case_id = %(case)s",
    "snooze": "cases_snooze WHERE case_id = %(case)s AND woke_at IS NULL",
    "allowed": "cases_remedypolicy WHERE workspace_id = %(workspace)s AND ended_at IS NULL",
    "promises": "cases_promise WHERE case_id = %(case)s",
    "remedies": "cases_remedy WHERE case_id = %(case)s",
    "askings": "cases_asking WHERE case_id = %(case)s",
    "sites": "channels_source WHERE workspace_id = %(workspace)s AND kind = ANY(%(closing)s)",
    "drafts": "replies_draft WHERE user_id = %(user)s AND (case_id = %(case)s"
    " OR case_id IN (SELECT id FROM cases_case WHERE id = replies_draft.case_id AND state = 'merged'))",
    "replies": "replies_reply WHERE case_id = %(case)s AND user_id = %(user)s",
    "notes": "cases_filing JOIN conversations_message said ON said.id = message_id"
    " WHERE case_id = %(case)s AND said.direction = 'note' AND said.user_id = %(user)s",
}
_ASKED = f"SELECT {', '.join(f'EXISTS (SELECT FROM {each})' for each in _EACH.values())}"  # noqa: S608 - our own words


class Holdings(frozenset[str]):
    """The names of the lists that have something in them."""

    def ask(self, name: str, list_: Callable[[], list[T]]) -> list[T]:
        """The list, asked for where it may have something."""
        return list_() if name in self else []


def of(case: Case, viewer: Viewer) -> Holdings:
    """What there is to ask for, for the page of this case."""
    ids = {"case": case.pk, "contact": case.contact_id, "workspace": case.workspace_id, "user": viewer.user_id}
    closing = [kind for kind, each in connectors().items() if Can.ASK_CLOSURE in each.spec.can]
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {**ids, "closing": closing})
        found = cursor.fetchone() or ()
    return Holdings(name for name, there in zip(_EACH, found, strict=True) if there)
