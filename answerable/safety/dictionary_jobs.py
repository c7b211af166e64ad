"""Edges: background jobs of dictionaries."""

from __future__ import annotations

from answerable.core.jobs import RETRY, task
from answerable.safety import taking_in
from answerable.safety.models import Dictionary


@task(queue="intake", retry=RETRY)
def load(dictionary_id: int) -> None:
    """Look through the file of a dictionary and take it in."""
    taking_in.take_in(Dictionary.objects.get(pk=dictionary_id))
