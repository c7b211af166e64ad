"""Stories 1 and 2, their complaints: what was said by the way is on file, is decided on by a named person, and nobody is unmasked."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from answerable.cases.models import Case, Party, Remedy
from answerable.channels.contract import Handle
from answerable.clocks.models import Clock
from answerable.conversations import knowing
from answerable.conversations.identifying import identify
from answerable.core.access import House, Viewer
from answerable.core.models import Membership, User
from answerable.core.moments import now, told_at
from answerable.house import seeding
from answerable.house.stories import approved, playing, working
from answerable.house.stories.cracks import BARBARA, CRACKS
from answerable.house.stories.stage import PASSWORD as DEMO
from answerable.house.stories.stage import Stage, doors
from answerable.replies.models import Reply, WordingVersion
from answerable.safety import queries, regulating, reporting
from answerable.safety.models import Decision, FollowUp, Report
from answerable.safety.reports import AgeGroup, Device, Minimum, Product, Sort
from answerable.safety.reports import Report as Values
from answerable.testing.cast import PASSWORD, Cast
from answerable.testing.everybody import did, hear, listening, said
from answerable.triage import queue_queries

pytestmark = pytest.mark.django_db
WEAK = "Hey, weak CGM sensor signal alert. STFU. Thanks."
EVENING = datetime(2026, 7, 3, 18, 41, tzinfo=UTC)
AFTER_THE_HOLIDAY = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
UNMASKS = "This tells everybody that the person is a patient or customer."


def as_(viewer: Viewer) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=viewer.user_id))
    return browser


def page(viewer: Viewer, address: str) -> str:
    return as_(viewer).get(address).content.decode()


def values(report: Report) -> Values:
    return reporting.values_of(report.versions.latest("number"))


# Story 1


def followed_by(number: int, frame: bytes) -> bytes:
    """The same post from somebody whom so many follow."""
    told = json.loads(frame)
    told["commit"]["record"]["author"] = {"followersCount": number}
    return json.dumps(told).encode()


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The maker of Pulsa in the USA; Miguel and Joana wear it on a trial. Joana's post comes first."""
    Membership.objects.filter(user_id=cast.mira.user_id).update(sees_all=True)
    by, source = House(cast.workspace.pk, "tests"), listening(cast)
    regulating.receive_in("US", by=by)
    regulating.regulate("Pulsa", kind="device", countries=["US"], by=by)
    stage = Stage(cast.workspace, {}, opens=True)
    with told_at(EVENING):
        for name in ("Joana", "Miguel"):
            identity = identify(Handle("bluesky", did(name.lower()), name), source=source, at=now())
            knowing.put_on_file(identity, sort="contract", words="Trial of Pulsa.", by=cast.ada)
        joana, miguel = said(1, WEAK, by="joana"), said(2, WEAK, by="miguel")
        hear(source, [followed_by(12, joana), followed_by(40_000, miguel)])
    return stage


def case_of(name: str) -> Case:
    return Case.objects.get(contact__name=name)


def report_of(name: str) -> Report:
    return Report.objects.get(message__filing__case__contact__name=name)


def test_a_vent_is_a_complaint_on_file_since_that_evening_and_mira_decides_without_him(stage: Stage) -> None:
    report, mira = report_of("Miguel"), stage.viewer("Mira")
    assert (report.sort, values(report).reactions) == (Sort.TECHNICAL_COMPLAINT, ())
    assert report.received_at == EVENING
    assert values(report).criteria[Minimum.REACTION].spans[0].words == "weak CGM sensor signal alert"

    the_clocks_count_through_the_holiday(report, mira)
    mira_signs_though_he_never_answers(report, mira)


