"""How long a post is by X's own count (docs.x.com: “Counting characters”; the configuration of twitter-text, version 3).

280 in all. A letter of most alphabets counts one, everything else two: Chinese, Japanese, Korean, and a whole emoji however
it is put together. A link counts 23, however long it is. Counted after Unicode's form C.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 280
MOST_IN_DIRECT = 10_000
LINK_COUNTS = 23
COUNT_ONE = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_END = r"[^\s<>\".,;:!?)'\]]"
LINK = re.compile(
    rf"https?://[^\s<>\"]*{_END}|(?<![@\w./-])(?:[a-z0-9-]{{1,63}}\.)+"
    rf"(?:com|org|net|edu|gov|info|biz|app|dev|[a-z]{{2}})(?![\w@.-])(?:/[^\s<>\"]*{_END}|/)?",
    re.IGNORECASE,
)
_PICTURE = "[\U0001f000-\U0001faff\u2190-\u2bff\u2600-\u27bf\u3030\u303d\u3297\u3299\u203c\u2049\u2122\u2139]"
_DRESSED = f"{_PICTURE}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae]\ufe0f|{_DRESSED}(?:\u200d{_DRESSED})*"
)


def weight(text: str) -> int:
    plain = unicodedata.normalize("NFC", text)
    links = LINK.findall(plain)
    whole = EMOJI.findall(rest := LINK.sub("", plain))
    return LINK_COUNTS * len(links) + 2 * len(whole) + sum(map(_weight, EMOJI.sub("", rest)))


def _weight(letter: str) -> int:
    return 1 if any(first <= ord(letter) <= last for first, last in COUNT_ONE) else 2
