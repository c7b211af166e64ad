"""A suspicion in a message becomes a report with its words; later words of the case wait at it, and never make a twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from answerable.cases.models import Case, Filing
from answerable.clocks.models import Clock
from answerable.conversations import withdrawing
from answerable.conversations.models import Message
from answerable.core.access import House, Viewer
from answerable.core.models import Event
from answerable.core.moments import now
from answerable.safety import following, opening, queries, reporting
from answerable.safety.models import Desk, FollowUp, RegulatedProduct, Report
from answerable.safety.reports import Minimum, Seriousness, Sex, Span, Status
from answerable.safety.reports import Report as Values
from answerable.testing.arriving import arrive, happened, letter
from answerable.testing.cast import Cast, join, make_user

SICK = "After the second dose of Velorin my mother got a rash and was taken to hospital. She is 72 years old."
MILD = "Since I started Velorin I have a headache. I am 40 years old."
BROKEN = "The Glimo is broken, it does not switch on. Lot L-17A."


@pytest.fixture
def products(cast: Cast) -> None:
    """Velorin is a medicine and Glimo a device, both sold in the EU, in the USA and in Brazil; reports come in in Poland."""
    Desk.objects.create(workspace=cast.workspace, country="PL", at=now())
    for name, kind in (("Velorin", "medicine"), ("Glimo", "device")):
        RegulatedProduct.objects.create(
            workspace=cast.workspace, name=name, kind=kind, countries=["PL", "PT", "US", "BR"], at=now()
        )


@pytest.fixture
def officer(cast: Cast) -> Viewer:
    return join(cast.workspace, make_user("Olga"), ["safety_officer"], [cast.front_line])


def told(text: str, cast: Cast, *, again: str = "") -> Case:
    more = {"message_id": f"<{again}@example.net>", "In_Reply_To": "<one@example.net>"} if again else {}
    found = arrive(letter(text, subject="A question", **more), cast.mailbox)
    assert found is not None
    return found


def values(report: Report) -> Values:
    return reporting.values_of(report.versions.latest("number"))


def rules(case: Case) -> set[tuple[str, str]]:
    return set(Clock.objects.filter(case=case, sort="legal", stopped_at=None).values_list("rule", "start_field"))


@pytest.mark.usefixtures("products")
def test_a_suspicion_becomes_a_report_with_the_words_that_show_it(cast: Cast) -> None:
    case = told(SICK, cast)
    report = Report.objects.get()
    assert (report.sort, report.part, report.user, report.number) == (
        "adverse_event",
        "intake",
        None,
        "PL-GLIMO-000001",
    )
    assert report.received_at == report.message.received_at
    found = values(report)
    assert [(each.words, each.seriousness) for each in found.reactions] == [("rash", (Seriousness.HOSPITAL,))]
    assert (found.patient.sex, found.patient.age, found.products[0].name) == (Sex.FEMALE, "72", "Velorin")
    assert found.reporters[0].email == "barbara@example.net"
    assert {each.status for each in found.criteria.values()} == {Status.PRESENT}
    assert happened(case, "report_opened")
    assert happened(case, "awareness_noted")


@pytest.mark.usefixtures("products")
def test_the_clocks_of_a_serious_case_run_from_the_message_on(cast: Cast) -> None:
    case = told(SICK, cast)
    assert rules(case) == {
        ("company.to_safety", "captured_at"),
        ("eu.gvp6.serious", "criteria_met_at"),
        ("us.314.80.serious_unexpected", "criteria_met_at"),
    }
    clock = Clock.objects.get(case=case, rule="eu.gvp6.serious")
    assert (clock.strict_day - Report.objects.get().received_at.date()).days == 15
    assert clock.part == "safety"
    assert clock.why == "The report is valid and serious, and the medicine is sold in the EU."


@pytest.mark.usefixtures("products")
def test_a_case_that_is_not_serious_has_ninety_days(cast: Cast) -> None:
    case = told(MILD, cast)
    assert rules(case) == {("company.to_safety", "captured_at"), ("eu.gvp6.non_serious", "criteria_met_at")}
    assert values(Report.objects.get()).patient.initials == "B."


@pytest.mark.usefixtures("products")
def test_a_technical_complaint_is_a_report_of_its_own(cast: Cast) -> None:
    case = told(BROKEN, cast)
    report = Report.objects.get()
    found = values(report)
    assert (report.sort, found.products[0].lot, found.reactions) == ("technical_complaint", "L-17A", ())
    assert found.criteria[Minimum.REACTION].status is Status.PRESENT
    assert rules(case) == {("company.to_safety", "captured_at"), ("us.803.50", "captured_at")}


@pytest.mark.usefixtures("products")
def test_one_message_may_bring_an_event_and_a_complaint(cast: Cast) -> None:
    told(f"{SICK} {BROKEN}", cast)
    assert set(Report.objects.values_list("sort", flat=True)) == {"adverse_event", "technical_complaint"}


def test_what_is_no_suspicion_opens_nothing(cast: Cast) -> None:
    told("When does your shop open?", cast)
    assert not Report.objects.exists()


def test_of_a_product_that_nobody_described_only_our_own_limit_runs(cast: Cast) -> None:
    assert rules(told(SICK, cast)) == {("company.to_safety", "captured_at")}


@pytest.mark.usefixtures("products")
def test_later_words_of_the_case_wait_at_the_report_and_make_no_twin(cast: Cast) -> None:
    case = told(SICK, cast)
    assert told("She has vomited since yesterday, too. The lot is L-99B.", cast, again="two") == case
    report = Report.objects.get()
    follow_up = FollowUp.objects.get()
    assert (follow_up.report, follow_up.state) == (report, "waiting")
    assert happened(case, "report_followed_up")
    assert report.versions.count() == 1
    line = queries.lines([report], cast.ada)[0]
    assert line.news == 1
    assert list(queries.waiting(cast.ada)) == [report]


@pytest.mark.usefixtures("products")
def test_significant_words_are_taken_in_and_start_the_limits_anew(cast: Cast) -> None:
    case = told(SICK, cast)
    told("She has vomited since yesterday, too. The lot is L-99B.", cast, again="two")
    follow_up = FollowUp.objects.get()
    version = following.take(follow_up, significant=True, because="She vomits now.", by=cast.ada)
    found = reporting.values_of(version)
    assert (version.number, found.products[0].lot) == (2, "L-99B")
    assert len(found.reactions) == 2
    assert found.latest_at == follow_up.message.received_at
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.significant, follow_up.version) == ("taken", True, version)
    assert ("eu.gvp6.serious", "significant_info_at") in rules(case)
    assert ("eu.gvp6.serious", "criteria_met_at") in rules(case)
    assert happened(case, "report_follow_up_taken")


@pytest.mark.usefixtures("products")
def test_words_that_are_not_significant_start_nothing(cast: Cast) -> None:
    case = told(SICK, cast)
    before = rules(case)
    told("The lot is L-99B.", cast, again="two")
    following.take(FollowUp.objects.get(), significant=False, because="Only the lot.", by=cast.ada)
    assert rules(case) == before
    told("I think it was Velorin 20 mg", cast, again="three")
    following.decline(FollowUp.objects.latest("pk"), because="We know that.", by=cast.ada)
    assert happened(case, "report_follow_up_declined")
    assert Report.objects.get().versions.count() == 2


@pytest.mark.usefixtures("products")
def test_a_later_word_that_it_is_serious_changes_the_window(cast: Cast) -> None:
    case = told(MILD, cast)
    told("I was taken to hospital because of the headache.", cast, again="two")
    news = FollowUp.objects.get()
    following.take(news, significant=True, because="She went to hospital.", by=cast.ada)
    found = rules(case)
    assert ("eu.gvp6.serious", "significant_info_at") in found
    assert not any(rule == "eu.gvp6.non_serious" for rule, _ in found)
    clock = Clock.objects.get(case=case, rule="eu.gvp6.serious")
    assert (clock.started_at, clock.message) == (news.message.received_at, news.message)
    stopped = Clock.objects.get(case=case, rule="eu.gvp6.non_serious")
    assert stopped.stopped_why == "She went to hospital."


@pytest.mark.usefixtures("products")
def test_the_verdict_of_a_person_opens_a_report_and_none_closes_one(cast: Cast) -> None:
    case = told("I have a question about Velorin and my stomach.", cast)
    message = Filing.objects.get(case=case).message
    Report.objects.all()
    before = Report.objects.count()
    opening.judge(message, "adverse_event", there=True, reason="known", by=cast.ada)
    assert Report.objects.count() == max(1, before)
    report = Report.objects.get(sort="adverse_event")
    opening.judge(message, "adverse_event", there=False, reason="meaning", by=cast.ada)
    assert Report.objects.filter(pk=report.pk).exists()
    assert queries.lines([report], cast.ada)[0].doubted
    assert Event.objects.filter(kind="report_opened").count() == Report.objects.count()


@pytest.mark.usefixtures("products")
def test_later_words_that_may_say_more_of_a_report_are_kept_whatever_the_network_asks(cast: Cast) -> None:
    """GVP VI.B.2: nothing is discarded; 520/2012 art. 12(2): data and documents are kept."""
    case = told(SICK, cast)
    told("The lot is L-99B.", cast, again="two")
    told("Thank you.", cast, again="three")
    first, second, third = Message.objects.filter(filing__case=case).order_by("pk")
    assert FollowUp.objects.get().message == second
    by = House(cast.workspace.pk, "intake")
    assert [withdrawing.empty(each, by=by) for each in (first, second, third)] == [False, False, True]


@pytest.mark.usefixtures("products")
def test_words_that_a_person_puts_into_a_report_are_kept(cast: Cast, officer: Viewer) -> None:
    case = told(SICK, cast)
    told("It was a Tuesday.", cast, again="two")
    report, later = Report.objects.get(), Message.objects.filter(filing__case=case).latest("pk")
    assert later.kept_because == ""
    known = values(report)
    there = known.criteria[Minimum.REACTION]
    shown = replace(there, spans=(*there.spans, Span(str(later.pk), 9, 16, "Tuesday")))
    changed = replace(known, criteria={**known.criteria, Minimum.REACTION: shown})
    reporting.correct(report, expected=1, values=changed, reason="The day.", by=officer)
    later.refresh_from_db()
    assert later.kept_because
    assert happened(case, "message_held")


@pytest.mark.usefixtures("products")
def test_day_zero_of_a_post_stands_beside_that_of_the_company(cast: Cast) -> None:
    case = told(SICK, cast)
    message = Filing.objects.get(case=case).message
    Message.objects.filter(pk=message.pk).update(posted_at=message.received_at - timedelta(days=2), audience="public")
    report = Report.objects.get()
    moments = queries.moments_of(Report.objects.get())
    assert moments["posted_at"] == message.received_at - timedelta(days=2)
    assert moments["captured_at"] == message.received_at == moments["criteria_met_at"]
    changed = queries.record(report.pk, cast.ada).values
    reporting.correct(report, expected=1, values=replace(changed, told="…"), reason="Shortened.", by=cast.ada)
    assert ("eu.gvp6.serious", "posted_at") in rules(case)
