"""What is bound to what: every token joins something told of a person to something else told of the same one.

No token stands for a name, a birth or an address alone, for such tokens could be counted: the commonest would
be the commonest name. Only telephones, addresses of mail and numbers of agencies, which few people share,
stand alone. Two mentions have a token in common if they agree on both things that it joins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Told = Mapping[str, tuple[str, ...]]
"""What is told of a person, by the words used here: none, one or several values each."""


@dataclass(frozen=True)
class Facet:
    """A kind of token: its letter in a cell, the told value, and the anchors to each of which it is bound.

    Facets of one ``domain`` can be compared with each other. ``padded``: filled up to a multiple of so many
    for each anchor, for the number of tokens would tell how long a name is. ``simple``: in exact tokens too.
    """

    name: str
    letter: str
    value: str
    anchors: tuple[tuple[str, ...], ...]
    domain: str = ""
    padded: int = 1
    simple: bool = False


_BORN, _POST, _STREET, _PHONE, _MAIL = ("birth_key",), ("postcode",), ("street",), ("phone",), ("email",)
_PLACES = (_BORN, _POST, _STREET)
_ALONE: tuple[tuple[str, ...], ...] = ((),)
_NAME = ("given_sound", "family_sound")
_BY_SURNAME = tuple((rough, "family_sound") for rough in ("year", "sector", "district", "day"))
_BY_GIVEN = tuple((rough, "given_sound") for rough in ("year", "sector", "district", "day"))
_FEW = (_PHONE, _MAIL, ("identifiers",))
_OF_GIVEN = (*_PLACES, *_FEW, *_BY_SURNAME)
_OF_FAMILY = (*_PLACES, *_FEW, *_BY_GIVEN)
_OF_BIRTH = (("canon",), ("sounds",), ("initial",), _POST, ("district",), _STREET, ("identifiers",))
_OF_YEARS = (("district", *_NAME), _POST, _STREET, _PHONE)
_OF_HOME = (_BORN, ("canon",), ("family_sound",))

FACETS = (
    Facet("given", "g", "given", _OF_GIVEN, "name", simple=True),
    Facet("canon", "c", "canon", (*_OF_GIVEN, ("birth_slips", "family_sound")), simple=True),
    Facet("given_sound", "s", "given_sound", (*_PLACES, ("year", "family_sound"))),
    Facet("initial", "n", "initial", _PLACES, "initial"),
    Facet("short", "o", "short", _PLACES, "initial"),
    Facet("given_slips", "l", "given_slips", (_BORN, _POST), padded=8),
    Facet("family", "f", "family", _OF_FAMILY, "name", simple=True),
    Facet("family_sound", "t", "family_sound", (*_OF_FAMILY, ("birth_slips", "given_sound")), simple=True),
    Facet("family_slips", "v", "family_slips", (_BORN, _POST), padded=8),
    Facet("names", "w", "names", _PLACES, "name", padded=4),
    Facet("middle", "m", "middle", (_BORN, _POST)),
    Facet("middle_initial", "q", "middle_initial", (_BORN, _POST), "middle"),
    Facet("middle_short", "r", "middle_short", (_BORN, _POST), "middle"),
    Facet("birth", "b", "birth", _OF_BIRTH, simple=True),
    Facet("birth_key", "k", "birth_key", _OF_BIRTH, simple=True),
    Facet("birth_slips", "x", "birth_slips", (_NAME, _POST)),
    Facet("day", "d", "day", (_NAME, _POST)),
    Facet("year", "y", "year", (_NAME, _POST, _STREET, _PHONE), simple=True),
    Facet("years_near", "e", "years_near", _OF_YEARS),
    Facet("years_far", "u", "years_far", _OF_YEARS),
    Facet("home", "h", "home", _OF_HOME, simple=True),
    Facet("street", "j", "street", _OF_HOME, simple=True),
    Facet("postcode", "p", "postcode", (*_OF_HOME, _PHONE), simple=True),
    Facet("sector", "z", "sector", (_BORN, _NAME)),
    Facet("district", "a", "district", (_BORN, _NAME)),
    Facet("post_area", "A", "post_area", (_BORN,)),
    Facet("phone", "P", "phone", _ALONE, simple=True),
    Facet("email", "M", "email", _ALONE, simple=True),
    Facet("identifiers", "I", "identifiers", _ALONE, simple=True),
)
BONDS = ("canon", "family_sound", "birth_key", "phone", "email")
"""Facets by which pairs are found; who shares none of these is not compared by tokens."""
