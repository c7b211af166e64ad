"""HTML from strangers: made safe to show, or turned into text. Nothing in it is ever fetched.

Both go through nh3, whose parser is the browsers' own algorithm. That algorithm is quadratic in depth and in stray
ampersands, so depth, size and links are bounded before it runs; over the bound only the text is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import nh3

from answerable.core.errors import HouseError

LONGEST = 1_000_000
DEEPEST = 400
MOST_LINKS = 5_000
MOST_TAGS = 60_000

BLOCKS = frozenset(
    {"address", "blockquote", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    | {"p", "pre", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
PHRASES = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "caption", "code", "col", "colgroup", "del", "em", "font", "i", "img"}
    | {"ins", "kbd", "mark", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "tt", "u"}
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align", "valign"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "data-remote-src"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "font": {"color"},
}
UNSEEN = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math", "select", "textarea"}
SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
# The parser closes these by itself, so open ones do not stack up.
SELF_CLOSING = frozenset(
    {"p", "li", "dd", "dt", "tr", "td", "th", "option", "br", "hr", "img", "input", "meta", "link", "col", "wbr"}
)

TAG = re.compile(r"<(/?)([a-zA-Z][^\s/><]{0,60})")
CLEAN_TAG = re.compile(r'<(/?)([a-z0-9]+)((?:\s[^\s="<>]+(?:="[^"]*")?)*)\s*/?>')
ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
STRAY = re.compile(r"&(?!#?\w{1,31};)")
STUFFING = re.compile(r"<!--|<style\b", re.IGNORECASE)
STUFFING_ENDS = {True: re.compile("-->"), False: re.compile(r"</style\s*>", re.IGNORECASE)}
REMOTE = 'src="remote:'
LINK = re.compile(r"\s*(?:https?|mailto|tel):", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]{0,400000}")


class TooHeavy(HouseError):
    """More depth, size or links than a letter has."""


def sanitise(html: str, cid: Callable[[str], str] | None = None) -> str:
    """The same letter without scripts, forms, styles and remote loads.

    A remote image keeps its address in `data-remote-src` and is not fetched. `cid` maps a Content-ID to the address
    of the attached image; without it the reference stays as it is, so that the result can be sanitised again later.
    """
    source = _bounded(html)

    def allowed(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("img", "src"):
            return _image_source(value, cid)
        return None if name == "href" and not LINK.match(value) else value

    clean = nh3.clean(
        source,
        tags=set(BLOCKS | PHRASES),
        clean_content_tags=UNSEEN,
        attributes=ATTRIBUTES,
        attribute_filter=allowed,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return clean.replace(REMOTE, 'data-remote-src="')


def text_of(html: str) -> str:
    """The letter as plain text: blocks on their own lines, quotations with arrows, links with their address."""
    try:
        source = _bounded(html)
    except TooHeavy:
        return _roughly(html)
    clean = nh3.clean(
        source,
        tags=set(BLOCKS | {"a", "br", "img", "td", "th"}),
        clean_content_tags=UNSEEN,
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return _Lines().told(clean)


def _image_source(value: str, cid: Callable[[str], str] | None) -> str | None:
    lowered = value.strip().lower()
    if lowered.startswith("cid:"):
        return cid(value.strip()[4:]) if cid else value.strip()
    if PICTURE.fullmatch(value.strip()):
        return value.strip()
    return f"remote:{value.strip()}" if lowered.startswith(("http:", "https:")) else None


def _bounded(html: str) -> str:
    """The source without comments and style sheets, which carry no words. Raises `TooHeavy`."""
    source = STRAY.sub("&amp;", _without_stuffing(html[: 4 * LONGEST]))
    if len(source) > LONGEST or len(html) > 4 * LONGEST:
        raise TooHeavy("This HTML is too long to be shown; its text is shown instead.")
    depth = deepest = links = tags = 0
    open_tags: dict[str, int] = {}
    for match in TAG.finditer(source):
        name, tags = match[2].lower(), tags + 1
        links += name == "a" and not match[1]
        if name in SELF_CLOSING:
            continue
        if not match[1]:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
        elif open_tags.get(name, 0):
            open_tags[name] -= 1
            depth -= 1
        deepest = max(deepest, depth)
    if deepest > DEEPEST or links > MOST_LINKS or tags > MOST_TAGS:
        raise TooHeavy("This HTML is nested too deep or holds too many links; its text is shown instead.")
    return source


def _without_stuffing(html: str) -> str:
    """Comments and style sheets left out. What opens and never closes is left in, so that no words go with it."""
    kept, at = [], 0
    while opened := STUFFING.search(html, at):
        closed = STUFFING_ENDS[opened[0] == "<!--"].search(html, opened.end())
        if closed is None:
            break
        kept.append(html[at : opened.start()])
        at = closed.end()
    return "".join([*kept, html[at:]])


def _roughly(html: str) -> str:
    rows = re.sub(
        r"<(?:br|/?p|/?div|/?tr|/?li)\b[^<>]*>", "\n", _without_stuffing(html[: 4 * LONGEST]), flags=re.IGNORECASE
    )
    return _tidy(unescape(re.sub(r"<[^<>]*>", "", rows)))


class _Lines:
    """Writes clean HTML out as lines."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.row: list[str] = []
        self.fresh = True
        self.depth = 0
        self.preformatted = 0
        self.href = ""
        self.shown: list[str] = []

    def told(self, clean: str) -> str:
        at = 0
        for match in CLEAN_TAG.finditer(clean):
            self._say(clean[at : match.start()])
            self._tag(match[2], dict(ATTRIBUTE.findall(match[3])), closing=bool(match[1]))
            at = match.end()
        self._say(clean[at:])
        self._break()
        return _tidy("\n".join(self.rows))

    def _say(self, text: str) -> None:
        text = unescape(text)
        if not self.preformatted:
            words = re.sub(r"[ \t\r\n\f]+", " ", text)
            return self._add(words.lstrip() if self.fresh else words)
        first, *others = text.split("\n")
        self._add(first)
        for line in others:
            self._break()
            self._add(line)
        return None

    def _tag(self, name: str, values: dict[str, str], *, closing: bool) -> None:
        if name == "a":
            self._link(unescape(values.get("href", "")), closing=closing)
        elif name == "img":
            self._add(f"[{unescape(values['alt'])}]" if values.get("alt") else "")
        elif name in ("td", "th"):
            self._add("" if closing or self.fresh else " \t")
        else:
            self._block(name, closing=closing)

    def _block(self, name: str, *, closing: bool) -> None:
        if name in ("br", "p", "blockquote", "pre") or not self.fresh:
            self._break()
        step = -1 if closing else 1
        self.depth += step if name == "blockquote" else 0
        self.preformatted += step if name == "pre" else 0
        if name == "li" and not closing:
            self._add("- ")

    def _link(self, href: str, *, closing: bool) -> None:
        if not closing:
            self.href, self.shown = href, []
            return
        shown = "".join(self.shown).strip()
        plain = self.href.removeprefix("mailto:").removeprefix("tel:").rstrip("/")
        if self.href and plain not in (shown, f"http://{shown}", f"https://{shown}"):
            self._add(f" <{self.href}>")
        self.href = ""

    def _add(self, words: str) -> None:
        if self.href:
            self.shown.append(words)
        self.row.append(words)
        self.fresh = self.fresh and not words.strip()

    def _break(self) -> None:
        self.rows.append("> " * max(0, self.depth) + "".join(self.row))
        self.row, self.fresh = [], True


def _tidy(text: str) -> str:
    rows = [row.rstrip() for row in text.replace("\r", "").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip("\n")
