"""Files of messages: judged by their content, named without tricks."""

from __future__ import annotations

import pytest

from answerable.conversations import attaching
from answerable.conversations.models import Attachment
from answerable.testing.arriving import arrive, letter
from answerable.testing.cast import Cast

PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\a.txt", "a.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        (".hidden", "hidden"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * 177 + ".pdf"),
    ],
)
def test_a_name_is_only_ever_a_name(given: str, kept: str) -> None:
    assert attaching.safe_name(given) == kept


@pytest.mark.parametrize(
    ("body", "is_"),
    [(PNG, "image/png"), (b"just words", "text/plain"), (b"\x00\x01", attaching.UNKNOWN), (b"", attaching.UNKNOWN)],
)
def test_a_type_is_what_the_bytes_say(body: bytes, is_: str) -> None:
    assert attaching.type_of(body) == is_


def test_only_pictures_that_are_pictures_may_be_shown() -> None:
    assert attaching.may_be_shown(Attachment(media_type="image/png"))
    assert not attaching.may_be_shown(Attachment(media_type="image/svg+xml", declared_type="image/png"))
    assert not attaching.may_be_shown(Attachment(media_type="text/html", declared_type="image/png"))


def test_a_file_that_claims_to_be_a_picture_is_kept_as_what_it_is(cast: Cast) -> None:
    parts = '--c\n\nLook.\n--c\nContent-Type: image/png; name="a.png"\n\n<script>x</script>\n--c--\n'
    body = letter(parts).replace(b'text/plain; charset="utf-8"', b"multipart/mixed; boundary=c")
    case = arrive(body, cast.mailbox)
    assert case is not None
    file = Attachment.objects.get()
    assert (file.name, file.declared_type) == ("a.png", "image/png")
    assert not attaching.may_be_shown(file)
