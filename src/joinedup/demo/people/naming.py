"""Giving the invented people their names, other names, numbers and ways to be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.demo.people.drawing import happens, last_digit
from joinedup.demo.people.names import draw_given, draw_surname, nicknames
from joinedup.demo.people.rates import by_age
from joinedup.demo.people.tables import Codes
from joinedup.demo.people.world import NEVER, NONE, World

_NHS_FIRST = 999_000_000  # NHS numbers that begin with 999 are set aside for tests
_NHS_WEIGHTS = (10, 9, 8, 7, 6, 5, 4, 3, 2)
_NO_DIGIT = 10
# Numbers that Ofcom keeps for drama: nobody's. There are a thousand of each, so strangers share them here.
_MOBILE, _LANDLINE, _NUMBERS = "07700 900", "01632 960", 1000
_FIRST_YEAR = 1970


def _years(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + _FIRST_YEAR


def name_people(world: World) -> None:
    """Name all who are there on the first day: families share surnames, sons sometimes a father's name."""
    people, rates = world.people, world.rates["names"]
    stream = world.streams.of("names")
    n = people.n
    who = np.arange(n)
    people.surname[:n] = draw_surname(stream, world.names, people.group[:n])
    wives = np.flatnonzero((people.partner[:n] >= 0) & (people.sex[:n] == 0))
    husbands = people.partner[wives]
    takes = happens(stream, rates["married_of_couples"] * (1 - rates["wife_keeps_surname"]), len(wives))
    takes &= people.sex[husbands] == 1
    people.former[wives[takes]] = people.surname[wives[takes]]
    people.surname[wives[takes]] = people.surname[husbands[takes]]
    _inherit_surnames(stream, world, np.flatnonzero(people.mother[:n] >= 0))
    _give_names(stream, world, who)


def name_the_born(world: World) -> None:
    """Name those who were born since the first day."""
    people = world.people
    stream = world.streams.of("names of the born")
    born = np.flatnonzero(people.surname[: people.n] == NONE)
    people.surname[born] = draw_surname(stream, world.names, people.group[born])
    _inherit_surnames(stream, world, born)
    _give_names(stream, world, born)


def _inherit_surnames(stream: np.random.Generator, world: World, children: np.ndarray) -> None:
    """A father's surname; without a father the mother's, or (for all her children) an absent father's."""
    people = world.people
    mother, father = people.mother[children], people.father[children]
    absent = happens(stream, world.rates["names"]["child_bears_absent_fathers_surname"], people.room)[mother]
    own = np.zeros(people.room, np.int32)
    own[mother] = people.surname[children]  # one absent father for each mother
    without = np.where(absent, own[mother], people.surname[mother])
    people.surname[children] = np.where(father >= 0, people.surname[np.maximum(father, 0)], without)


def _give_names(stream: np.random.Generator, world: World, who: np.ndarray) -> None:
    people, rates = world.people, world.rates
    group, sex, year = people.group[who], people.sex[who], _years(people.birth[who])
    people.given[who] = draw_given(stream, world.names, group, sex, year)
    has_middle = happens(stream, rates["names"]["middle_name"], len(who))
    middle = draw_given(stream, world.names, group, sex, year)
    people.middle[who] = np.where(has_middle, middle, NONE)
    parent = np.where(sex == 1, people.father[who], people.mother[who])
    like = (parent >= 0) & happens(
        stream, np.where(sex == 1, rates["people"]["sons_named_like_fathers"], 0.0), len(who)
    )
    after = (parent >= 0) & happens(stream, rates["people"]["middle_name_shared_with_parent"], len(who))
    people.middle[who[after]] = people.given[parent[after]]
    people.given[who[like]] = people.given[parent[like]]
    mother = people.mother[who]
    namesake = who[(mother >= 0) & (sex == 0) & (people.given[who] == people.given[np.maximum(mother, 0)])]
    people.given[namesake] = draw_given(
        stream, world.names, people.group[namesake], people.sex[namesake], _years(people.birth[namesake])
    )
    second = who[(people.twin[who] >= 0) & (people.twin[who] < who)]
    for _ in range(4):  # twins are never given one name
        same = second[people.given[second] == people.given[people.twin[second]]]
        people.given[same] = draw_given(
            stream, world.names, people.group[same], people.sex[same], _years(people.birth[same])
        )
    people.middle[who] = np.where(people.middle[who] == people.given[who], NONE, people.middle[who])


def person_rows(
    world: World, labels: list[str], pnc: np.ndarray, crn: np.ndarray, batch: int = 500_000
) -> Iterator[dict[str, Any]]:
    """The person table, a batch at a time. ``pnc`` and ``crn`` say who has such a number."""
    people = world.people
    words = world.names.words
    stream = world.streams.of("numbers")
    nhs = _nhs_numbers(stream, people.n)
    for start in range(0, people.n, batch):
        end = min(start + batch, people.n)
        ids = np.arange(start, end)
        at = slice(start, end)
        yield {
            "person_id": ids,
            "given_name": Codes(people.given[at], words),
            "middle_name": Codes(people.middle[at], words),
            "family_name": Codes(people.surname[at], words),
            "sex": Codes(people.sex[at], ["F", "M"]),
            "birth_date": people.birth[at].astype("datetime64[D]"),
            "ethnic_group": Codes(people.group[at], labels),
            "death_date": _dates(people.death[at]),
            "twin_of": people.twin[at].astype(np.int64),
            "phone": _phones(world, ids),
            "email": _emails(world, ids),
            "nhs_number": nhs[at],
            "pnc_id": _masked(_pnc(world, ids), pnc[at]),
            "crn": _masked(_crn(ids), crn[at]),
        }


