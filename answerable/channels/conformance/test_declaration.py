"""What a channel declares is coherent, and what it declares it has."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import pytest

from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.samples import settings
from answerable.channels.contract import (
    Can,
    Connector,
    Family,
    GivesContext,
    LooksAgain,
    LooksUp,
    Polls,
    Speaks,
    Spec,
    TakesBack,
    Uploads,
)
from answerable.channels.contract_by_hand import AnswersByHand
from answerable.channels.contract_closing import AsksClosure
from answerable.channels.contract_costing import Costs

HEARING = {Can.HEAR_MENTIONS, Can.HEAR_COMMENTS, Can.HEAR_KEYWORDS, Can.HEAR_PRIVATE}
SPEAKING = {Can.REPLY_PUBLIC, Can.REPLY_PRIVATE, Can.START_PRIVATE}
SECRET_WORDS = re.compile(r"password|secret|token|key", re.IGNORECASE)

pytestmark = pytest.mark.parametrize("kind", everyone())


def test_a_channel_is_a_connector_known_by_its_kind(kind: str) -> None:
    assert isinstance(connector(kind), Connector)
    assert connector(kind).spec.kind == kind
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,39}", kind)


def test_the_declaration_cannot_be_changed(kind: str) -> None:
    spec = connector(kind).spec
    with pytest.raises(FrozenInstanceError):
        spec.label = "other"  # type: ignore[misc]


def test_a_channel_has_a_name_an_icon_and_something_to_hear_or_say(kind: str) -> None:
    spec = connector(kind).spec
    assert spec.label
    assert spec.icon
    assert spec.can & (HEARING | SPEAKING)


def test_each_capability_has_its_functions(kind: str) -> None:
    asked = connector(kind)
    assert isinstance(asked, Speaks) == bool(asked.spec.can & SPEAKING)
    assert isinstance(asked, AnswersByHand) == (Can.ANSWER_BY_HAND in asked.spec.can)
    assert isinstance(asked, LooksUp) == (Can.LOOK_UP_REPLY in asked.spec.can)
    assert isinstance(asked, GivesContext) == (Can.SHOW_CONTEXT in asked.spec.can)
    assert isinstance(asked, AsksClosure) == (Can.ASK_CLOSURE in asked.spec.can)
    assert isinstance(asked, LooksAgain) == (asked.spec.look_again_for is not None)
    assert isinstance(asked, TakesBack) == (Can.TAKE_BACK in asked.spec.can)
    assert not isinstance(asked, Uploads) or asked.spec.can & {Can.ATTACH_IMAGE, Can.ATTACH_FILE}
    assert isinstance(asked, Polls) == (asked.spec.poll_every is not None)
    assert isinstance(asked, Costs) == bool(asked.spec.currency)


def test_settings_are_typed_and_named_once(kind: str) -> None:
    spec = connector(kind).spec
    assert len({setting.name for setting in spec.settings}) == len(spec.settings)
    for setting in spec.settings:
        assert setting.label, setting.name
        assert setting.default is None or isinstance(setting.default, setting.kind), setting.name
        assert not setting.choices or setting.default in (None, *setting.choices), setting.name


def test_a_setting_that_hangs_on_another_names_one_and_values_that_it_can_have(kind: str) -> None:
    known = {setting.name: setting.choices for setting in connector(kind).spec.settings}
    for setting in connector(kind).spec.settings:
        for other, *values in filter(None, (setting.needed_if, setting.plays_if)):
            assert values
            assert set(values) <= set(known[other])


def test_what_sounds_secret_is_secret_and_has_no_default(kind: str) -> None:
    for setting in connector(kind).spec.settings:
        if setting.kind is str and SECRET_WORDS.search(setting.name):
            assert setting.secret, setting.name
        assert not (setting.secret and setting.default), setting.name


def test_the_samples_fill_every_required_setting(kind: str) -> None:
    values = settings(connector(kind))
    assert not _missing(connector(kind).spec, values)


def test_limits_are_positive(kind: str) -> None:
    spec = connector(kind).spec
    assert all(limit is None or limit > 0 for limit in (spec.max_text, spec.max_attachment))


def _missing(spec: Spec, values: dict[str, object]) -> list[str]:
    return [setting.name for setting in spec.settings if setting.required and setting.name not in values]


def test_what_is_rarely_changed_may_be_left_alone(kind: str) -> None:
    for setting in connector(kind).spec.settings:
        assert not setting.rarely or not setting.required or setting.default is not None, setting.name


def test_a_channel_stands_beside_its_like(kind: str) -> None:
    assert connector(kind).spec.family is not Family.OTHER
