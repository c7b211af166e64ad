"""Many values asked for as one array."""

from __future__ import annotations

from answerable.core.models import Team, Workspace
from answerable.testing.cast import Cast


def test_among_finds_what_in_finds(cast: Cast) -> None:
    some = [cast.front_line.pk, 0]
    words = ["Front line", 'it\'s \\ "quoted", {and} %s', "", "żółw"]

    assert [*Team.objects.filter(pk__among=some)] == [*Team.objects.filter(pk__in=some)] == [cast.front_line]
    ours = Team.objects.filter(workspace=cast.workspace)
    assert [*ours.filter(name__among=words)] == [*ours.filter(name__in=words)] == [cast.front_line]
    assert cast.front_line in Team.objects.filter(workspace__among={cast.workspace.pk})
    assert cast.workspace in Workspace.objects.filter(teams__among=some)
    assert cast.front_line not in Team.objects.exclude(pk__among=some)


def test_among_no_values_nothing_is_found_and_nothing_left_out(cast: Cast) -> None:
    assert not Team.objects.filter(pk__among=()).exists()
    assert cast.front_line in Team.objects.exclude(pk__among=())
