"""Nouns of texts that are kept: saved answers, and what a network approved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from answerable.channels.models import Source
from answerable.core.access import Viewer
from answerable.core.models import Team, User, Workspace


class SavedAnswer(models.Model):
    """A plain text that is written often, kept for a team, or for all, in one language. It is nobody's approval.

    `{name}`, `{number}` and `{agent}` in it are filled when it is put into an answer.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    text = models.TextField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "team", "language", "title"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="saved_answer_once",
            )
        ]

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        everybodys = Q(workspace_id=viewer.workspace_id)
        return everybodys if viewer.sees_all else everybodys & (Q(team=None) | Q(team_id__in=viewer.team_ids))


class NetworkText(models.Model):
    """A text that the network of a source approved, as the network lists it. `{{1}}` and so on are its places."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="network_texts")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=15)
    text = models.TextField()
    places = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(max_length=40, default="")
    fetched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name", "language"], name="network_text_once")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def reach(cls, viewer: Viewer) -> Q:
        """Whoever works in the workspace may say them."""
        return Q(workspace_id=viewer.workspace_id)
