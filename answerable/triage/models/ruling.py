"""Nouns of rules: rules, their versions, what they did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.cases.models import Case, through_case
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace


class Rule(models.Model):
    """When `trigger` happens to a case for which all conditions hold, the actions are done, in the order of `place`.

    What happened before `on_since` starts nothing. A change makes a new version; the old one is kept (`RuleVersion`).
    """

    class State(models.TextChoices):
        ON = "on"
        OFF = "off"

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="rules")
    name = models.CharField(max_length=80)
    trigger = models.CharField(max_length=20)
    conditions = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=3, choices=State.choices, default=State.OFF)
    on_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="on", on_since__isnull=False) | Q(state="off"), name="rule_on_since_when"
            )
        ]
        indexes = [
            # what happens is asked of the rules of its workspace
            models.Index(fields=["workspace", "place"], condition=Q(ended_at=None), name="rule_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON and self.ended_at is None

    @property
    def part(self) -> str:
        """Which part of the house acts when this rule does. What it wrote never starts it again."""
        return f"rules:{self.pk}"

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id, ended_at=None)


class RuleVersion(models.Model):
    """A rule as it was from `at` on, by whom."""

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    trigger = models.CharField(max_length=20)
    conditions = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once")]


class Firing(models.Model):
    """A rule did something to a case, or rested there. `did` says of each action whether it was done, or why not.

    `once` names what started it: one line of the journal ("event:12"), or a silence ("still:…"). The same thing starts
    a rule once.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="firings")
    version = models.PositiveIntegerField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="firings")
    event_id = models.BigIntegerField(null=True)
    once = models.CharField(max_length=60)
    at = models.DateTimeField()
    did = models.JSONField(default=list)
    rested = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "case", "once"], name="firing_once")]
        indexes = [
            # the log of a rule, newest first
            models.Index(fields=["rule", "-id"], name="firing_log"),
            # why a case is where it is; how often rules acted on it lately
            models.Index(fields=["case", "-at"], name="firing_of_case"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)
