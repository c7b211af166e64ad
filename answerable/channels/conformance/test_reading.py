"""Reading: what the samples say, the same twice, and no bytes that break it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from answerable.channels import reading
from answerable.channels.conformance.asking import connector, everyone
from answerable.channels.conformance.comparing import differences
from answerable.channels.conformance.mutating import ODD_VALUES, altered, mutants
from answerable.channels.conformance.samples import Sample, samples, settings
from answerable.channels.contract import Item, Raw, Receipt, Said, Unreadable, Unsupported

ALL = samples()
MUTANTS_OF_EACH = 6
NO_NAMES = {str(odd) for odd in ODD_VALUES if odd is None or isinstance(odd, list | dict)}
TOLERANT = hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_a_sample_is_read_as_expected(sample: Sample) -> None:
    if "raises" in sample.expected:
        with pytest.raises((Unreadable, Unsupported)) as refused:
            _read(sample)
        assert refused.type.__name__ == sample.expected["raises"]
        return
    assert not differences(_read(sample), sample.expected["items"])


@pytest.mark.parametrize("sample", [sample for sample in ALL if "raises" not in sample.expected], ids=str)
def test_reading_twice_gives_the_same(sample: Sample) -> None:
    assert _read(sample) == _read(sample)


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_damaged_samples_are_read_or_refused(sample: Sample) -> None:
    for damaged in islice(mutants(sample.raw.body, seed=7), MUTANTS_OF_EACH):
        _read_or_refuse(sample.kind, Raw(damaged))


@pytest.mark.parametrize("sample", ALL, ids=str)
def test_a_value_that_is_something_else_is_read_or_refused(sample: Sample) -> None:
    """A list or nothing in the place of an id or a name is none: all that had it would be one message, or one person."""
    for body in altered(sample.raw.body):
        for item in _read_or_refuse(sample.kind, Raw(body, sample.raw.headers)):
            assert not {item.external_id, *_authors(item)} & NO_NAMES, body


@pytest.mark.parametrize("kind", everyone())
def test_a_channel_has_samples(kind: str) -> None:
    assert [sample for sample in ALL if sample.kind == kind]


@pytest.mark.parametrize("kind", everyone())
@TOLERANT
@given(body=st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(kind: str, body: bytes) -> None:
    _read_or_refuse(kind, Raw(body))


def _read(sample: Sample) -> Sequence[Item]:
    return connector(sample.kind).read(sample.raw, sample.settings)


def _read_or_refuse(kind: str, raw: Raw) -> Sequence[Item]:
    """As the house reads it. Any other error than the two fails the test by itself."""
    try:
        items = reading.read(connector(kind), raw, settings(connector(kind)))
    except (Unreadable, Unsupported):
        return ()
    for item in items:
        assert item.external_id
        storable(item)
    return items


def _authors(item: Item) -> Iterator[str]:
    said = getattr(item, "said", item)
    if isinstance(said, Said):
        yield said.author.value


def storable(item: Item) -> None:
    """No text holds what no database takes."""
    said = item if isinstance(item, Said) else item.said if isinstance(item, Receipt) else None
    if said is not None:
        texts = (
            said.external_id,
            said.text,
            said.html,
            said.quoted,
            said.subject,
            said.author.value,
            said.author.display,
        )
        pieces = (words for piece in said.pieces for words in (piece.name, piece.declared_type, piece.inline_id))
        for words in (*texts, *pieces, *said.thread_ids, *said.own_ids, *said.notes):
            assert "\0" not in words
            words.encode("utf-8")
