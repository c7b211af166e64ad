"""What was learned about setting aside and holds now, for weighing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.intake.models import Lesson, Weighed
from answerable.listening.copies import ALIKE
from answerable.listening.models import QueryVersion
from answerable.listening.setting_aside import Learned, Meaning, Sort

Subject = tuple[str, int | str]
"""A query or a source by its key, or the gate of a sort."""
GATE_OF = "gate"


@dataclass(frozen=True)
class Knowledge:
    """`gates` by sort, `meanings` by query or source. `queries` says of which query a version is, as far as was asked."""

    gates: Mapping[str, float]
    meanings: Mapping[Subject, Meaning]
    queries: Mapping[int, int]

    @classmethod
    def of(cls, workspace_id: int, rows: Sequence[Weighed]) -> Knowledge:
        """What holds now, for these rows."""
        lessons = newest(workspace_id)
        versions = {version for row in rows for version in row.versions}
        known = QueryVersion.objects.filter(pk__in=versions, query__workspace_id=workspace_id) if versions else ()
        return cls(
            {lesson.sort: _gate(lesson) for (name, _), lesson in lessons.items() if name == GATE_OF},
            {about: Meaning(each.words, _gate(each)) for about, each in lessons.items() if about[0] != GATE_OF},
            {each.pk: each.query_id for each in known},
        )

    @property
    def copies_from(self) -> float:
        """How alike a copy must be to be set aside."""
        return self.gates.get(Sort.COPY, ALIKE)

    def of_row(self, row: Weighed) -> list[Learned]:
        """What is known about each query that found it; of its source, where only the network's words did."""
        return [Learned(self.meanings.get(subject, Meaning()), self.gates) for subject in self.subjects(row)]

    def subjects(self, row: Weighed) -> list[Subject]:
        queries = sorted({self.queries[version] for version in row.versions if version in self.queries})
        return [("query", query) for query in queries] or [("source", row.source_id)]


def newest(workspace_id: int) -> dict[Subject, Lesson]:
    """The lesson that holds, by what it is about: a query, a source, or the gate of a sort."""
    held = Lesson.objects.filter(workspace_id=workspace_id).order_by("query", "source", "sort", "-id")
    return {subject(each): each for each in held.distinct("query", "source", "sort")}


def subject(lesson: Lesson) -> Subject:
    if lesson.query_id is not None:
        return "query", lesson.query_id
    return ("source", lesson.source_id) if lesson.source_id is not None else (GATE_OF, lesson.sort)


def _gate(lesson: Lesson) -> float:
    """Null is never: no sum is enough."""
    return float("inf") if lesson.gate is None else lesson.gate
