"""Homes for the households: on real named streets, with invented numbers, postcodes and references."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.demo.people.civil import REFERENCE
from joinedup.demo.people.drawing import GroupDraw, by_rows, by_weights, happens, rank_in_group
from joinedup.demo.people.ground import PREFIX, Ground
from joinedup.demo.people.rates import Rates, choices
from joinedup.demo.people.streams import Streams
from joinedup.demo.people.tables import Codes
from joinedup.demo.people.world import NONE, TENURES, Homes, World

if TYPE_CHECKING:
    from joinedup.demo.people.venues import Premises

_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those that an inward code may hold
# Locations of police.uk that are no streets: one of these words, a number, or a slash ("Park/Open Space").
_NO_STREET = (
    "Area Supermarket Station Hospital Prison Nightclub Subway Shops Shopping Centre Retail Business "
    "Industrial Trade Leisure Logistics Country Memorial"
)
_METRES_TO_DEGREES = 1 / 111_320
_HOMES_A_POSTCODE = 18
_STEP = 37  # between the numbers of one street's homes


@dataclass(frozen=True)
class StreetList:
    """Named streets of the ground: one entry for each name and point."""

    name: np.ndarray
    names: list[str]
    lsoa: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray


def named_streets(ground: Ground) -> StreetList:
    """Every point whose location is a street's name, once."""
    rows = ground.rows
    names = [text.removeprefix(PREFIX).strip() for text in rows.locations]
    streets = np.array([is_street(name) for name in names])[rows.location]
    key = (rows.lsoa * len(names) + rows.location)[streets]
    at = np.flatnonzero(streets)[np.unique(key, return_index=True)[1]]
    return StreetList(rows.location[at], names, rows.lsoa[at], rows.longitude[at], rows.latitude[at])


@cache
def is_street(name: str) -> bool:
    """Whether a location of police.uk, without its "On or near ", is the name of a street."""
    if not name or "/" in name or any(letter.isdigit() for letter in name):
        return False
    return not set(name.split()) & set(_NO_STREET.split())


def build_homes(
    ground: Ground, streets: StreetList, rates: Rates, streams: Streams, lsoa_of_households: np.ndarray
) -> Homes:
    """A home for each household (in their order) and some more that stand empty."""
    stream = streams.of("homes")
    spare = int(len(lsoa_of_households) * rates["homes"]["vacant"]) + 3
    lsoa = np.r_[lsoa_of_households, by_weights(stream, ground.residents, spare)]
    homes = Homes(lsoa)
    n = len(homes)
    picks = GroupDraw(np.ones(len(streets.lsoa)), streets.lsoa, len(ground.codes))
    street = picks.draw(stream, lsoa)
    homes.street[:] = np.where(street >= 0, street, stream.integers(0, len(streets.lsoa), n))
    _number(stream, streets, rates, homes)
    for axis, source in (("longitude", streets.longitude), ("latitude", streets.latitude)):
        jitter = stream.normal(0, 35 * _METRES_TO_DEGREES, n)
        getattr(homes, axis)[:] = source[homes.street] + jitter * (1.7 if axis == "longitude" else 1)
    decile = ground.decile[lsoa] - 1
    social = np.array(rates["homes"]["social_by_decile"])
    private = np.array(rates["homes"]["private_by_decile"])
    shares = np.stack([1 - social - private, private, social], axis=1)  # in the order of ``TENURES``
    homes.tenure[:] = by_rows(stream, shares, decile)
    _, weights = choices(rates["homes"]["landlords"])
    landlord = by_weights(stream, weights, n)
    homes.landlord[:] = np.where(homes.tenure == TENURES.index("social"), landlord, NONE)
    homes.household[: len(lsoa_of_households)] = np.arange(len(lsoa_of_households))
    return homes


def _number(stream: np.random.Generator, streets: StreetList, rates: Rates, homes: Homes) -> None:
    """Number the homes of each street, no number twice: when its houses are full, flats are."""
    outward, (_, towns) = _outward(streets)
    town = np.array([towns.index(name) for name in towns])[outward[homes.street]]
    place = rank_in_group(streets.name[homes.street] * len(towns) + town)
    highest = rates["homes"]["highest_number"]
    homes.number[:] = 1 + (place * _STEP + streets.name[homes.street]) % highest
    full = place // highest
    flats = np.where(
        happens(stream, rates["homes"]["flats"], len(homes)), stream.integers(1, 13, len(homes)), 0
    )
    homes.flat[:] = np.where(full > 0, 12 + full, flats)


