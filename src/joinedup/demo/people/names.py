"""Names: published ones by year of birth and sex, and our own lists for the groups that those lack."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from joinedup.demo.people.civil import REFERENCE, read_text
from joinedup.demo.people.drawing import by_rows, by_weights
from joinedup.demo.people.rates import Rates

BRITISH = "british"
# Which list of names each of the 19 groups of Census 2021 takes; all others take the British one.
_LIST_OF = {
    "Pakistani": "pakistani",
    "Indian": "indian",
    "Bangladeshi": "bangladeshi",
    "Chinese": "chinese",
    "Other Asian": "other_asian",
    "African": "african",
    "Caribbean": "caribbean",
    "Other Black": "african",
    "White and Asian": "pakistani",
    "White and Black African": "african",
    "White and Black Caribbean": "caribbean",
    "Other Mixed or Multiple ethnic groups": "other_asian",
    "Irish": "irish",
    "Roma": "roma",
    "Other White": "other_white",
    "Arab": "arab",
    "Any other ethnic group": "arab",
}
_NOT_BRITISH = ("pakistani", "bangladeshi", "arab")
_SPELLINGS = {"Mohammad", "Mohamed", "Syed", "Ahmad", "Abdur", "Aleeza", "Zahra"}
_SHARED = {"Sara", "Alina", "Nadia", "Lina", "Layla", "Maryam", "Sami"}
_SMALL_LISTS = 10  # the last list's names weigh a few times less than the first: see ``_falling``


@dataclass(frozen=True)
class Names:
    """Every name once, and who draws which: given names by cohort and group, surnames by group."""

    words: np.ndarray  # all names, given and family
    cohorts: np.ndarray  # first year of birth of each cohort
    given: dict[
        tuple[str, int], tuple[np.ndarray, np.ndarray]
    ]  # (list, sex) → weights by cohort, word of each
    surnames: dict[str, tuple[np.ndarray, np.ndarray]]  # list → weights, word of each
    lists: list[str]
    list_of_group: np.ndarray  # for each of the groups given to ``load_names``
    british_given: np.ndarray  # share of each list that takes a British given name
    british_surname: np.ndarray


def _falling(n: int) -> np.ndarray:
    return 1.0 / (np.arange(n) + _SMALL_LISTS)


@cache
def _own_lists() -> dict[str, dict[str, str]]:
    text = (REFERENCE / "names_by_group.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class _Words:
    """A growing list of distinct names."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def codes(self, words: list[str]) -> np.ndarray:
        return np.array([self.found.setdefault(word, len(self.found)) for word in words])


def load_names(labels: list[str], rates: Rates) -> Names:
    """Read the lists for the ethnic groups ``labels`` (the last part of the census's labels)."""
    words = _Words()
    cohorts, given = _british_given(words)
    surnames = {BRITISH: _british_surnames(words, rates["names"]["published_surnames"])}
    lists = [BRITISH]
    for name, parts in _own_lists().items():
        if name == "rare_surnames":
            continue
        lists.append(name)
        for sex, letter in enumerate("fm"):
            codes = words.codes(parts[letter].split())
            given[name, sex] = (np.tile(_falling(len(codes)), (len(cohorts), 1)), codes)
        codes = words.codes(parts["surnames"].split())
        surnames[name] = (_falling(len(codes)), codes)
    return Names(
        words=np.array(list(words.found), dtype=object),
        cohorts=cohorts,
        given=given,
        surnames=surnames,
        lists=lists,
        list_of_group=np.array([lists.index(_LIST_OF.get(label, BRITISH)) for label in labels]),
        british_given=_shares(lists, rates["names"]["british_given"]),
        british_surname=_shares(lists, rates["names"]["british_surname"]),
    )


def _shares(lists: list[str], table: Rates) -> np.ndarray:
    return np.array([1.0 if name == BRITISH else table.get(name, table["other"]) for name in lists])


