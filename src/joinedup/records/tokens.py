"""The form of a cell of tokens: what feeds let in, the book keeps and people compare. Definitions only.

A cell is text of one line: ``jt1``, the fingerprint of the key (8 hexadecimal digits) and sections parted by
``|``, each a letter and its tokens. It is kept among a person's identifiers, under a scheme of its own.
"""

from __future__ import annotations

SCHEME = "tokens"
VERSION = "jt1"
FINGERPRINT_DIGITS = 8
CELL = rf"{VERSION}\.[0-9a-f]{{{FINGERPRINT_DIGITS}}}\.[A-Za-z][A-Za-z0-9_=,|-]+"
"""A regular expression (Python's and RE2) for a whole cell."""