def address_rows(
    ground: Ground, streets: StreetList, rates: Rates, homes: Homes, batch: int = 500_000
) -> Iterator[dict[str, object]]:
    """The address table, a batch at a time. A postcode belongs to a street and a stretch of numbers."""
    outward, towns = _outward(streets)
    landlords, _ = choices(rates["homes"]["landlords"])
    for start in range(0, len(homes), batch):
        at = slice(start, start + batch)
        street = homes.street[at]
        ids = np.arange(start, start + len(street))
        yield {
            "address_id": ids,
            "house": _houses(homes.number[at], homes.flat[at]),
            "street": Codes(streets.name[street], streets.names),
            "town": Codes(outward[street], towns[1]),
            "postcode": _postcodes(street, homes.number[at], outward, towns[0]),
            "uprn": pc.cast(pa.array(990_000_000_001 + ids), pa.string()),
            "lsoa_code": Codes(homes.lsoa[at], ground.codes),
            "longitude": np.round(homes.longitude[at], 6),
            "latitude": np.round(homes.latitude[at], 6),
            "tenure": Codes(homes.tenure[at], list(TENURES)),
            "landlord": Codes(homes.landlord[at], landlords),
        }


def _outward(streets: StreetList) -> tuple[np.ndarray, tuple[list[str], list[str]]]:
    """The nearest outward code of each street; our own table of their middles, good to a mile or so."""
    with (REFERENCE / "outward_codes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    longitude = np.array([float(row["longitude"]) for row in rows])
    latitude = np.array([float(row["latitude"]) for row in rows])
    east = (streets.longitude[:, None] - longitude) * 0.58  # cos of the latitude
    nearest = np.argmin(east**2 + (streets.latitude[:, None] - latitude) ** 2, axis=1)
    return nearest, ([row["outward_code"] for row in rows], [row["town"] for row in rows])


def _houses(number: np.ndarray, flat: np.ndarray) -> pa.Array:
    numbers = pc.cast(pa.array(number), pa.string())
    flats = pc.binary_join_element_wise("Flat ", pc.cast(pa.array(flat), pa.string()), ", ", numbers, "")
    return pc.if_else(pa.array(flat > 0), flats, numbers)


def _postcodes(street: np.ndarray, number: np.ndarray, outward: np.ndarray, codes: list[str]) -> pa.Array:
    """Outward code, then a digit and two letters that follow from the street and the stretch of numbers."""
    letters = len(_INWARD_LETTERS)
    unit = (street.astype(np.int64) * 7919 + number // _HOMES_A_POSTCODE * 104_729) % (10 * letters * letters)
    words = [
        f"{digit}{first}{second}"
        for digit in range(10)
        for first in _INWARD_LETTERS
        for second in _INWARD_LETTERS
    ]
    return pc.binary_join_element_wise(
        Codes(outward[street], codes).to_arrow(), Codes(unit, words).to_arrow(), " "
    )


def premises_addresses(world: World, streets: StreetList, premises: Premises) -> dict[str, object]:
    """The addresses of licensed premises, which follow those of the homes."""
    outward, towns = _outward(streets)
    street, n = premises.street, premises.count
    ids = len(world.homes) + np.arange(n)
    nothing = np.full(n, NONE)
    return {
        "address_id": ids,
        "house": Codes(np.arange(n), premises.names),
        "street": Codes(streets.name[street], streets.names),
        "town": Codes(outward[street], towns[1]),
        "postcode": _postcodes(street, premises.number, outward, towns[0]),
        "uprn": pc.cast(pa.array(990_000_000_001 + ids), pa.string()),
        "lsoa_code": Codes(streets.lsoa[street], world.ground.codes),
        "longitude": np.round(streets.longitude[street], 6),
        "latitude": np.round(streets.latitude[street], 6),
        "tenure": Codes(np.full(n, TENURES.index("private")), list(TENURES)),
        "landlord": Codes(nothing, [""]),
    }
