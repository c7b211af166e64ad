"""Names of entries: an id that stays the same, a link that may be followed, the page on which several entries stand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

LONGEST_ID, LONGEST_LINK = 100, 290
"""Together they are a name (`name_of`), and the tables cut what is longer. A longer id is kept as its digest."""


def name_of(external_id: str, link: str) -> str:
    """The name under which it is answered and asked after: an id alone leads nowhere, and where it stands may change."""
    return f"{external_id} {link}" if link and link != external_id else external_id


def parted(name: str) -> tuple[str, str]:
    """The id and where it stands, empty where nobody knows; `name_of` the other way round."""
    external_id, _, link = name.rpartition(" ")
    link = link if link.startswith(("https://", "http://")) else ""
    return (external_id or name, link)


def page(link: str) -> str:
    """Without its fragment, and without the question that names the post over again: `?post=12#12`, `?t=5&p=12#p12`."""
    bare, fragment = urldefrag(link)
    number = re.sub(r"[^0-9]", "", fragment)
    parts = urlsplit(bare)
    asked = [each for each in parts.query.split("&") if each and (not number or each.partition("=")[2] != number)]
    return parts._replace(query="&".join(asked)).geturl()


def digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def whole_link(given: str, settings: Mapping[str, Any]) -> str:
    """Whole, and of the web; what leads elsewhere or is too long to be kept is none."""
    try:
        whole = urljoin(str(settings.get("feed") or ""), given.strip()) if given.strip() else ""
        usable = urlsplit(whole).scheme in {"http", "https"} and len(whole) <= LONGEST_LINK
    except ValueError:
        return ""
    return whole if usable and whole.isprintable() and not set(whole) & set(' <>"') else ""


def id_of(given: str, link: str, title: str, published: str, name: str) -> str:
    """The feed's own id, else where it stands, else what never changes of it."""
    return short(given.strip() or link or f"entry:{digest(title, published, name)}")


def short(text: str) -> str:
    plain = len(text) <= LONGEST_ID and not any(each.isspace() or not each.isprintable() for each in text)
    return text if plain else f"sha256:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}"