def _dates(days: np.ndarray) -> np.ndarray:
    dates = days.astype("datetime64[D]")
    dates[days == NEVER] = np.datetime64("NaT")
    return dates


def _masked(values: pa.Array, given: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(given), values, pa.scalar(None, pa.string()))


def _padded(numbers: np.ndarray, width: int) -> pa.Array:
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")


def _nhs_numbers(stream: np.random.Generator, n: int) -> pa.Array:
    """Distinct numbers of the test range with a valid check digit; none for those beyond its 909,091."""
    nine = _NHS_FIRST + np.arange(1_000_000)
    digit = last_digit(nine, _NHS_WEIGHTS)
    valid = np.flatnonzero(digit != _NO_DIGIT)
    stream.shuffle(valid)
    valid = valid[:n]
    numbers = _padded(nine[valid] * 10 + digit[valid], 10)
    return pa.concat_arrays([numbers, pa.nulls(n - len(valid), pa.string())])


def _phones(world: World, ids: np.ndarray) -> pa.Array:
    """A mobile, else the household's landline, else none."""
    people, rates = world.people, world.rates["names"]
    stream = world.streams.of("phones", int(ids[0]) if len(ids) else 0)
    age = people.age(float(world.starts[0]))[ids]
    mobile = happens(stream, by_age(rates["phone_by_age"], age), len(ids))
    own = pc.binary_join_element_wise(_MOBILE, _padded(stream.integers(0, _NUMBERS, len(ids)), 3), "")
    first = np.maximum(people.first_household[ids], 0).astype(np.int64)
    household = (first * 2_654_435_761 + 12_345) % 2**32
    home = pc.binary_join_element_wise(_LANDLINE, _padded(household % _NUMBERS, 3), "")
    has_home = (household // _NUMBERS % 100 < rates["landline"] * 100) & (people.first_household[ids] >= 0)
    return pc.if_else(pa.array(mobile), own, _masked(home, has_home))


def _emails(world: World, ids: np.ndarray) -> pa.Array:
    people, rates = world.people, world.rates["names"]
    stream = world.streams.of("e-mails", int(ids[0]) if len(ids) else 0)
    age = people.age(float(world.starts[0]))[ids]
    has = happens(stream, by_age(rates["email_by_age"], age), len(ids))
    lowered = ["".join(letter for letter in word.lower() if letter.isalpha()) for word in world.names.words]
    text = pc.binary_join_element_wise(
        Codes(people.given[ids], lowered).to_arrow(), Codes(people.surname[ids], lowered).to_arrow(), "."
    )
    number = pc.cast(pa.array(stream.integers(1, 100, len(ids))), pa.string())
    return _masked(pc.binary_join_element_wise(text, number, "@example.org", ""), has)


def _pnc(world: World, ids: np.ndarray) -> pa.Array:
    """A year, seven digits and a letter: the shape of a PNC identifier, with an invented number."""
    people = world.people
    stream = world.streams.of("pnc", int(ids[0]) if len(ids) else 0)
    year = np.minimum(_years(people.birth[ids]) + 12 + stream.integers(0, 14, len(ids)), 2025)
    letters = list("ABCDEFGHJKLMNPQRTUVWXYZ")
    number = _padded(ids * 7 % 10_000_000, 7)
    letter = Codes(ids * 7 % 23, letters).to_arrow()
    return pc.binary_join_element_wise(
        pc.cast(pa.array(year), pa.string()), pc.binary_join_element_wise(number, letter, ""), "/"
    )


def _crn(ids: np.ndarray) -> pa.Array:
    """A letter and six digits, as probation's case reference numbers are."""
    letter = Codes(ids // 1_000_000 % 26, list("XZYWVUTSRQPONMLKJIHGFEDCBA")).to_arrow()
    return pc.binary_join_element_wise(letter, _padded(ids % 1_000_000, 6), "")


def alias_rows(world: World, offenders: np.ndarray) -> Iterator[dict[str, Any]]:
    """Nicknames, former surnames, and the other names of some who offend (positions in ``offenders``)."""
    people, rates = world.people, world.rates["names"]
    words = world.names.words
    stream = world.streams.of("aliases")
    former = np.flatnonzero(people.former[: people.n] >= 0)
    yield _aliases(
        former, Codes(people.given[former], words), Codes(people.former[former], words), "former-surname"
    )
    known = nicknames()
    short_forms = [known.get(str(word), []) for word in words]
    count = np.array([len(found) for found in short_forms])
    flat = [name for found in short_forms for name in found]
    start = np.r_[0, np.cumsum(count)]
    nick = happens(stream, rates["nickname"], people.n) & (count[people.given[: people.n]] > 0)
    who = np.flatnonzero(nick)
    given = people.given[who]
    picked = start[given] + (stream.random(len(who)) * count[given]).astype(np.int64)
    yield _aliases(who, Codes(picked, flat), Codes(people.surname[who], words), "nickname")
    used = offenders[happens(stream, rates["alias_of_offenders"], len(offenders))]
    mother = people.mother[used]
    other = np.where(
        mother >= 0, people.surname[np.maximum(mother, 0)], people.surname[stream.permutation(used)]
    )
    middle = people.middle[used]
    given = np.where(middle >= 0, middle, people.given[stream.permutation(used)])
    swap = stream.random(len(used)) < 0.5
    yield _aliases(
        used,
        Codes(np.where(swap, given, people.given[used]), words),
        Codes(np.where(swap, people.surname[used], other), words),
        "alias",
    )


def _aliases(who: np.ndarray, given: Codes, family: Codes, kind: str) -> dict[str, Any]:
    return {
        "person_id": who,
        "given_name": given,
        "family_name": family,
        "kind": Codes(np.zeros(len(who), np.int64), [kind]),
    }
