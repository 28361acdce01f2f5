"""The groups of people by which error rates are told: sex, ethnic group and age band.

Pure definitions and SQL. A group is what somebody is written down as; ``unknown`` is where something is
written that says nothing (not stated, refused, no such date), ``missing`` where nothing is written. The five
broad ethnic groups are those of the census of 2021 (ONS, TS021): Chinese people are Asian in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from joinedup.people import cleaning_sql as clean

UNKNOWN, MISSING = "unknown", "missing"
_OLDEST = 120
_ONS_ASIAN = "o1|ic5|chinese"
"""Codes and words of Chinese people: of their own in the lists of before 2011, Asian since."""

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Dimension:
    """One way to tell people apart: its name, its heading, and its groups' headings by their codes, those
    that tell nothing last."""

    name: str
    heading: Promise
    groups: Mapping[str, Promise]

    @property
    def codes(self) -> tuple[str, ...]:
        """The groups, in their order."""
        return tuple(self.groups)

    @property
    def telling(self) -> int:
        """How many groups say something of somebody: all but the last two."""
        return len(self.groups) - 2


_SILENT = {UNKNOWN: _("not stated or not known"), MISSING: _("not recorded")}
SEX = Dimension("sex", _("Sex"), {"f": _("female"), "m": _("male"), **_SILENT})
ETHNIC_GROUP = Dimension(
    "ethnic-group",
    _("Ethnic group"),
    {
        "a": _("Asian"),
        "b": _("Black"),
        "m": _("Mixed"),
        "w": _("White"),
        "o": _("other ethnic group"),
        **_SILENT,
    },
)
_BANDS = {"0-9": 0, "10-17": 10, "18-24": 18, "25-34": 25, "35-49": 35, "50-64": 50, "65+": 65}
AGE_BAND = Dimension(
    "age-band",
    _("Age band"),
    {
        "0-9": _("under 10"),
        "10-17": _("10 to 17"),
        "18-24": _("18 to 24"),
        "25-34": _("25 to 34"),
        "35-49": _("35 to 49"),
        "50-64": _("50 to 64"),
        "65+": _("65 and over"),
        **_SILENT,
    },
)
ALL = (SEX, ETHNIC_GROUP, AGE_BAND)


def sex_sql(value: str) -> str:
    """SQL: the code of a sex as it is written."""
    return _coded(clean.sex(clean.plain(value)), clean.plain(value))


def ethnic_group_sql(value: str) -> str:
    """SQL: the code of an ethnic group as it is written, in words or by a code of the police."""
    plain = clean.plain(value)
    broad = (
        f"CASE WHEN regexp_full_match({plain}, '{_ONS_ASIAN}') THEN 'a' ELSE {clean.ethnic_group(plain)} END"
    )
    return _coded(broad, plain)


def age_band_sql(born: str, given: str, on: dt.date) -> str:
    """SQL: the code of the age on a day of somebody ``born`` then (a DATE), ``given`` as the owner wrote it.

    A day of birth that nobody alive can have, such as 1 January 1900 for none, is not known.
    """
    day = f"DATE '{on.isoformat()}'"
    age = f"date_sub('year', CAST({born} AS DATE), {day})"
    bands = " ".join(f"WHEN {age} >= {first} THEN '{code}'" for code, first in reversed(_BANDS.items()))
    cases = f"CASE WHEN CAST({born} AS DATE) > {day} OR {age} > {_OLDEST} THEN NULL {bands} END"
    written = f"coalesce(CAST({born} AS VARCHAR), nullif(trim(CAST({given} AS VARCHAR)), ''))"
    return _coded(cases, written)


def _coded(code: str, written: str) -> str:
    return f"coalesce({code}, CASE WHEN {written} IS NULL THEN '{MISSING}' ELSE '{UNKNOWN}' END)"


def numbered(dimension: Dimension, codes: list[str]) -> Codes:
    """The places of codes among the groups of a dimension."""
    places = {code: place for place, code in enumerate(dimension.codes)}
    return np.array([places[one] for one in codes], dtype=np.int64)


def of_each(dimension: Dimension, owner: Codes, group: Codes, owners: int) -> Codes:
    """The group of each of so many owners, by the groups that their records say.

    It is the one said most often, at a tie the earliest of the dimension; unknown only where no record says
    more, missing where none says anything.
    """
    said = np.zeros((owners, len(dimension.groups)), dtype=np.int64)
    np.add.at(said, (owner, group), 1)
    telling = said[:, : dimension.telling]
    silent = np.where(said[:, dimension.telling] > 0, dimension.telling, dimension.telling + 1)
    return np.where(telling.any(axis=1), telling.argmax(axis=1), silent)
