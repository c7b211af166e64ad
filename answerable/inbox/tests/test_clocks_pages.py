"""Clocks on screen: the strip, why a clock runs, a legal one started and stopped, calendars and targets set."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from answerable.cases.models import Case
from answerable.clocks import rulebook, starting, watching
from answerable.clocks.models import Calendar, Clock, Practice, Recalculation, Target
from answerable.core.access import Viewer
from answerable.core.models import User
from answerable.core.moments import now
from answerable.inbox import limits
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Case:
    made = arrive(letter("My Glimo burnt me."), cast.mailbox)
    assert made is not None
    return made


def browser(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id))
    return client


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"inbox:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


GIVEN = {
    "rule": "eu.mdr.87.3",
    "awareness": "captured_at",
    "at": "2022-07-01T09:00",
    "why": "A burn on the hand.",
    "holidays": "",
}


def test_an_agent_starts_a_legal_clock_and_sees_both_dates_and_why(cast: Cast, case: Case) -> None:
    client = browser(cast.ada)
    assert "MDR: other serious incident, 15 days" in page(client, "clocks", case.pk)
    answer = client.post(reverse("inbox:clocks", args=[case.pk]), GIVEN)
    assert answer.status_code == 303
    shown = page(client, "case", case.pk)
    for words in (
        "16\N{NO-BREAK SPACE}Jul",
        "18\N{NO-BREAK SPACE}Jul",
        "A burn on the hand.",
        "art. 87(3)",
        "Read in the official text",
    ):
        assert words in shown
    assert Clock.objects.get(sort="legal").user_id == cast.ada.user_id


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("why", " ", "Say in a sentence"), ("at", "yesterday", "cannot be read"), ("rule", "x", "No rule")],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    cast: Cast, case: Case, field: str, value: str, sentence: str
) -> None:
    answer = browser(cast.ada).post(reverse("inbox:clocks", args=[case.pk]), {**GIVEN, field: value})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert sentence in shown
    assert field == "why" or "A burn on the hand." in shown
    assert not Clock.objects.filter(sort="legal").exists()


def test_a_legal_clock_is_stopped_with_its_reason(cast: Cast, case: Case) -> None:
    clock = starting.start(case, rule="us.803.50", awareness="captured_at", at=now(), why="x", by=cast.mira)
    client, address = browser(cast.ada), reverse("inbox:stop-clock", args=[clock.pk])
    assert "It runs on" in client.post(address, {"why": ""}).content.decode()
    assert client.post(address, {"why": "Report 7 was sent."}).status_code == 303
    assert "Report 7 was sent." in page(client, "case", case.pk)


def test_the_law_leads_a_row_when_it_comes_first_even_while_the_case_waits(cast: Cast, case: Case) -> None:
    at = now() - timedelta(hours=60)
    starting.start(case, rule="br.rdc406.urgent", awareness="captured_at", at=at, why="x", by=cast.mira)
    client = browser(cast.ada)
    assert "clock--legal" in page(client, "inbox")
    Case.objects.filter(pk=case.pk).update(waiting_since=now(), waiting_for="customer")
    assert "clock--legal" in page(client, "inbox")


def test_a_calendar_is_made_and_changed_and_its_next_days_are_shown(cast: Cast, case: Case) -> None:
    client = browser(cast.root)
    given = {"name": "Office", "time_zone": "Europe/Warsaw", "holidays": "PL", "day-0": "08:00-12:00, 12:30–16:30"}
    assert client.post(reverse("inbox:new-calendar"), {**given, "off": "2026-12-24"}).status_code == 303
    calendar = Calendar.objects.get()
    assert calendar.week[0] == [[480, 720], [750, 990]]
    assert "08:00-12:00, 12:30-16:30" in page(client, "calendar", calendar.pk)
    assert (
        client.post(reverse("inbox:calendar", args=[calendar.pk]), {**given, "day-1": "09:00-17:00"}).status_code == 303
    )
    assert Recalculation.objects.get().total == 1
    assert "0 of 1 open cases" in page(client, "calendars")


@pytest.mark.parametrize(
    ("field", "value"), [("day-0", "8-12"), ("day-0", "08:00"), ("off", "Christmas"), ("day-0", ""), ("name", "")]
)
def test_a_calendar_that_cannot_be_read_is_refused_and_kept_on_the_page(cast: Cast, field: str, value: str) -> None:
    given = {"name": "Office", "time_zone": "UTC", "holidays": "", "day-0": "08:00-12:00", field: value}
    answer = browser(cast.root).post(reverse("inbox:new-calendar"), given)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert not Calendar.objects.exists()


def test_a_target_is_set_shown_and_ended(cast: Cast) -> None:
    client = browser(cast.root)
    given = {"service": "first_answer", "hours": "1.5", "warnings": "0.5", "team": str(cast.front_line.pk)}
    assert client.post(reverse("inbox:targets"), given).status_code == 303
    target = Target.objects.get()
    assert (target.minutes, target.warnings, target.team_id) == (90, [30], cast.front_line.pk)
    assert "First answer by a person" in page(client, "targets")
    assert client.post(reverse("inbox:end-target", args=[target.pk])).status_code == 303
    assert not Target.objects.exists()


def test_a_target_of_no_hours_is_refused(cast: Cast) -> None:
    answer = browser(cast.root).post(reverse("inbox:targets"), {"service": "resolution", "hours": "soon"})
    assert answer.status_code == 422
    assert "is no number of hours" in answer.content.decode()


def test_everybody_may_read_the_rules_and_only_who_sets_clocks_the_rest(cast: Cast) -> None:
    client = browser(cast.ada)
    assert "21 CFR 803.50(a)" in page(client, "limits")
    for name in ("calendars", "new-calendar", "targets"):
        assert client.get(reverse(f"inbox:{name}")).status_code == 403


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("eu.mdr.87.4", "2 dni kalendarzowe"),
        ("br.rdc406.urgent", "72 godziny"),
        ("us.314.81.field_alert", "3 dni robocze"),
    ],
)
def test_the_length_of_a_limit_is_declined_as_its_language_asks(rule: str, words: str) -> None:
    with translation.override("pl"):
        assert limits.length(rulebook.version(rule, 1)) == words


def test_what_was_known_when_is_shown_and_an_earlier_moment_is_kept(cast: Cast, case: Case) -> None:
    client, address = browser(cast.ada), reverse("inbox:known", args=[case.pk])
    message = case.filings.earliest("pk").message
    page(client, "case", case.pk)
    assert "First seen by one of us" in page(client, "known", case.pk)
    given = {"message": message.pk, "fact": "criteria_met_at", "at": "2022-07-01T09:00", "why": "All four were there."}
    assert client.post(address, given).status_code == 303
    shown = page(client, "known", case.pk)
    assert "The criteria were complete" in shown
    assert "All four were there." in page(client, "passport", message.pk)
    later = client.post(address, {**given, "at": "2022-07-02T09:00"})
    assert later.status_code == 422
    assert "awareness never moves later" in later.content.decode()


def test_a_clock_is_started_by_the_message_that_says_so(cast: Cast, case: Case) -> None:
    message = case.filings.earliest("pk").message
    client, address = browser(cast.ada), reverse("inbox:clocks", args=[case.pk])
    assert client.post(address, {**GIVEN, "message": message.pk}).status_code == 303
    assert Clock.objects.get(sort="legal").message_id == message.pk
    assert client.post(address, {**GIVEN, "message": 0}).status_code == 404


def test_a_warning_of_a_clock_is_a_sentence_among_the_notices(cast: Cast) -> None:
    arrive(letter("Old"), cast.mailbox, at=now() - timedelta(hours=45))
    watching.watch()
    assert "A clock of a case runs out soon." in page(browser(cast.ben), "notices")


def test_an_admin_chooses_where_a_rule_leaves_a_choice(cast: Cast) -> None:
    client, where = browser(cast.root), reverse("inbox:limits")
    given = {"rule": "company.to_safety", "source": str(cast.mailbox.pk), "hours": "12"}
    assert client.post(where, given).status_code == 303
    assert client.post(where, {"rule": "us.314.80.serious_unexpected", "rolls": "yes"}).status_code == 303
    shown = page(client, "limits")
    assert f"{cast.mailbox.label}: 12 hours" in shown
    assert "everywhere: weekends move the last day" in shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"rule": "company.to_safety", "hours": "soon"}, "no number of hours"),
        ({"rule": "company.to_safety", "hours": "0.5"}, "between one hour and 31 days"),
        ({"rule": "eu.mdr.87.3", "hours": "12"}, "not ours to choose"),
        ({"rule": "nobody.knows", "hours": "12"}, "is in force on"),
    ],
)
def test_a_choice_that_a_rule_does_not_leave_is_refused_in_a_sentence(
    cast: Cast, given: dict[str, str], sentence: str
) -> None:
    answer = browser(cast.root).post(reverse("inbox:limits"), given)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Practice.objects.exists()


def test_who_may_not_choose_reads_the_rules_and_sees_no_form(cast: Cast) -> None:
    client = browser(cast.ada)
    assert "What is ours to choose" not in page(client, "limits")
    assert client.post(reverse("inbox:limits"), {"rule": "company.to_safety", "hours": "12"}).status_code == 403
