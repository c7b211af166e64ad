"""What detectors find in what arrives: kept once, with its places in the words, and never in the way of the message."""

from __future__ import annotations

import json

import pytest

from answerable.cases import shaping
from answerable.cases.models import Case
from answerable.channels import connecting
from answerable.core import access
from answerable.core.access import House
from answerable.core.models import Event
from answerable.intake import pipeline
from answerable.intake.models import Envelope
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage import assessing, queries
from answerable.triage.detecting.findings import Reading
from answerable.triage.models import Assessment

pytestmark = pytest.mark.django_db
DIZZY = "Since I started taking Velorin I have terrible headaches."


def told(text: str, cast: Cast) -> Case:
    case = arrive(letter(text), cast.mailbox)
    assert case is not None
    return case


def lines(case: Case) -> list[dict[str, object]]:
    return [event.data for event in Event.objects.filter(case_id=case.pk, kind="message_assessed").order_by("pk")]


def test_what_arrives_is_assessed_with_the_words_that_show_it(cast: Cast) -> None:
    shaping.add_field(label="Lot", sort="text", product="Velorin", by=cast.ben)
    case = told(DIZZY, cast)
    made = Assessment.objects.get(message__filing__case=case)
    assert (made.tier, made.language, made.over) == ("review", "en", ["adverse_event"])
    part = made.parts["adverse_event"]
    assert sum(each["weight"] for each in part["parts"]) + part["bias"] == pytest.approx(made.scores["adverse_event"])
    words = assessing.words_of(made.message)
    marked = {words[place["start"] : place["end"]] for each in part["parts"] for place in each["places"]}
    assert {"headaches", "Velorin"} <= marked
    assert "headaches" not in json.dumps(made.parts), "places are kept, not words"
    (line,) = lines(case)
    assert (line["tier"], line["over"]) == ("review", ["adverse_event"])


def test_the_same_envelope_again_is_not_assessed_again(cast: Cast) -> None:
    case = told(DIZZY, cast)
    arrive(letter(DIZZY), cast.mailbox)
    Envelope.objects.update(state=Envelope.State.WAITING, tries=0)
    pipeline.open_waiting(cast.mailbox)
    assert Assessment.objects.count() == 1
    assert len(lines(case)) == 1


def test_words_in_which_nothing_is_found_are_there_for_the_sample(cast: Cast) -> None:
    case = told("What time do you open on Monday?", cast)
    assert Assessment.objects.get().tier == "audit"
    assert queries.of_case(case, cast.ada, most=5) == []


def test_a_text_that_breaks_the_detectors_needs_a_look(cast: Cast) -> None:
    def breaks(text: str, **_: object) -> Reading:
        raise KeyError(text)

    case = told(DIZZY, cast)
    message = case.filings.get().message
    message.assessments.all().delete()
    (made,) = assessing.assess([(message, case)], by=House(cast.workspace.pk, "tests"), read=breaks)
    assert (made.tier, made.why, made.scores) == ("review", assessing.BROKEN, {})
    assert "KeyError" in made.unread
    assert queries.of_case(case, cast.ada, most=5)


def test_words_that_are_changed_are_assessed_again_and_the_old_reading_stays(cast: Cast) -> None:
    values = {"address": "@care@social.example", "server": "https://social.example", "access_token": "a-token"}
    by = House(cast.workspace.pk, "tests")
    source = connecting.connect("mastodon", label="Mastodon", team=cast.front_line, values=values, by=by)
    post = {
        "id": "7",
        "created_at": "2026-07-02T16:12:00.000Z",
        "visibility": "public",
        "content": "<p>It beeps.</p>",
        "account": {"acct": "pia@friends.example", "display_name": "Pia"},
    }
    case = arrive(json.dumps(post).encode(), source)
    edited = {
        **post,
        "edited_at": "2026-07-02T17:00:00.000Z",
        "content": "<p>I fainted and they took me to hospital.</p>",
    }
    arrive(json.dumps({"edited": edited}).encode(), source)
    assert case is not None
    first, second = Assessment.objects.filter(message__filing__case=case).order_by("pk")
    assert (first.tier, second.tier) == ("audit", "urgent")
    assert not assessing.is_of(first, assessing.words_of(second.message))
    assert [each.assessment for each in queries.of_case(case, cast.ada, most=5)] == [second]
    assert len(lines(case)) == 2


def test_another_workspace_and_another_team_see_no_assessment(cast: Cast) -> None:
    told(DIZZY, cast)
    assert access.rows(Assessment, cast.ada).count() == 1
    assert access.rows(Assessment, cast.root).count() == 1
    assert not access.rows(Assessment, cast.mira).exists()
    assert not access.rows(Assessment, cast.otto).exists()
