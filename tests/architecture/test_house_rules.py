"""House rules that a linter does not know. Each names who may, and why; the lists only shrink."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import PACKAGE, name_of, product_files, tree

MAY_READ_THE_CLOCK = {"answerable/core/moments.py"}
MAY_CATCH_ANYTHING = {
    "answerable/intake/pipeline.py": "whatever one item breaks, the others go on",
}
MAY_ASK_FOR_THE_KIND = "answerable/channels/"
DOORS = ("answerable/inbox/", "answerable/portal/")


def broken(rule: Callable[[ast.AST], bool], where: Callable[[str], bool]) -> list[str]:
    return [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
        for path in product_files()
        if where(name_of(path))
        for node in ast.walk(tree(path))
        if rule(node)
    ]


def test_the_clock_is_read_in_one_place() -> None:
    def reads_clock(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "timezone.now",
            "datetime.now",
            "datetime.utcnow",
            "datetime.datetime.now",
            "date.today",
            "time.time",
        }

    assert not broken(reads_clock, lambda name: name not in MAY_READ_THE_CLOCK)


def test_nobody_swallows_everything() -> None:
    def swallows(node: ast.AST) -> bool:
        return isinstance(node, ast.ExceptHandler) and (
            node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
        )

    assert not broken(swallows, lambda name: name not in MAY_CATCH_ANYTHING)


def test_only_channels_know_kinds() -> None:
    def asks_for_kind(node: ast.AST) -> bool:
        return isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Attribute)
            and side.attr == "kind"
            and ast.unparse(side.value).endswith(("source", "spec"))
            for side in (node.left, *node.comparators)
        )

    assert not broken(asks_for_kind, lambda name: not name.startswith(MAY_ASK_FOR_THE_KIND))


def test_pages_reach_rows_through_the_door_only() -> None:
    """A view never says `.objects`: it asks `core.access` or a question of the room."""

    def goes_around(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}

    assert not broken(goes_around, lambda name: name.startswith(DOORS))


def test_nobody_is_replaced_by_a_mock() -> None:
    found = [
        name_of(path)
        for path in [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "tests").rglob("*.py")]
        if re.search(r"^\s*(from|import) (unittest\.)?mock\b|\bmock\.patch\(", path.read_text(), re.MULTILINE)
    ]
    assert not found


VERBS = (
    "channels/connecting.py",
    "cases/*ing.py",
    "cases/handling_many.py",
    "clocks/*ing.py",
    "triage/ruling.py",
    "safety/*ing.py",
    "replies/*ing.py",
    "intake/replaying.py",
    "listening/saving.py",
    "listening/retiring.py",
    "listening/choosing.py",
    "metrics/*ing.py",
)
NEEDS_NO_ACTOR = {
    "cases/closing.check": "a question",
    "cases/deflecting.find": "a question",
    "cases/deflecting.language": "a question",
    "cases/accompanying.unanswered": "a question",
    "replies/uploading.uploaded": "the machine sends what somebody put into the outbox",
    "cases/dealing.fitting": "a question",
    "cases/dealing.teams_with_work": "a question",
    "cases/snoozing.due": "a question",
    "cases/returning.from_those_not_here": "the machine keeps cases from people who are not here",
    "cases/transferring.overdue": "a question",
    "cases/filing.case_of": "a question",
    "cases/filing.names_of": "a question",
    "cases/filing.subject_of": "a question",
    "cases/deciding.decide": "a rule without effect; filing carries it out and says who",
    "cases/deciding.is_same": "a question",
    "cases/deciding.suggested": "a question",
    "cases/inviting.asked_by": "a question",
    "cases/inviting.look": "a question",
    "cases/inviting.people_of": "a question",
    "cases/matching.find": "a question",
    "cases/matching.find_all": "a question",
    "cases/matching.of_case": "a question",
    "cases/matching.side_of": "a question",
    "cases/tracing.traits_of": "a question",
    "cases/tracing.trace_all": "an index that follows from the filings; their journal lines say who",
    "cases/tracing.retrace": "an index that follows from the filings; their journal lines say who",
    "cases/describing.fields_of": "a question",
    "cases/describing.tag_of": "a question",
    "cases/viewing.asked_by": "a question",
    "cases/handling_many.plan_of": "a question",
    "safety/reporting.values_of": "a question",
    "safety/reporting.texts_of": "a question",
    "safety/following.proposed": "a question",
    "safety/asking.step_of": "a question",
    "safety/opening.read_words": "a question",
    "safety/opening.values_for": "a question",
    "triage/ruling.conditions_of": "a question",
    "triage/ruling.versions_of": "a question",
    "triage/ruling.actions_of": "a question",
    "clocks/adopting.hand_on": "a step of keeping, which says who in its changes",
    "clocks/keeping.living": "a question",
    "clocks/keeping.leading": "a question",
    "clocks/keeping.record": "a step of keeping; its changes say who",
    "clocks/knowing.of_message": "a question",
    "clocks/knowing.criteria_met_at": "a question",
    "clocks/keeping.promise": "a step of keeping; its journal line is that of the clock",
    "clocks/reckoning.due": "arithmetic",
    "clocks/reckoning.first_day": "arithmetic",
    "clocks/reckoning.last_day": "arithmetic",
    "clocks/reckoning.rolled": "arithmetic",
    "clocks/reckoning.earliest": "arithmetic",
    "clocks/reckoning.service_due": "arithmetic",
    "clocks/reckoning.service_left": "arithmetic",
    "clocks/reckoning.alarms": "arithmetic",
    "clocks/starting.reckon": "a question",
    "clocks/watching.watch": "the machine that watches",
    "clocks/recalculating.go_on": "the machine that carries out what somebody decided; the row names who",
    "clocks/recalculating.reckon_anew": "a step of it",
    "metrics/counting.slot_of": "arithmetic",
    "metrics/counting.asked_of": "a question",
    "metrics/gathering.breadth": "arithmetic",
    "metrics/gathering.running": "a question",
    "metrics/holding.can_hold": "a question",
    "metrics/watching.watch_everywhere": "the machine that watches",
    "replies/recognising.is_followed": "a question",
    "replies/checking.check": "a question",
    "replies/answering.heard": "a question",
    "replies/answering.place": "a question",
    "replies/answering.conversation_on": "the place of an answer; the answer says who",
    "replies/continuing.go_on": "the machine carries out what somebody wrote; the answer names who",
    "replies/expiring.warn_everywhere": "the machine tells who stands for a wording",
    "replies/continuing.go_on_everywhere": "the machine looks after what nobody saw",
    "replies/answering.address": "a question",
    "replies/sending.send": "the machine that carries out what somebody decided; the reply names who",
    "replies/sending.words_of": "a question",
    "replies/settling.look_up": "the machine asks the channel",
    "replies/settling.find_interrupted": "the machine tidies up after a dead worker",
}


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    for pattern in VERBS:
        for path in sorted(PACKAGE.glob(pattern)):
            module = f"{path.parent.name}/{path.stem}"
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{module}.{node.name}", node


@pytest.mark.parametrize(("name", "node"), list(verbs()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_public_verb_says_who_does_it(name: str, node: ast.FunctionDef) -> None:
    takes = {argument.arg for argument in node.args.kwonlyargs}
    assert "by" in takes or name in NEEDS_NO_ACTOR


def test_the_list_of_verbs_without_an_actor_only_shrinks() -> None:
    assert not set(NEEDS_NO_ACTOR) - {name for name, _ in verbs()}


def test_figures_are_asked_for_as_int_reads_them() -> None:
    """“²”.isdigit() is true and int("²") raises: whoever types it would see an error of ours."""

    def believes_superscripts(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr == "isdigit"

    may = {
        "answerable/core/wire/http.py": "asks for ASCII first",
        "answerable/inbox/api/paging.py": "asks for ASCII first",
        "answerable/house/database/survivors.py": "reads names that the kernel made",
    }
    assert not broken(believes_superscripts, lambda name: name not in may)
