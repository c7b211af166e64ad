"""What speaks against an answer because of the wording that it says, and because of what is not decided yet in its case."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop

from answerable.cases.models import Case
from answerable.channels.contract import Audience
from answerable.conversations.models import Message
from answerable.core.text.fold import fold
from answerable.replies import public_words, wordings
from answerable.replies.checking_public import points_only
from answerable.replies.concerns import Concern
from answerable.replies.kept_texts import is_word_for_word
from answerable.replies.models import Wording, WordingVersion
from answerable.safety import undecided
from answerable.triage.models import Assessment, Verdict

NOT_APPROVED = gettext_noop("%(code)s, version %(number)s is not approved. Choose another wording, or take it off.")
WITHDRAWN = gettext_noop("%(code)s, version %(number)s was withdrawn. Choose another wording, or write it yourself.")
NOT_YET = gettext_noop("%(code)s, version %(number)s is valid only from %(day)s on.")
EXPIRED = gettext_noop(
    "%(code)s, version %(number)s was valid until %(day)s. Choose another wording, or have it renewed."
)
REPLACED = gettext_noop("%(code)s has version %(newer)s now; this is version %(number)s. Take the newer one.")
ELSEWHERE = gettext_noop("%(code)s may not stand in public. Answer privately.")
PUBLIC_ONLY = gettext_noop("%(code)s is made for the public. Choose another wording for a private answer.")
OTHER_PRODUCT = gettext_noop("%(code)s is about %(product)s, and the case is about another product.")
LEFT = gettext_noop(
    "Your words left %(code)s, version %(number)s. Both are kept; the approval stands only for its own words."
)
OPEN_REVIEW = gettext_noop(
    "This is urgent, and nobody has said yet whether it is an adverse event. In public only an approved wording, a way to private or to"
    " medical information goes out before."
)
OPEN_REPORT = gettext_noop(
    "A serious report is open in this case, and nobody qualified has decided about it. In public only an approved wording, a way to"
    " private or to medical information goes out before."
)
OPEN_REVIEW_SO_FAR = gettext_noop(
    "Nobody has said yet whether this is an adverse event. Help now, and say nothing about its cause."
)
EVENTS = ("adverse_event", "threat_to_life")
OFF_LABEL = "off_label"


def about_wording(case: Case, version: WordingVersion | None, text: str, audience: str, day: date) -> list[Concern]:
    """Blocking where the version may not be said now or here; a reminder where the words left it."""
    if version is None:
        return []
    wording, concerns = version.wording, _about_time(version, day)
    facts = {"code": wording.code, "number": version.number, "product": wording.product}
    if wording.audience not in {audience, Wording.Audience.ANYWHERE}:
        sentence = ELSEWHERE if audience == Audience.PUBLIC else PUBLIC_ONLY
        concerns.append(Concern("wording_audience", sentence, True, facts=facts))
    if case.product and wording.product and fold(case.product) != fold(wording.product):
        concerns.append(Concern("wording_product", OTHER_PRODUCT, False, facts=facts))
    if text.strip() and not is_word_for_word(text, version.text):
        concerns.append(Concern("wording_left", LEFT, False, facts=facts))
    return concerns


def about_review(case: Case, text: str, audience: str, *, approved: bool) -> list[Concern]:
    """While nobody said whether there is an adverse event, an urgent one lets little be said in public; the others are told.

    The yes of a reviewer is no decision: a serious report lets as little be said until its decision is signed.
    """
    if not text.strip():
        return []
    asks, public = _asks(case, EVENTS), audience == Audience.PUBLIC
    urgent = public and asks and _asks(case, EVENTS, tier=Assessment.Tier.URGENT)
    if urgent or (public and undecided.is_grave(case)):
        well_said = approved or points_only(public_words.find(text))
        return [Concern("open_review", OPEN_REVIEW if urgent else OPEN_REPORT, not well_said)]
    return [Concern("open_review", OPEN_REVIEW_SO_FAR, False)] if asks else []


def asks_for_another_use(case: Case, *, after: int = 0) -> bool:
    """Did the detectors find a question about a use that is not approved, and nobody said that it is none?

    `after` is the message behind which to look.
    """
    return _asks(case, (OFF_LABEL,), decided=False, after=after)


def says_what_was_approved(version: WordingVersion | None, text: str, day: date) -> bool:
    """Are these the words that somebody stands for today, and nothing but them?"""
    return version is not None and version.is_in_force(day) and is_word_for_word(text, version.text)


def _about_time(version: WordingVersion, day: date) -> list[Concern]:
    facts = {"code": version.wording.code, "number": version.number}
    if version.state == WordingVersion.State.WITHDRAWN:
        return [Concern("wording_withdrawn", WITHDRAWN, True, facts=facts)]
    if version.state != WordingVersion.State.APPROVED:
        return [Concern("wording_not_approved", NOT_APPROVED, True, facts=facts)]
    if day < version.valid_from:
        return [Concern("wording_not_yet", NOT_YET, True, facts={**facts, "day": version.valid_from.isoformat()})]
    if day > version.valid_to:
        return [Concern("wording_expired", EXPIRED, True, facts={**facts, "day": version.valid_to.isoformat()})]
    newer = wordings.follower(version, day)
    return [Concern("wording_replaced", REPLACED, True, facts={**facts, "newer": newer.number})] if newer else []


def _asks(case: Case, detectors: tuple[str, ...], *, decided: bool = True, tier: str = "", after: int = 0) -> bool:
    """Is a message of the customer over in one of these detectors, and no person answered (or said no to) it?"""
    theirs = Assessment.objects.filter(message__filing__case=case, message__direction=Message.Direction.IN)
    theirs = theirs.filter(message_id__gt=after)
    theirs = theirs.filter(tier=tier) if tier else theirs
    for detector in detectors:
        standing = Verdict.objects.filter(message__filing__case=case, detector=detector, ended_at=None)
        answered = standing if decided else standing.filter(there=False)
        if theirs.filter(over__contains=[detector]).exclude(message__in=answered.values("message")).exists():
            return True
    return False