def the_clocks_count_through_the_holiday(report: Report, mira: Viewer) -> None:
    """The fourth is a holiday and a Saturday: the strict day is the fourth, the legal one the Monday. Both are shown."""
    (ours,) = queries.clocks_of(report, mira)
    assert (ours.rule, ours.started_at, ours.holidays) == ("company.to_safety", EVENING, "US")
    assert (ours.strict_day, ours.legal_day) == (date(2026, 7, 4), date(2026, 7, 6))
    with told_at(AFTER_THE_HOLIDAY):
        pulsa = replace(values(report), products=(Product("Pulsa", device=Device(failed=True)),))
        reporting.correct(report, expected=1, values=pulsa, reason="He wears it on our trial.", by=mira)
        shown = page(mira, f"/safety/{report.pk}")
    law = Clock.objects.get(case=report.message.filing.case, rule="us.803.50")
    assert (law.started_at, law.strict_day, law.legal_day) == (EVENING, date(2026, 8, 2), date(2026, 8, 2))
    for words in ("Strict date", "Legal date", "moved by a weekend or holiday", "us.803.50", "company.to_safety"):
        assert words in shown


def mira_signs_though_he_never_answers(report: Report, mira: Viewer) -> None:
    given = {"expected": 2, "outcome": "not_reportable", "reason": "A weak signal, no harm.", "password": PASSWORD}
    with told_at(AFTER_THE_HOLIDAY + timedelta(hours=1)):
        assert as_(mira).post(f"/safety/{report.pk}/decisions", given).status_code == 303
    decision = Decision.objects.get()
    assert (decision.signed_name, decision.signed_role, decision.is_bound) == ("Mira", "reviewer", True)
    assert case_of("Miguel").contacts_count == 1
    assert "A weak signal, no harm." in page(mira, f"/safety/{report.pk}")


def test_the_approved_wording_is_offered_and_passes_and_what_unmasks_him_is_stopped(stage: Stage) -> None:
    with told_at(EVENING):
        approved.approve_all(stage)
    case, ada = case_of("Miguel"), stage.viewer("Ada")
    version = WordingVersion.objects.get(wording__code="PULSA-SIGNAL-03", language="en")
    with told_at(EVENING + timedelta(hours=1)):
        it_is_offered_first_with_version_language_and_expiry(case, version, ada)
        for told in ("As our customer you may call us.", "Is your sensor well? Your Pulsa sensor will be fine."):
            stopped = as_(ada).post(f"/cases/{case.pk}/replies", {"text": told, "audience": "public", "key": "a"})
            assert stopped.status_code == 422
            assert UNMASKS in stopped.content.decode()
        assert not Reply.objects.exists()

        given = {"text": version.text, "audience": "public", "key": "b", "wording": version.pk}
        assert as_(ada).post(f"/cases/{case.pk}/replies", given).status_code == 303
    reply = Reply.objects.get()
    assert (reply.wording, reply.message.audience) == (version, "public")


def it_is_offered_first_with_version_language_and_expiry(case: Case, version: WordingVersion, ada: Viewer) -> None:
    """In the composer of the case page, which fetches what is offered when it is opened."""
    offers = f"/cases/{case.pk}/saved-answers"
    assert f'hx-get="{offers}"' in page(ada, f"/cases/{case.pk}")
    first = page(ada, offers).partition("data-wording=")[2].partition("</li>")[0]
    assert first.startswith(f'"{version.pk}"')
    for words in ("PULSA-SIGNAL-03, version 1", ">en<", "valid until", "wait up to 45 minutes", "not an approved site"):
        assert words in first
    assert "Says PULSA-SIGNAL-03, version 1, valid until" in page(ada, f"/cases/{case.pk}?wording={version.pk}")


def test_joana_and_miguel_have_the_same_place_and_the_same_clocks(stage: Stage) -> None:
    """Joana's twelve followers wait before his forty thousand, because she wrote first; nothing else tells them apart."""
    mira = stage.viewer("Mira")
    with told_at(EVENING):
        queue = list(queue_queries.in_order(queue_queries.waiting(mira)))
    assert [each.message.filing.case.contact.name for each in queue] == ["Joana", "Miguel"]
    places = {tuple(vars(each)[name] for name in ("rank", "soon", "score", "due")) for each in queue}
    assert len(places) == 1

    facts = ("rule", "sort", "started_at", "strict_due_at", "legal_due_at")
    joana, miguel = (
        sorted(Clock.objects.filter(case=case_of(name)).values_list(*facts)) for name in ("Joana", "Miguel")
    )
    assert joana == miguel
    assert case_of("Joana").promised_at == case_of("Miguel").promised_at