def _british_given(words: _Words) -> tuple[np.ndarray, dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]]:
    """Counts by year from 1996; before that ranks each tenth year, weighed by a falling power (assumed)."""
    weights: dict[tuple[int, str], dict[str, float]] = {}
    for row in csv.DictReader(io.StringIO(read_text("baby_name_ranks_ew_1904_1994.csv.gz"))):
        weights.setdefault((int(row["year"]), row["sex"]), {})[row["name"]] = (int(row["rank"]) + 4) ** -1.15
    for row in csv.DictReader(io.StringIO(read_text("baby_names_ew_1996_2020_top300.csv.gz"))):
        weights.setdefault((int(row["year"]), row["sex"]), {})[row["name"]] = float(row["n"])
    cohorts = np.array(sorted({year for year, _ in weights}))
    others = _other_groups_names()
    given = {}
    for sex, letter in enumerate("FM"):
        names = sorted(
            {name for (_, of), found in weights.items() if of == letter for name in found} - others
        )
        column = {name: number for number, name in enumerate(names)}
        matrix = np.zeros((len(cohorts), len(names)))
        for row_number, year in enumerate(cohorts):
            for name, weight in weights[int(year), letter].items():
                if name in column:
                    matrix[row_number, column[name]] = weight
        given[BRITISH, sex] = (matrix, words.codes(names))
    return cohorts, given


def _other_groups_names() -> set[str]:
    """Names in the published counts of all babies that mostly belong to groups with a list of their own."""
    own = _own_lists()
    found = {name for group in _NOT_BRITISH for sex in "mf" for name in own[group][sex].split()}
    return (found | _SPELLINGS) - _SHARED


def _british_surnames(words: _Words, published_share: float) -> tuple[np.ndarray, np.ndarray]:
    rows = list(csv.DictReader(io.StringIO(read_text("surnames_gb_weighted.csv.gz"))))
    published = np.array([float(row["weight"]) for row in rows])
    parts = _own_lists()["rare_surnames"]
    known = {row["surname"] for row in rows}
    rare = [
        first + last
        for last, first in product(parts["last"].split(), parts["first"].split())
        if first + last not in known and first[-1] != last[0]
    ]
    falling = (np.arange(len(rare)) + 20.0) ** -0.5
    weights = np.r_[
        published / published.sum() * published_share, falling / falling.sum() * (1 - published_share)
    ]
    return weights, words.codes([row["surname"] for row in rows] + rare)


def draw_given(
    stream: np.random.Generator, names: Names, group: np.ndarray, sex: np.ndarray, year: np.ndarray
) -> np.ndarray:
    """A given name (position in ``names.words``) by group, sex (0 woman, 1 man) and year of birth."""
    lists = _lists_for(stream, names, group, names.british_given)
    cohort = np.clip(np.searchsorted(names.cohorts, year, side="right") - 1, 0, len(names.cohorts) - 1)
    drawn = np.zeros(len(group), dtype=np.int64)
    for number, name in enumerate(names.lists):
        for one in (0, 1):
            who = np.flatnonzero((lists == number) & (sex == one))
            weights, codes = names.given[name, one]
            if len(who):
                drawn[who] = codes[by_rows(stream, weights, cohort[who])]
    return drawn


def draw_surname(stream: np.random.Generator, names: Names, group: np.ndarray) -> np.ndarray:
    """A surname (position in ``names.words``) for each person by group."""
    lists = _lists_for(stream, names, group, names.british_surname)
    drawn = np.zeros(len(group), dtype=np.int64)
    for number, name in enumerate(names.lists):
        who = np.flatnonzero(lists == number)
        weights, codes = names.surnames[name]
        drawn[who] = codes[by_weights(stream, weights, len(who))]
    return drawn


def _lists_for(
    stream: np.random.Generator, names: Names, group: np.ndarray, british: np.ndarray
) -> np.ndarray:
    lists = names.list_of_group[group]
    return np.where(stream.random(len(group)) < british[lists], 0, lists)


@cache
def nicknames() -> dict[str, list[str]]:
    """Nicknames of given names, as published, with capitals."""
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(read_text("nicknames.csv.gz"))):
        found.setdefault(row["name1"].title(), []).append(row["name2"].title())
    return found
