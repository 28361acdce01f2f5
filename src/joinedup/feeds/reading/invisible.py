"""Characters that nobody sees and that make equal words differ: they are taken out, and that is said."""

from __future__ import annotations

import re

# Zero-width spaces and joiners, marks of direction, the soft hyphen, and a byte order mark within a text.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_IN_UTF8 = re.compile(
    rb"\xc2\xad|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xa4\xa6-\xa9]|\xef\xbb\xbf", re.DOTALL
)
_BEGINNINGS = (b"\xc2\xad", b"\xe2\x80", b"\xe2\x81", b"\xef\xbb\xbf")
LONGEST = 3  # bytes of one of them in UTF-8


def visible(text: str) -> str:
    """The text without them."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def has_invisible(text: str) -> bool:
    """Whether it holds any."""
    return not text.isascii() and _INVISIBLE.search(text) is not None


def bytes_have_invisible(chunk: bytes) -> bool:
    """Whether UTF-8 bytes hold any."""
    return any(start in chunk for start in _BEGINNINGS) and _IN_UTF8.search(chunk) is not None
