"""What is told of a person, from a row of ``normalising.STANDARD``: the values that tokens are made of.

Likeness is made of equality: a name one slip from another equals it but for one letter left out of each; a
date one digit from another equals it but for that digit; years at most two apart share one of three years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from joinedup.people.tokens.bonds import Told

_LEAST_LETTERS = 4  # of a name of which slips are forgiven, as in clear text
_WHOLE = "="  # before a name of which no slip is forgiven: no letter left out of another gives this
_LEAST_OF_A_STREET = 6
_PARTS_OF_BIRTH = ((0, 4), (4, 8))  # year; month and day: a slip is in one of them
_YEARS_OF_A_STEP = 5


def told(row: Mapping[str, Any]) -> Told:
    """The values by their words; those that are not known are left out."""
    found = {**_names(row), **_births(row), **_homes(row)}
    for name in ("phone", "email", "identifiers"):
        found[name] = _listed(row[name])
    return {name: values for name, values in found.items() if values}


def _names(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    given, family, middle = row["given"] or "", row["family"] or "", row["middle"] or ""
    whole = len(given) > 1
    return {
        "given": _one(given if whole else None),
        "canon": _one(row["given_canon"] if whole else None),
        "given_sound": _one(row["given_sound"] if whole else None),
        "initial": _one(row["given_initial"]),
        "short": _one(given if given and not whole else None),
        "given_slips": tuple(slips(given)) if whole else (),
        "family": _one(family),
        "family_sound": _one(row["family_sound"]),
        "family_slips": tuple(slips(family)),
        "sounds": tuple({one for one in (row["given_sound"], row["family_sound"]) if one}),
        "names": _listed(row["names"]),
        "middle": _one(middle if len(middle) > 1 else None),
        "middle_initial": _one(middle[:1]),
        "middle_short": _one(middle if len(middle) == 1 else None),
    }


def _births(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    birth, year = row["birth"], row["birth_year"]
    found = {"birth": _one(birth), "birth_key": _one(row["birth_key"])}
    if birth:
        found |= {"birth_slips": tuple(digit_slips(birth)), "day": (birth[4:],)}
    if year is not None:
        step = int(year) // _YEARS_OF_A_STEP
        found |= {
            "year": (str(year),),
            "years_near": tuple(str(int(year) + more) for more in range(3)),
            "years_far": tuple(str(step + more) for more in range(3)),
        }
    return found


def _homes(row: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    postcode, number, district = row["postcode"], row["number"], row["district"]
    street = row["street"] if len(row["street"] or "") >= _LEAST_OF_A_STREET else None
    homes = [f"uprn {row['uprn']}"] if row["uprn"] else []
    homes += [f"post {postcode} {number}"] if postcode and number else []
    homes += [f"line {street} {district}"] if street and district else []
    return {
        "home": tuple(homes),
        "street": _one(street),
        "postcode": _one(postcode),
        "sector": _one(row["sector"]),
        "district": _one(district),
        "post_area": _one(row["post_area"]),
    }


def slips(name: str) -> Iterator[str]:
    """A name of four letters or more, and the same with each letter left out: each once. A shorter one gives
    itself alone, as what no other gives: with nothing of it a cell would show that the name is short.

    Two names share one if one letter is added, left out, changed, exchanged with the next, or stands
    elsewhere (after the deletion neighbourhoods of Garbe's SymSpell, 2012).
    """
    if len(name) >= _LEAST_LETTERS:
        yield from dict.fromkeys([name, *(name[:at] + name[at + 1 :] for at in range(len(name)))])
    elif name:
        yield _WHOLE + name


def digit_slips(birth: str) -> Iterator[str]:
    """A date of eight digits with each digit hidden, and with each two neighbours in no order."""
    for start, end in _PARTS_OF_BIRTH:
        for at in range(start, end):
            yield f"{birth[:at]}?{birth[at + 1 :]}"
        for at in range(start, end - 1):
            if birth[at] != birth[at + 1]:
                pair = "".join(sorted(birth[at : at + 2]))
                yield f"{birth[:at]}({pair}){birth[at + 2 :]}"


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _listed(value: Any) -> tuple[str, ...]:
    """A column's value, or each of its values, as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
