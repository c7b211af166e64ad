"""Who may say something about a use that is not approved: the medical side, one to one, to the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.models import Message
from answerable.core.access import RIGHTS, Right, Viewer
from answerable.core.models import Membership
from answerable.replies import public_words
from answerable.replies.checking_public import points_only
from answerable.replies.checking_wordings import asks_for_another_use
from answerable.replies.concerns import Concern
from answerable.safety import undecided

MEDICAL_ONLY = gettext_noop(
    "A question about another use is answered by the medical side only. Transfer the case to a reviewer, say an approved wording"
    " word for word, or say that medical information will answer. If it is no such question, say so beside the message."
)
MEDICAL = [role for role, rights in RIGHTS.items() if Right.SIGN_REPORTS in rights]


def about_writer(case: Case, text: str, by: Viewer | None, *, approved: bool) -> list[Concern]:
    """Does somebody without medical qualification answer such a question in private? `by` is None where the house speaks.

    Of a workspace that sells neither medicines nor devices the law asks nothing of this sort. Once the medical side has answered, it
    is a conversation like any other, until such a question comes again.
    """
    if by is None or approved or by.may(Right.SIGN_REPORTS) or not text.strip():
        return []
    if not undecided.is_regulated(case.workspace_id) or not asks_for_another_use(case, after=_answered(case)):
        return []
    return [] if points_only(public_words.find(text)) else [Concern("medical_only", MEDICAL_ONLY, True)]


def _answered(case: Case) -> int:
    """The last message in which somebody of the medical side wrote to them in private; 0 where nobody did."""
    people = Membership.objects.filter(workspace=case.workspace_id, roles__overlap=MEDICAL).values("user_id")
    ours = Message.objects.filter(filing__case=case, direction=Message.Direction.OUT, audience=Audience.PRIVATE)
    return ours.filter(user_id__in=people).order_by("-pk").values_list("pk", flat=True).first() or 0
