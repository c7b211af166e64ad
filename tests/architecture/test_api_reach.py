"""Whatever a person can do on a screen a program can do over the API, with the same verb; or it says here why not."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PACKAGE, functions, product_files, tree

INBOX = PACKAGE / "inbox"
ON_SCREENS_ONLY = {
    "a person lets the house in on the network's own page, in their browser and session": (
        "channels.signing_in.begin",
        "channels.signing_in.finish",
    ),
    "accounts and rights are given by people on a screen, where a password is asked; a token could give itself rights": (
        "core.admitting.admit",
        "core.admitting.change",
        "core.admitting.change_team",
        "core.admitting.make_team",
        "core.admitting.open_again",
        "core.admitting.set_password",
        "core.viewers.issue",
        "core.viewers.revoke",
        "cases.leaving.deactivate",
        "cases.leaving.leave",
    ),
    "a signature is given by a person with the own password, which no program holds": (
        "safety.deciding.decide",
        "triage.promoting.promote",
        "triage.promoting.step_back",
    ),
    "settings of the house are seen before they are kept: a rule is tried on last week, a calendar shows its next days": (
        "cases.allowing.allow",
        "cases.allowing.count_silence_after",
        "cases.allowing.end",
        "cases.shaping.add_field",
        "cases.shaping.change_field",
        "cases.shaping.end_field",
        "clocks.calendaring.keep_calendar",
        "clocks.practising.practise",
        "clocks.targeting.end_target",
        "clocks.targeting.set_target",
        "triage.ruling.change",
        "triage.ruling.end",
        "triage.ruling.make",
        "triage.ruling.move",
        "triage.ruling.switch",
        "triage.trying.step",
    ),
    "a file of calls is looked at by a person before it is taken; programs push calls or hand messages in": (
        "intake.importing.import_file",
        "intake.importing.look_at",
    ),
    "it says who looks at a page now, and programs look at none": (
        "cases.telling.see",
        "listening.overshooting.see",
        "channels.telling.see",
        "metrics.telling.see",
        "replies.expiring.see",
        "safety.telling.see",
        "triage.drifting.see",
        "triage.queueing.show",
        "cases.seeing.first_seen",
        "inbox.presence.announce",
    ),
}
"""Verbs of screens that no API route calls, by the reason. The lists only shrink."""


def _verbs_with_an_actor() -> set[str]:
    """Every public function of the house that takes `by`, as "room.module.name"."""
    return {
        ".".join((*path.relative_to(PACKAGE).with_suffix("").parts, node.name))
        for path in product_files()
        for node in functions(tree(path))
        if not node.name.startswith("_") and "by" in {argument.arg for argument in node.args.kwonlyargs}
    }


def _named_in(path: Path) -> Iterator[str]:
    """What a file says of modules that it imports: `snoozing.wake` as "cases.snoozing.wake"."""
    module = tree(path)
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("answerable"):
            base = str(node.module).removeprefix("answerable").lstrip(".")
            names |= {each.asname or each.name: f"{base}.{each.name}".lstrip(".") for each in node.names}
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            yield f"{names[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in names:
            yield names[node.id]


def _called_from(paths: Iterator[Path]) -> set[str]:
    named = {name for path in paths for name in _named_in(path)}
    return named & _verbs_with_an_actor()


def _of_screens() -> set[str]:
    return _called_from(path for path in product_files() if INBOX in path.parents and path.parent.name != "api")


def _of_the_api() -> set[str]:
    return _called_from(path for path in product_files() if path.parent == INBOX / "api")


def test_every_verb_of_a_screen_is_reached_over_the_api_or_says_why_not() -> None:
    excused = {verb for verbs in ON_SCREENS_ONLY.values() for verb in verbs}
    missing = _of_screens() - _of_the_api() - excused
    assert not missing, f"Give these verbs a route of the API: {sorted(missing)}"


def test_the_list_of_verbs_on_screens_only_holds_nothing_else() -> None:
    excused = {verb for verbs in ON_SCREENS_ONLY.values() for verb in verbs}
    assert excused <= _of_screens() - _of_the_api()


def test_both_sides_are_read_at_all() -> None:
    for verb in ("cases.assigning.take", "cases.snoozing.snooze", "replies.answering.answer"):
        assert verb in _of_screens()
        assert verb in _of_the_api()


def test_what_the_api_takes_and_gives_has_one_description_a_name() -> None:
    """Two classes of one name are one in the description, and who reads it is told the wrong thing."""
    names = Counter(
        node.name
        for path in (PACKAGE / "inbox" / "api").glob("*.py")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in names.items() if count > 1] == []