# Story 2


def test_a_meter_that_eats_batteries_is_one_complaint_record_signed_by_who_may() -> None:
    workspace = seeding.furnish()
    stage = Stage(workspace, doors(workspace), opens=True)
    playing.tell(CRACKS, stage, since=now() - CRACKS.lasts - timedelta(hours=1))
    case = working.living(stage.first_case(BARBARA))
    report = Report.objects.get()
    assert report.sort == Sort.TECHNICAL_COMPLAINT

    mother_and_son_are_two_people(case, report, stage.viewer("Sol"))
    the_lot_number_waits_at_the_same_report(report, stage.viewer("Sol"))
    only_who_is_qualified_signs_that_it_is_not_reportable(report, stage)
    the_complaint_record_is_whole(case, report, stage.viewer("Sol"))


def mother_and_son_are_two_people(case: Case, report: Report, sol: Viewer) -> None:
    son = Party.objects.get(case=case, role=Party.Role.AFFECTED)
    assert (son.relation, son.minor, case.contact.name) == ("son", True, "Barbara")
    told = values(report)
    assert told.reporters[0].given_name == "Barbara"
    assert told.criteria[Minimum.PATIENT].spans[0].words == "My son's"
    child = replace(told, patient=replace(told.patient, age_group=AgeGroup.CHILD))
    reporting.correct(report, expected=1, values=child, reason="Ada wrote down that he is a minor.", by=sol)


def the_lot_number_waits_at_the_same_report(report: Report, sol: Viewer) -> None:
    waiting = FollowUp.objects.get(report=report, message__text__contains="L2207-31")
    assert values(report).products[0].lot == ""
    assert "<ins>L2207-31</ins>" in page(sol, f"/safety/{report.pk}")
    as_(sol).post(f"/report-follow-ups/{waiting.pk}", {"do": "take", "because": "Read from her meter."})
    (glimo,) = values(report).products
    assert (glimo.name, glimo.lot) == ("Glimo", "L2207-31")


def only_who_is_qualified_signs_that_it_is_not_reportable(report: Report, stage: Stage) -> None:
    """Ada is refused though the case is open to her: she is no medical reviewer and no safety officer."""
    given = {"expected": 3, "outcome": "not_reportable", "reason": "No harm can follow.", "password": DEMO}
    Membership.objects.filter(user_id=stage.viewer("Ada").user_id).update(sees_all=True)
    address, ada, sol = f"/safety/{report.pk}/decisions", as_(stage.viewer("Ada")), as_(stage.viewer("Sol"))
    assert ada.post(address, given).status_code == 403
    assert sol.post(address, {**given, "reason": ""}).status_code == 422
    assert sol.post(address, {**given, "password": "guessed"}).status_code == 403
    assert not Decision.objects.exists()
    assert sol.post(address, given).status_code == 303
    decision = Decision.objects.get()
    assert (decision.signed_name, decision.signed_role, decision.reason) == ("Sol", "safety_officer", given["reason"])


def the_complaint_record_is_whole(case: Case, report: Report, sol: Viewer) -> None:
    """21 CFR 820.35(a): device, lot, date, complainant, what is wrong, and what was done about it: the replacement."""
    remedy = Remedy.objects.get(case=case, kind="replacement")
    assert remedy.promise is not None
    file = as_(sol).get(f"/safety/{report.pk}/file?as=complaint").content.decode()
    record = dict(csv.reader(io.StringIO(file)))
    assert (record["device"], record["identifier"]) == ("Glimo", "L2207-31")
    assert record["received"] == report.received_at.date().isoformat()
    assert record["complainant"].startswith("Barbara, ")
    assert record["nature"] == report.message.text
    assert record["correction"].endswith("Replacement, A new Glimo of another lot")
