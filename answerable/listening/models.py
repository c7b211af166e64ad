"""Nouns of listening: the saved query and its versions, how a workspace spells, and the sample of what went by."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from answerable.channels.models import Source
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


def spoken() -> list[str]:
    """The languages that a workspace hears until it says otherwise."""
    return ["en", "pt", "pl"]


class Choices(models.Model):
    """How a workspace listens: protected spellings, look-alike letters, the languages that it tells apart.

    `revision` is the number of the journal line of the last change, of a query or of this row; whoever keeps the queries
    in memory looks whether it moved. `respelt` is the one of the last change that has every query read anew. A number of
    the journal is never given twice, not even where a change was taken back.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.PROTECT, primary_key=True, related_name="listening")
    protected = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    lookalikes = models.BooleanField(default=False)
    languages = ArrayField(models.CharField(max_length=10), default=spoken)
    revision = models.BigIntegerField(default=0)
    respelt = models.BigIntegerField(default=0)

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        return models.Q(workspace_id=viewer.workspace_id)


class Query(models.Model):
    """A saved query of a team. `version` is the number of the one that holds, `revision` as in `Choices`."""

    class State(models.TextChoices):
        ON = "on"
        OFF = "off"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="queries")
    name = models.CharField(max_length=80)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="queries")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=3, choices=State.choices, default=State.ON)
    version = models.PositiveIntegerField(default=1)
    revision = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="query_once")]
        # the engines: what changed since they looked last
        indexes = [models.Index(fields=["workspace", "revision"], name="query_changed")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        return models.Q(workspace_id=viewer.workspace_id)


class QueryVersion(models.Model):
    """What a query said from `at` on, by whom. Append-only: the database refuses update and delete.

    `per_day` is how many posts a day it was estimated to find before it was saved; null where nobody could know.
    """

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    per_day = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "number"], name="query_version_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        return models.Q(query__workspace_id=viewer.workspace_id)


class Found(models.Model):
    """How many posts a query found on one day (UTC), and when the last of them came."""

    query = models.ForeignKey(Query, on_delete=models.CASCADE, related_name="found")
    day = models.DateField()
    posts = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["query", "day"], name="found_once")]
        # the watch: what was found today and yesterday, of all queries
        indexes = [models.Index(fields=["day"], name="found_of_day")]


class QueryNotice(models.Model):
    """Who answers for a query is to know that it found `posts` on `day` where `expected` were thought. It stays until they
    looked at the query.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    day = models.DateField()
    posts = models.PositiveIntegerField()
    expected = models.FloatField()
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["query", "day"], name="query_notice_once_a_day"),
            # also the index by which the bell counts what somebody has not seen
            models.UniqueConstraint(
                fields=["user", "query"], condition=models.Q(seen_at=None), name="query_notice_unseen_once"
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        return models.Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


class Passing(models.Model):
    """How many posts of a source went by on one day (UTC). A post whose lot lies under `bar` belongs to the sample."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="passing")
    day = models.DateField()
    posts = models.PositiveBigIntegerField(default=0)
    bar = models.FloatField(default=1.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="passing_once")]


class Glimpse(models.Model):
    """One public post of the sample that went by, whoever it concerned: its words, and nobody's name (decision 0014).

    `lot` was drawn at random; the lowest lots of a source and day are its sample.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="glimpses")
    day = models.DateField()
    lot = models.FloatField()
    text = models.TextField()
    language = models.CharField(max_length=10, default="")
    at = models.DateTimeField()

    class Meta:
        # the sample of a source and day, trimmed to its lowest lots; and what is too old
        indexes = [models.Index(fields=["source", "day", "lot"], name="glimpse_sample")]

    @classmethod
    def reach(cls, viewer: Viewer) -> models.Q:
        return models.Q(source__workspace_id=viewer.workspace_id)
