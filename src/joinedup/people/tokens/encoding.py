"""From what is told of a person to a cell of tokens, by a key.

A token is the first 42 bits of an HMAC-SHA256 (RFC 2104) over what is joined, as seven characters. Without
the key nobody can make one, nor try names until one fits. Tokens stand in the order of their characters.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from itertools import product

from joinedup.people.tokens.bonds import FACETS, Facet, Told
from joinedup.people.tokens.key import Key
from joinedup.records.tokens import VERSION

CHARACTERS = 7
_PART = "\x1f"


def encode(key: Key, told: Told, *, exact: bool = False) -> str:
    """The cell of one person; empty where nothing can be joined. ``exact``: whole values only."""
    sections = []
    for facet in FACETS:
        if exact and not facet.simple:
            continue
        tokens = sorted(set(_tokens(key, facet, told, exact)))
        if tokens:
            sections.append(facet.letter + _joined(facet, tokens))
    return f"{VERSION}.{key.fingerprint}.{'|'.join(sections)}" if sections else ""


def token(key: Key, *parts: str) -> str:
    """The token of some parts in this order."""
    digest = hmac.digest(key.secret, _PART.join((VERSION, *parts)).encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:6]).decode()[:CHARACTERS]


def _joined(facet: Facet, tokens: list[str]) -> str:
    return ("," if facet.name == "identifiers" else "").join(tokens)


def _tokens(key: Key, facet: Facet, told: Told, exact: bool) -> Iterator[str]:
    values = told.get(facet.value, ())
    domain = facet.domain or facet.name
    if facet.name == "identifiers":
        for value in values:
            scheme, _, _number = value.partition("=")
            yield f"{scheme}={token(key, domain, value)}"
        return
    for names in facet.anchors:
        if exact and "birth_slips" in names:
            continue
        for anchor in product(*(told.get(name, ()) for name in names)):
            label = ",".join(names)
            yield from (token(key, domain, value, label, *anchor) for value in values)
            for number in range(-len(values) % facet.padded if values else 0):
                yield token(key, "padding", facet.name, str(number), label, *anchor, _PART.join(values))
