"""How often something may be tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from answerable.core import limits
from answerable.core.models import Tally

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_the_try_after_the_last_allowed_one_is_refused() -> None:
    for _ in range(3):
        limits.count("door", at_most=3, per=MINUTE)
    with pytest.raises(limits.TooOften) as refusal:
        limits.count("door", at_most=3, per=MINUTE)
    assert 1 <= refusal.value.after <= 60
    assert str(refusal.value.after) in refusal.value.sentence
    limits.count("another door", at_most=3, per=MINUTE)


@pytest.mark.django_db
def test_the_next_window_begins_anew_and_forgets_the_last() -> None:
    limits.count("door", at_most=1, per=MINUTE)
    Tally.objects.update(window=F("window") - MINUTE)
    limits.count("door", at_most=1, per=MINUTE)
    assert Tally.objects.count() == 1
