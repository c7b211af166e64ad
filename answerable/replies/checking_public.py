"""What may not be said before everybody: that somebody is a patient or customer, how they are, what is for medical staff to say.

The words are found by lists (`public_words`, and the lexicons of the detectors), so this finds what is usual and not everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from answerable.cases.automatic import UNSAID
from answerable.cases.invitation_words import only_invites
from answerable.cases.models import Case, Deflection, ProductField, RemedyPolicy
from answerable.channels.contract import Audience, Mark
from answerable.conversations.models import Conversation, Message
from answerable.core.text.fold import fold
from answerable.replies import public_words
from answerable.replies.concerns import Concern
from answerable.replies.models import Reply, Wording
from answerable.replies.public_words import Found
from answerable.triage.detecting.findings import Status
from answerable.triage.detecting.reading import look

CONFIRMS = gettext_noop(
    "This tells everybody that the person is a patient or customer. Say it privately, or leave it out."
)
HEALTH = gettext_noop(
    "This tells everybody something about the health of the person that they did not say here. Say it privately."
)
ASKS = gettext_noop("Health details are not asked for in public. Invite the person to go on in private.")
OFF_LABEL = gettext_noop(
    "A question about another use is not answered in public. Only point to medical information, or invite to private. If it is"
    " no such question, say so beside the message."
)
SECOND = gettext_noop(
    "This person has one public answer already. The next one goes private: invite them, and everybody sees where it goes on."
)
HEALTH_SORTS = frozenset({"symptom", "serious", "pregnancy"})
READ_BACK, STEM, MOST_SHOWN, MOST_NAMES = 20, 5, 5, 500


def about_public(
    case: Case, text: str, conversation: Conversation | None, *, off_label: bool, last_word: bool
) -> list[Concern]:
    """All that speaks against these words in public. `off_label`: the case asks for another use, and nobody approved these
    words. `last_word` closes a conversation, for those who watched.
    """
    if only_invites(text) or not text.strip():
        return []
    products = _products(case)
    found, stated = public_words.find(text, products), _stated(case)
    concerns = [*_confirming(found, stated, products), *_of_health(text, found, stated)]
    concerns += _concern("asks_health", ASKS, [each.words for each in found if each.sort == "asks"])
    if off_label and not points_only(found):
        concerns.append(Concern("off_label", OFF_LABEL, True))
    if conversation is not None and not last_word and _has_answer(case, conversation):
        concerns.append(Concern("second_public", SECOND, True))
    return concerns


def points_only(found: Iterable[Found]) -> bool:
    """Do the words lead to where it is answered, and say nothing about a use themselves?"""
    sorts = {each.sort for each in found}
    return "pointer" in sorts and "use" not in sorts


def _stated(case: Case) -> Sequence[str]:
    theirs = Message.objects.filter(filing__case=case, direction=Message.Direction.IN, audience=Audience.PUBLIC)
    return list(theirs.order_by("-pk").values_list("text", flat=True)[:READ_BACK])


def _products(case: Case) -> set[str]:
    """The names of our products, as far as wordings, fields and remedies know them; one statement."""
    ours = {"workspace": case.workspace_id}
    worded = Wording.objects.filter(**ours).values_list("product", flat=True)
    fields = ProductField.objects.filter(**ours, ended_at=None).values_list("product", flat=True)
    remedies = RemedyPolicy.objects.filter(**ours, ended_at=None).values_list("product", flat=True)
    return set(worded.order_by().union(fields.order_by(), remedies.order_by())[:MOST_NAMES]) - {""}


def _confirming(found: Sequence[Found], stated: Sequence[str], products: Collection[str]) -> list[Concern]:
    """That they are a customer; and what they have, unless they said so: of a product of ours they have to have said its name."""
    theirs = fold(" ".join(stated))
    unsaid = [each for each in public_words.product_words(products) if each not in theirs]
    words = [each.words for each in found if each.sort == "confirms"]
    for each in found:
        named = any(name in fold(each.words) for name in unsaid)
        words += [each.words] if each.sort == "uses" and (named or _stem(each.words) not in theirs) else []
    return _concern("confirms_customer", CONFIRMS, words)


def _of_health(text: str, found: Sequence[Found], stated: Sequence[str]) -> list[Concern]:
    """What is said of their health, in a sentence about them, beyond their own words."""
    theirs, known = fold(" ".join(stated)), {each.entry for said in stated for each in look(said).found}
    words = [
        each.words
        for each in found
        if each.sort == "condition" and public_words.is_about_you(text, each.start, each.end)
        if _stem(each.words) not in theirs
    ]
    words += list(_symptoms(text, known)) if not words else []
    return _concern("health_in_public", HEALTH, words)


def _symptoms(text: str, known: set[str]) -> Iterator[str]:
    for each in look(text).found:
        there = each.sort in HEALTH_SORTS and each.status == Status.PRESENT and each.entry not in known
        if there and public_words.is_about_you(text, each.start, each.end):
            yield each.words


def _has_answer(case: Case, conversation: Conversation) -> bool:
    """Did the person get a public answer that stands? An invitation is none, nor is what sent them elsewhere; and some sites
    keep one answer, which is replaced.
    """
    if conversation.source.spec.one_answer:
        return False
    same = Q(case=case) | Q(conversation=conversation, case__contact=case.contact_id)
    said = Reply.objects.filter(same, message__audience=Audience.PUBLIC, automatic=False)
    standing = said.exclude(state__in=UNSAID).exclude(taking_back__done_at__isnull=False)
    elsewhere = Deflection.objects.filter(message=OuterRef("message"), refuted="")
    return standing.exclude(message__marks__contains=[Mark.INVITATION]).exclude(Exists(elsewhere)).exists()


def _stem(words: str) -> str:
    return fold(words).split()[-1][:STEM]


def _concern(code: str, sentence: str, words: Iterable[str]) -> list[Concern]:
    shown = list(dict.fromkeys(words))[:MOST_SHOWN]
    return [Concern(code, sentence, True, " … ".join(shown))] if shown else []
