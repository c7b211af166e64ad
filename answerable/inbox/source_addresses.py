"""The addresses of a source that are told to others: where a network pushes, and where customers speak to us."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from answerable.channels.contract import Verifies
from answerable.channels.models import Source
from answerable.channels.registry import connector


@dataclass(frozen=True)
class Addresses:
    """Empty where the channel has none. `line` is what another site puts into its pages to show ours."""

    hook: str
    page: str
    line: str


def addresses(source: Source) -> Addresses:
    here, spec = settings.ANSWERABLE_PUBLIC_URL, source.spec
    speaker: object = connector(source.kind)
    pushed, page = isinstance(speaker, Verifies) and not spec.in_house, page_of(source)
    script = f"{here}{static(spec.embedded_by)}"
    return Addresses(
        hook=f"{here}{reverse('hook', args=[source.slug])}" if pushed else "",
        page=f"{here}{page}" if page else "",
        line=f'<script src="{script}" data-chat="{source.slug}" defer></script>' if spec.embedded_by else "",
    )


def page_of(source: Source) -> str:
    """Where people speak to us, for a channel whose page is ours."""
    try:
        return reverse(f"portal:of-{source.kind}", args=[source.slug])
    except NoReverseMatch:
        return ""
