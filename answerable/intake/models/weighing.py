"""What was only found by words: kept or set aside, on what evidence, what people say of it, and what was learned from that."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from answerable.channels.models import Source
from answerable.core.access import Viewer
from answerable.core.models import User, Workspace
from answerable.intake.models.envelopes import Envelope
from answerable.listening.models import Query
from answerable.listening.setting_aside import Sort

SORTS = [(each, each) for each in Sort]


class Weighed(models.Model):
    """One utterance that nobody said to us and that words found. `sort` is empty where it was kept; where a person took it
    back, it stays what it was.

    `evidence` holds the signs with their weights and places in the text. `first` is the utterance that this one is a copy of,
    also where it was kept because it may tell of an adverse event. The words and the author's name stand here only while it
    is set aside: what is kept is a message. `who`, `same`, `bands` and `parts` are numbers made of the name and the words
    (`listening.copies`), for as long as copies of it are looked for. `versions` are the saved queries that found it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="weighed")
    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="weighed")
    external_id = models.CharField(max_length=500)
    at = models.DateTimeField()
    sort = models.CharField(max_length=20, choices=SORTS, default="", blank=True)
    score = models.FloatField(default=0)
    evidence = models.JSONField(default=list)
    versions = ArrayField(models.BigIntegerField(), default=list)
    first = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    author = models.CharField(max_length=400, default="")
    text = models.TextField(default="")
    taken_back_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    who = models.BigIntegerField(null=True)
    same = models.BigIntegerField(null=True)
    bands = ArrayField(models.BigIntegerField(), default=list)
    parts = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["envelope", "external_id"], name="weighed_once")]
        indexes = [
            # the screen and the API: what was set aside, newest first
            models.Index(fields=["workspace", "-id"], condition=~Q(sort=""), name="weighed_aside"),
            # drawing a sample: both heaps since a day
            models.Index(fields=["workspace", "at"], name="weighed_since"),
            # copies: which rows are too old to be compared
            models.Index(fields=["at"], condition=Q(same__isnull=False), name="weighed_compared"),
            # copies: texts that share a band; a row that is too old to be compared has none
            GinIndex(fields=["bands"], name="weighed_bands"),
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """As the envelope that brought it."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(source__team_id__in=viewer.team_ids)

    @property
    def is_aside(self) -> bool:
        return self.sort != "" and self.taken_back_at is None


class Opinion(models.Model):
    """What a person says it is: `ours`, a sort, or `unsure`. The last word holds; the journal keeps the earlier ones."""

    OURS, UNSURE = "ours", "unsure"

    weighed = models.OneToOneField(Weighed, on_delete=models.CASCADE, related_name="opinion")
    says = models.CharField(max_length=20, choices=[*SORTS, (OURS, OURS), (UNSURE, UNSURE)])
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Sample(models.Model):
    """Utterances drawn at random for people to check, from those since `since`, of which so many were kept and set aside."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    since = models.DateTimeField()
    aside = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Whoever drew it, for it is of the sources that they see; and those who see all."""
        everything = Q(workspace_id=viewer.workspace_id)
        return everything if viewer.sees_all else everything & Q(user_id=viewer.user_id)


class Drawn(models.Model):
    """One utterance of a sample. `was_aside` is what it was when it was drawn."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="drawn")
    weighed = models.ForeignKey(Weighed, on_delete=models.CASCADE, related_name="drawn")
    was_aside = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sample", "weighed"], name="drawn_once")]


class Lesson(models.Model):
    """What people's verdicts changed, from `at` on; the newest of its subject holds. Never changed.

    Of a `query`, or of a `source` whose network is asked for words: the `words` of another meaning with their weights, and
    from which sum on they are enough (`gate`; null: nothing is known). Of neither: the gate of a `sort`; null: never again.
    `stood_on` counts the verdicts. `user` is set where a person changed it by hand.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    query = models.ForeignKey(Query, on_delete=models.CASCADE, null=True, related_name="lessons")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, related_name="lessons")
    sort = models.CharField(max_length=20, choices=SORTS)
    words = models.JSONField(default=dict)
    gate = models.FloatField(null=True)
    stood_on = models.JSONField(default=dict)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sort=Sort.OTHER_MEANING) | Q(query=None, source=None), name="lesson_of_one_subject"
            ),
        ]
        # what holds now, and what changed
        indexes = [models.Index(fields=["workspace", "-id"], name="lesson_newest")]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        return Q(workspace_id=viewer.workspace_id)
