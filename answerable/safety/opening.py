"""Opening: a suspicion in a message becomes a report, and later words of the same case a follow-up of it; never a twin.

1. What the detectors find (adverse event, technical complaint, special situation), or a person says, opens a report of that sort.
   An adverse event with a special situation is one report.
2. Where the case has a report of that sort already, the words wait at it for a person.
3. That somebody says that it is not there changes no report: a qualified person decides.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from answerable.cases.models import Case, Filing
from answerable.conversations.models import Identity, Message
from answerable.core import journal
from answerable.core.access import Actor, House, Viewer
from answerable.core.errors import Invalid
from answerable.core.moments import now
from answerable.core.text.masking import EMAIL
from answerable.safety import extraction, found, reporting
from answerable.safety import products as known_products
from answerable.safety.found import Found
from answerable.safety.models import Desk, FollowUp, Inquiry, Report
from answerable.safety.products import Products
from answerable.safety.reports import Report as Values
from answerable.safety.reports import Reporter, Sort
from answerable.triage import assessing, judging
from answerable.triage.models import Assessment, Verdict

SORTS = tuple(str(each) for each in Sort)
HARM = frozenset({Sort.ADVERSE_EVENT, Sort.SPECIAL_SITUATION})
BY_DETECTORS = gettext_noop("The detectors found it in the message. Nobody has checked it yet.")
BY_VERDICT = gettext_noop("A person who read the message said that it is there.")
EARLIER = 20

logger = logging.getLogger(__name__)


def open_all(assessments: Iterable[Assessment], *, by: House) -> list[Report]:
    """Open what the detectors found in new messages; each is filed in a case already. Nothing where the desk wants none."""
    assessed = list(assessments)
    if not assessed or Desk.objects.filter(workspace=by.workspace_id, by_itself=False).exists():
        return []
    cases = _cases(assessed)
    reported = set(
        Report.objects.filter(message__filing__case__in=cases.values()).values_list("message__filing__case", flat=True)
    )
    opened: list[Report] = []
    for each in assessed:
        case = cases.get(each.message_id)
        suspected = [sort for sort in SORTS if sort in each.over]
        if case is not None and (suspected or case.pk in reported):
            opened += open_for(each.message, case, suspected, reason=BY_DETECTORS, by=by)
            reported.add(case.pk)
    return opened


def judge(message: Message, detector: str, *, there: bool, reason: str, by: Viewer) -> Verdict:
    """A person's verdict, and the report that a yes opens. A no leaves a report open: a qualified person decides."""
    verdict = judging.judge(message, detector, there=there, reason=reason, by=by)
    if there and detector in SORTS:
        open_for(message, _case(message), [detector], reason=BY_VERDICT, by=House(message.workspace_id, "safety"))
    return verdict


def by_hand(message: Message, sort: str, *, because: str, by: Viewer) -> Report:
    """A person opens a report of what a message says. What its words show is read; the person looks at it.

    Raises `Invalid` for no sort and no reason.
    """
    if sort not in SORTS:
        raise Invalid("Choose what is suspected. Nothing was kept.", "sort")
    read = read_words(message, _case(message))
    return reporting.open_report(message, values=values_for(message, sort, read), reason=because, by=by)


def open_for(message: Message, case: Case, suspected: Collection[str], *, reason: str, by: Actor) -> list[Report]:
    """Open the reports that a message brings, and put its words to those that the case has already."""
    known = known_products.of_workspace(case.workspace_id)
    read = read_words(message, case, known)
    reports = list(Report.objects.filter(message__filing__case=case).select_related("message").order_by("pk"))
    for report in reports:
        if report.message_id != message.pk:
            _follow_up(report, message, case, read, suspected=_is_covered(report, suspected), by=by)
    missing = [sort for sort in _merged(suspected) if not any(_covers(each, sort) for each in reports)]
    with translation.override(case.workspace.language):
        words = gettext(reason)
    return [
        reporting.open_report(message, values=values_for(message, sort, read), reason=words, by=by) for sort in missing
    ]


def read_words(message: Message, case: Case, known: Products | None = None) -> Found:
    """What the words of a message say. A text on which the reading breaks says nothing; it keeps no message from its report."""
    known = known or known_products.of_workspace(case.workspace_id)
    try:
        read = extraction.extract(
            message.text,
            text_id=str(message.pk),
            known=extraction.Known(known.names, known.written, known.devices, _earlier(message, case)),
        )
    except assessing.MISTAKES:
        logger.exception("Nothing could be read for a report in message %s.", message.pk)
        return Found()
    return read


