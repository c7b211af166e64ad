"""Nouns of clocks: working calendars, targets, the clocks of a case and their pauses, what was known when, and practices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from answerable.cases.models import Case, through_case
from answerable.channels.models import Source
from answerable.clocks.calendars import WorkingCalendar, around_the_clock
from answerable.conversations.models import Message
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class Calendar(models.Model):
    """When a team works. `week` holds, from Monday to Sunday, shifts as pairs of minutes after midnight.

    `off` and `on` are days of our own that are not worked and holidays that are. `version` grows with each change.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="calendars")
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    holidays = models.CharField(max_length=8, default="", blank=True)
    week = models.JSONField()
    off = ArrayField(models.DateField(), default=list, blank=True)
    on = ArrayField(models.DateField(), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="calendar_once")]

    def __str__(self) -> str:
        return self.name

    def working(self) -> WorkingCalendar:
        """The same as arithmetic; made once for each version, because its years are long to write down."""
        week = tuple(tuple((int(start), int(end)) for start, end in shifts) for shifts in self.week)
        return _working(self.time_zone, week, self.holidays, frozenset(self.off), frozenset(self.on))

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


@lru_cache(maxsize=256)
def _working(
    zone: str, week: tuple[tuple[tuple[int, int], ...], ...], holidays: str, off: frozenset[date], on: frozenset[date]
) -> WorkingCalendar:
    return WorkingCalendar(zone, week, holidays, off, on)


class Service(models.TextChoices):
    """What we promise to customers and colleagues, in the order in which it is shown: resolution first."""

    RESOLUTION = "resolution", _("Time to resolution")
    FIRST_ANSWER = "first_answer", _("First answer by a person")
    NEXT_ANSWER = "next_answer", _("Next answer")
    RAISED = "raised", _("Answer to a repeated contact")
    PUSH = "push", _("Answer to a push")


class Target(models.Model):
    """How long a service may take: for one team, or without a team for all of the workspace.

    `minutes` are counted by the calendar; without one every hour counts. While the case waits for one of `pauses` the
    clock stands still. `warnings` are minutes before the end.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="targets")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="targets")
    service = models.CharField(max_length=12, choices=Service.choices)
    minutes = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="targets")
    pauses = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    warnings = ArrayField(models.PositiveIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "team", "service"], nulls_distinct=False, name="target_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="target_takes_time"),
        ]

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def working(self) -> WorkingCalendar:
        """The calendar that counts, as arithmetic; asked for every clock of a batch, so it is made once."""
        return self._working

    @cached_property
    def _working(self) -> WorkingCalendar:
        return self.calendar.working() if self.calendar is not None else around_the_clock()

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Clock(models.Model):
    """One running time limit of a case, and why it runs.

    `rule` is a `Service` or the id of a legal rule with its `version`; `round` tells apart what may run several times.
    Alarms run on `strict_due_at`; `legal_due_at` is later where a weekend or a holiday moved it. A service clock that
    stands still has `paused_at`; its due date then says when it would have run out without this pause. A legal clock
    runs where the `message` lies that started it; one that goes on from a clock of another case has it as `origin`.
    """

    class Sort(models.TextChoices):
        SERVICE = "service"
        LEGAL = "legal"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks", db_index=False)
    sort = models.CharField(max_length=7, choices=Sort.choices)
    rule = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    round = models.BigIntegerField(default=0)
    start_field = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    strict_due_at = models.DateTimeField()
    legal_due_at = models.DateTimeField()
    strict_day = models.DateField()
    legal_day = models.DateField()
    length = models.PositiveIntegerField()
    unit = models.CharField(max_length=16)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="clocks", db_index=False)
    holidays = models.CharField(max_length=8, default="", blank=True)
    roll = models.CharField(max_length=20, default="", blank=True)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="clocks", db_index=False)
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    part = models.CharField(max_length=40, default="")
    why = models.TextField(default="")
    decided_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True)
    moved_because = models.TextField(default="")
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=20, default="")
    stopped_why = models.TextField(default="")
    stopped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # also the index by which the clocks of a case are found
            models.UniqueConstraint(fields=["case", "rule", "start_field", "round"], name="clock_once"),
            models.CheckConstraint(condition=Q(strict_due_at__lte=F("legal_due_at")), name="clock_strict_before_legal"),
            models.CheckConstraint(condition=Q(sort="service") | Q(paused_at=None), name="clock_legal_never_pauses"),
        ]
        # No further ones: each is written anew for every clock whose end moves, and a calendar moves all of them.
        indexes = [
            # the watch: whose warning or end has come
            models.Index(fields=["alarm_at"], condition=Q(alarm_at__isnull=False), name="clock_alarm"),
            # the inbox: which of fifty cases have a legal clock
            models.Index(fields=["case"], condition=Q(sort="legal", stopped_at=None), name="clock_legal_running"),
            # a split: where a legal clock goes on. Only those that do stand in it, and neither field ever changes.
            models.Index(fields=["origin"], condition=Q(origin__isnull=False), name="clock_goes_on"),
        ]

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def is_legal(self) -> bool:
        return self.sort == self.Sort.LEGAL

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Pause(models.Model):
    """The case waited for somebody else than us, from when to when. Whose clocks stood still is for the target to say."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=12, choices=Case.WaitingFor.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at=None), name="pause_one"),
            models.UniqueConstraint(fields=["case", "started_at"], name="pause_once"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="pause_forward"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer)


class Known(models.Model):
    """Since when one of us knew something by a message: a line for each time that somebody said so, none ever changed.

    `fact` is one of the moments that only people can tell. The earliest line of a message counts. `evidence` are the
    messages that show it.
    """

    class Fact(models.TextChoices):
        FIRST_SEEN_AT = "first_seen_at", _("One of us first saw it")
        CRITERIA_MET_AT = "criteria_met_at", _("The criteria were complete")
        SIGNIFICANT_INFO_AT = "significant_info_at", _("Significant information")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="known")
    fact = models.CharField(max_length=20, choices=Fact.choices)
    at = models.DateTimeField()
    why = models.TextField()
    evidence = ArrayField(models.BigIntegerField(), default=list)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=40, default="")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "fact", "at"], name="known_once")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return through_case(viewer, "message__filing__case__")


class Practice(models.Model):
    """How a workspace keeps a rule that leaves it a choice: everywhere, or for what comes by one source.

    `rolls` uses the weekend rule that the law only allows; `hours` is the length of a limit that is our own.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="practices")
    rule = models.CharField(max_length=60)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="practices")
    rolls = models.BooleanField(default=False)
    hours = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "rule", "source"], nulls_distinct=False, name="practice_once"),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=1), name="practice_takes_time"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


class Recalculation(models.Model):
    """Every clock of a workspace is reckoned anew in the background, case by case; `last_case` is how far it is.

    One that `starts` also begins and ends service clocks of cases where nothing moves, and looks for rules of the law
    that came into force; `book` says which rules those were.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    starts = models.BooleanField(default=False)
    book = models.CharField(max_length=64, default="")
    at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    last_case = models.BigIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(ended_at=None), name="recalculation_one")
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)


ORDER: Sequence[str] = [str(each) for each in Service]


def by_importance(clock: Clock) -> tuple[int, datetime]:
    """Resolution first, the other services after it in their order, then the legal ones by their strict date."""
    place = ORDER.index(clock.rule) if clock.rule in ORDER else len(ORDER)
    return place, clock.strict_due_at
