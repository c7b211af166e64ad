"""What came in, by five minutes."""

from __future__ import annotations

from datetime import timedelta

from answerable.cases.models import Case
from answerable.conversations.models import Message, Relevance
from answerable.core.models import User
from answerable.core.moments import now
from answerable.listening import saving
from answerable.metrics import counting
from answerable.metrics.models import Count, Series
from answerable.metrics.tests.waving import house, people_say
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast
from answerable.triage.models import ToneAssessment, ToneVerdict

HOUR = timedelta(hours=1)


def count(cast: Cast) -> None:
    counting.count(since=now() - 24 * HOUR, until=now(), by=house(cast))


def counted() -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for each in Count.objects.select_related("series"):
        key = (each.series.sort, str(each.series))
        posts, people = found.get(key, (0, 0))
        found[key] = (posts + each.posts, people + each.people)
    return found


def test_a_post_counts_for_its_team_its_source_and_its_product(cast: Cast) -> None:
    people_say(cast.square, 3)
    Case.objects.filter(pk=Case.objects.earliest("pk").pk).update(product="Glimo")
    count(cast)
    assert counted() == {
        ("all", "Everything"): (3, 3),
        ("source", "Town square"): (3, 3),
        ("product", "Glimo"): (1, 1),
    }
    assert set(Series.objects.values_list("team", flat=True)) == {cast.front_line.pk}


def test_to_count_again_changes_nothing_and_what_went_is_counted_no_more(cast: Cast) -> None:
    people_say(cast.square, 2)
    count(cast)
    before = list(Count.objects.order_by("pk").values_list())
    count(cast)
    assert list(Count.objects.order_by("pk").values_list()) == before
    Case.objects.update(product="Glimo")
    count(cast)
    assert ("product", "Glimo") in counted()
    Case.objects.update(product="")
    count(cast)
    assert ("product", "Glimo") not in counted()


def test_who_writes_often_is_one(cast: Cast) -> None:
    for number in range(4):
        arrive(letter("Again.", message_id=f"<{number}@example.net>"), cast.mailbox)
    counting.count(since=now() - timedelta(days=900), until=now(), by=house(cast))
    assert counted()["all", "Everything"] == (4, 1)


def test_what_was_said_long_ago_and_comes_now_counts_where_it_was_said(cast: Cast) -> None:
    """As with an archive, or a poll after a pause."""
    arrive(letter("Of July."), cast.mailbox)
    count(cast)
    assert not Count.objects.exists()
    counting.count(since=now() - timedelta(days=900), until=now(), by=house(cast))
    assert Count.objects.filter(series__sort="all").get().at.isoformat() == "2026-07-02T16:10:00+00:00"


def test_what_a_machine_wrote_is_not_counted(cast: Cast) -> None:
    arrive(letter("I am away.", Auto_Submitted="auto-replied"), cast.mailbox)
    count(cast)
    assert not Count.objects.exists()


def test_another_workspace_is_counted_by_itself(cast: Cast) -> None:
    people_say(cast.square, 2)
    count(cast)
    assert set(Series.objects.values_list("workspace", flat=True)) == {cast.workspace.pk}


def test_how_posts_sound_is_counted_where_it_is_known_and_a_person_s_word_counts_first(cast: Cast) -> None:
    people_say(cast.square, 4)
    ToneAssessment.objects.all().delete()
    ToneVerdict.objects.all().delete()
    first, second, third, _ = Message.objects.order_by("pk")
    for message, tone in ((first, "negative"), (second, "negative"), (third, "unknown")):
        facts = {"workspace": cast.workspace, "message": message, "at": now()}
        ToneAssessment.objects.create(tone=tone, intent="complaint", **facts)
    judged = {"sort": "tone", "answer": "positive", "said": "negative", "user_id": cast.ada.user_id}
    ToneVerdict.objects.create(workspace=cast.workspace, message=second, at=now(), **judged)
    count(cast)
    counts = Count.objects.filter(series__sort="all")
    assert (sum(each.negative for each in counts), sum(each.toned for each in counts)) == (1, 2)


def test_a_post_counts_for_the_queries_that_it_was_kept_for(cast: Cast) -> None:
    """Once for each query, however many of its versions found it."""
    people_say(cast.square, 2)
    holder = User.objects.get(pk=cast.ben.user_id)
    query = saving.save(name="No signal", text="signal sensor", team=cast.front_line, holder=holder, by=cast.root)
    message = Message.objects.earliest("pk")
    for version in query.versions.all():
        Relevance.objects.create(message=message, why="query", version=version)
        Relevance.objects.create(message=message, why="query", version=version)
    count(cast)
    assert counted()["query", "No signal"] == (1, 1)


def test_whoever_speaks_of_a_topic_counts_for_it_whatever_it_was_kept_for(cast: Cast) -> None:
    """A post of the square, a letter, and what nobody called by its name; one post may be of two topics."""
    people_say(cast.square, 3, text="The sensor is broken again, and it was charged twice.")
    people_say(cast.square, 2, text="Good morning everybody.", first=3)
    arrive(
        letter("My invoice is wrong.", subject="Hello"),
        cast.mailbox,
    )
    counting.count(since=now() - timedelta(days=900), until=now(), by=house(cast))
    assert counted()["all", "Everything"] == (6, 6)
    assert counted()["topic", "Trouble with a device"] == (3, 3)
    assert counted()["topic", "Bills and payments"] == (4, 4)


def test_a_topic_is_named_in_words_of_ours_and_not_by_its_key() -> None:
    topic = Series(sort="topic", name="billing", label="billing")
    assert str(topic) == "Bills and payments"
    assert str(Series(sort="topic", name="of a later edition", label="of a later edition")) == "of a later edition"