def values_for(message: Message, sort: str, read: Found) -> Values:
    """A first report of what a message says, in the words of whoever wrote it."""
    desk = Desk.objects.filter(workspace=message.workspace_id).first()
    bare = Values(
        number="",
        sort=Sort(sort),
        received_at=message.received_at,
        latest_at=message.received_at,
        country=desk.country if desk else "",
        narrative=message.text if read.language == "eng" else "",
        told=message.text,
        told_language=read.language,
        reporters=tuple(_reporters(message, read)),
    )
    values = found.merged(bare, read)
    patient = replace(values.patient, initials=values.patient.initials or _initials(values.reporters, read))
    values = replace(values, patient=patient)
    return values if sort != Sort.TECHNICAL_COMPLAINT else replace(values, reactions=(), situations=())


def _initials(reporters: Sequence[Reporter], read: Found) -> str:
    """Who tells of themselves by name is a patient with initials."""
    name = next((f"{each.given_name} {each.family_name}" for each in reporters), "")
    return " ".join(f"{part[0].upper()}." for part in name.split()) if read.own else ""


def _reporters(message: Message, read: Found) -> Iterable[Reporter]:
    who = message.author
    if who is None:
        return
    given, _, family = _name(who).partition(" ")
    mail, telephone = bool(EMAIL.fullmatch(who.value)), who.value.lstrip("+").isdecimal()
    yield Reporter(
        qualification=read.qualification,
        given_name=given,
        family_name=family,
        email=who.value if mail else "",
        telephone=who.value if telephone else "",
        handle="" if mail or telephone else str(who),
    )


def _name(who: Identity) -> str:
    """The name that somebody signs a letter with, or that was written down on the telephone; on a network it is none."""
    name, telephone = who.display.strip(), who.value.lstrip("+").isdecimal()
    if telephone:
        return "" if name.lstrip("+").replace(" ", "").isdecimal() else name
    return name if EMAIL.fullmatch(who.value) and "@" not in name else ""


def _earlier(message: Message, case: Case) -> list[tuple[str, str]]:
    """The words before: they say of which product is spoken. The subject of the message itself comes first."""
    rows = Message.objects.filter(
        filing__case=case, direction=Message.Direction.IN, received_at__lte=message.received_at
    )
    before = rows.exclude(pk=message.pk).order_by("-received_at", "-pk").values_list("pk", "text", "subject")[:EARLIER]
    texts = [("", message.subject)]
    for pk, text, subject in before:
        texts += [(str(pk), text), ("", subject)]
    return [(text_id, text) for text_id, text in texts if text]


def _merged(suspected: Collection[str]) -> list[str]:
    """An adverse event and a special situation of one message are one report."""
    special = Sort.SPECIAL_SITUATION
    return [each for each in SORTS if each in suspected and (each != special or Sort.ADVERSE_EVENT not in suspected)]


def _covers(report: Report, sort: str) -> bool:
    return report.sort == sort or {report.sort, sort} <= HARM


def _is_covered(report: Report, suspected: Collection[str]) -> bool:
    return any(_covers(report, sort) for sort in suspected)


def _follow_up(report: Report, message: Message, case: Case, read: Found, *, suspected: bool, by: Actor) -> None:
    """Words that say more, that answer a question, or that are suspicious themselves wait at the report for a person."""
    values = reporting.values_of(report.versions.latest("number"))
    asked = report.inquiries.filter(outcome=Inquiry.Outcome.WAITING, asked_at__lte=message.received_at).exists()
    if not (suspected or asked or found.merged(values, read) != values):
        return
    facts = {"found": found.dump(read), "at": now()}
    row, made = FollowUp.objects.get_or_create(report=report, message=message, defaults=facts)
    if made:
        data = {"report": report.pk, "follow_up": row.pk, "message": message.pk}
        journal.write("report_followed_up", by=by, case_id=case.pk, team_id=case.team_id, data=data)
        reporting.hold(case, [message], by=by)


def _case(message: Message) -> Case:
    return Filing.objects.select_related("case__workspace").get(message=message).case


def _cases(assessed: Sequence[Assessment]) -> dict[int, Case]:
    filings = Filing.objects.filter(message__in=[each.message_id for each in assessed])
    return {each.message_id: each.case for each in filings.select_related("case__workspace")}
