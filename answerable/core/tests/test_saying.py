"""Refusals in the reader's language."""

from __future__ import annotations

from django.utils import translation

from answerable.core.errors import Conflict, Invalid
from answerable.core.limits import TooOften
from answerable.core.web.saying import said


def test_a_refusal_is_said_in_the_language_of_the_page_with_its_facts() -> None:
    with translation.override("pl"):
        assert said(TooOften(9)) == "Zbyt wiele prób. Nic nie zmieniono. Spróbuj ponownie za 9 s."


def test_a_percent_sign_in_a_name_breaks_nothing() -> None:
    refusal = Invalid("“%(name)s” is empty. It was not added.", "file", name="50%.pdf")
    with translation.override("en"):
        assert said(refusal) == refusal.sentence == "“50%.pdf” is empty. It was not added."
        assert said(Conflict("100 % of nothing")) == "100 % of nothing"
