"""Nouns of the radar: what is counted, what is usual, alarms, and incidents with their posts and their holder."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace
from answerable.listening.topics import Topic

TOPICS = {
    Topic.DEVICE_TROUBLE: _("Trouble with a device"),
    Topic.ADVERSE_EVENT: _("What may be an adverse event"),
    Topic.BILLING: _("Bills and payments"),
    Topic.DELIVERY: _("Deliveries"),
}


class Series(models.Model):
    """What is counted apart: everything of a team, and of it one product, topic, query or source. `name` is its key.

    `per_hour` is what is usual for each hour of the week (168, Monday first, in the workspace's time; empty while less
    than a week is known), `negative` the usual share of negative tone in it, from `toned` posts whose tone was known.
    `spread`, `wobble` and `weeks` are as in `usual`. `quiet_since` is set while a source is silent beyond what is usual.
    """

    class Sort(models.TextChoices):
        ALL = "all", _("Everything")
        SOURCE = "source", _("Source")
        PRODUCT = "product", _("Product")
        TOPIC = "topic", _("Topic")
        QUERY = "query", _("Query")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    name = models.CharField(max_length=120)
    label = models.CharField(max_length=200, default="", db_default="")
    began_at = models.DateTimeField()
    per_hour = ArrayField(models.FloatField(), default=list, db_default=[])
    negative = ArrayField(models.FloatField(), default=list, db_default=[])
    toned = models.PositiveIntegerField(default=0, db_default=0)
    spread = models.FloatField(default=1.0, db_default=1.0)
    wobble = models.FloatField(default=0.0, db_default=0.0)
    weeks = models.FloatField(default=0.0, db_default=0.0)
    learnt_at = models.DateTimeField(null=True)
    quiet_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "team", "sort", "name"], name="series_once")]

    def __str__(self) -> str:
        """A topic is named in the language of whoever reads; the others have their names from people."""
        if self.sort == self.Sort.TOPIC and self.name in TOPICS:
            return str(TOPICS[Topic(self.name)])
        return self.label or str(self.Sort(self.sort).label)

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """What is counted is seen by those who see the cases of its team; so no count tells of cases that are not theirs."""
        return _of_team(viewer, "")


class Count(models.Model):
    """What came in within five minutes from `at` on. `people` are the different ones of `posts`; tone is known of `toned`."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="counts", db_index=False)
    at = models.DateTimeField()
    posts = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    negative = models.PositiveIntegerField(default=0)
    toned = models.PositiveIntegerField(default=0)

    class Meta:
        # also the index by which a series is drawn and learnt from
        constraints = [models.UniqueConstraint(fields=["series", "at"], name="count_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return _of_team(viewer, "series__")


class Incident(models.Model):
    """Posts of many people about one thing at one time, with one holder. Each of them keeps a case of their own.

    `series` is what names it: of all that gave an alarm for these posts, what says most. It began at `since`, as far as
    the counts tell. `over_at` is when the counts were usual again; a person closes it and says what it was.
    """

    class Outcome(models.TextChoices):
        HANDLED = "handled", _("Something was wrong, and is dealt with")
        EXPECTED = "expected", _("We knew of it: a campaign, a mailing, an event")
        ELSEWHERE = "elsewhere", _("It is not about us")
        FALSE_ALARM = "false_alarm", _("Nothing was unusual: a false alarm")

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="incidents")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    opened_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="", blank=True)
    words = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", closed_by=None)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="incident_closed_says_what_it_was",
            ),
            models.CheckConstraint(condition=Q(since__lte=F("opened_at")), name="incident_began_before_it_was_seen"),
        ]
        indexes = [
            # every look, and the radar: what is open in a workspace
            models.Index(fields=["workspace"], condition=Q(closed_at=None), name="incident_open"),
        ]

    def __str__(self) -> str:
        return str(self.series)

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Those who see the team's cases, and whoever holds it."""
        return _of_team(viewer, "") | Q(workspace_id=viewer.workspace_id, holder_id=viewer.user_id)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Alarm(models.Model):
    """What stood out: `seen` people within `minutes` where `expected` are usual; `odds` of that as a power of ten."""

    class Sort(models.TextChoices):
        VOLUME = "volume", _("More than usual")
        SPEED = "speed", _("Rises faster than usual")
        TONE = "tone", _("More negative than usual")

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alarms")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="alarms")
    sort = models.CharField(max_length=10, choices=Sort.choices)
    at = models.DateTimeField()
    since = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    expected = models.FloatField()
    odds = models.FloatField()

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return _of_team(viewer, "incident__")


class Gathered(models.Model):
    """This post is of this incident: the radar says so, or the person who put it in. Taken out again, it stays out."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="gathered")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="gathered")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    out_at = models.DateTimeField(null=True)
    out_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "message"], name="gathered_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return _of_team(viewer, "incident__")


class IncidentNotice(models.Model):
    """Something that one person of the house must know about an incident. It stays until they looked at it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # also the index by which the bell counts what somebody has not seen
            models.UniqueConstraint(
                fields=["user", "incident", "kind"], condition=Q(seen_at=None), name="incident_notice_unseen_once"
            )
        ]

    def __str__(self) -> str:
        return self.kind

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, user_id=viewer.user_id)


def _of_team(viewer: Viewer, path: str) -> Q:
    everything = Q(**{f"{path}workspace_id": viewer.workspace_id})
    return everything if viewer.sees_all else everything & Q(**{f"{path}team_id__in": viewer.team_ids})
