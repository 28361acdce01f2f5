"""Offences: the published mix inside each police.uk type, and what is typical of each offence."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np

from joinedup.demo.people.civil import read_text


@dataclass(frozen=True)
class Offences:
    """One entry an offence. ``mix`` has a row for each police.uk type and a weight for each offence."""

    types: list[str]
    codes: list[str]  # Home Office class/sub, three and two digits
    texts: list[str]
    mix: np.ndarray
    victim: np.ndarray  # words: person, home, vehicle, business, state
    injury: np.ndarray  # 0 none, 1 some, 2 serious
    domestic: np.ndarray  # shares of 0 to 1, as are the next two
    alcohol: np.ndarray
    weapon: np.ndarray
    hate: np.ndarray
    sexual: np.ndarray
    victim_sex: np.ndarray  # 0 woman, 1 man, -1 either
    victim_from: np.ndarray  # least age
    victim_to: np.ndarray  # first age beyond


@cache
def load_offences() -> Offences:
    """The published counts of 2017/18 spread over the offences of our own table of traits."""
    counts: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(io.StringIO(read_text("prc_cleveland_2017_18.csv.gz"))):
        counts[row["offence_code"]] += int(row["number_of_offences"])
    traits = list(csv.DictReader(io.StringIO(read_text("offence_traits.csv.gz"))))
    types = sorted({row["crime_type"] for row in traits})
    mix = np.zeros((len(types), len(traits)))
    for column, row in enumerate(traits):
        mix[types.index(row["crime_type"]), column] = counts[row["prc_code"]] * float(row["share"])

    def numbers(name: str) -> np.ndarray:
        return np.array([float(row[name]) for row in traits])

    return Offences(
        types=types,
        codes=[row["ho_code"] for row in traits],
        texts=[row["offence"] for row in traits],
        mix=mix,
        victim=np.array([row["victim"] for row in traits]),
        injury=numbers("injury").astype(int),
        domestic=numbers("domestic"),
        alcohol=numbers("alcohol"),
        weapon=numbers("weapon"),
        hate=numbers("hate") > 0,
        sexual=np.array(["exual" in row["offence"] or "Rape" in row["offence"] for row in traits]),
        victim_sex=np.array([{"F": 0, "M": 1}.get(row["victim_sex"], -1) for row in traits]),
        victim_from=numbers("victim_from").astype(int),
        victim_to=numbers("victim_to").astype(int),
    )
