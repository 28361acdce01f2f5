"""How two descriptions are compared: for each kind of evidence its levels, from the strongest to none.

A level is a condition on the columns of ``normalising.STANDARD`` with ``_l`` and ``_r`` behind their names;
the first that holds is the one that counts. SQL is DuckDB's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Level:
    """One degree of agreement: its code, which is stored, its words, its condition, and the column whose
    rare values weigh more.

    A code means the same for good, because pairs that stand have it; words are translated where they are
    shown.
    """

    code: str
    words: Promise
    sql: str
    rarity: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A kind of evidence: when nothing can be said (``unknown``), and its levels; the last is ``ELSE``.

    ``most``: the most bits that it may weigh for or against, whatever a model learnt.
    """

    name: str
    columns: tuple[str, ...]
    unknown: str
    levels: tuple[Level, ...]
    most: float = 30.0


def _both(column: str) -> str:
    return f"{column}_l = {column}_r"


def _missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _alike(column: str, similarity: float) -> str:
    """One letter added, left out, changed or exchanged with the next, or alike by Jaro and Winkler.

    One slip leaves the first two or the last two letters as they were: that is asked first, for it is cheap.
    """
    left, right = f"{column}_l", f"{column}_r"
    return f"""CASE WHEN least(length({left}), length({right})) >= 4
                AND abs(length({left}) - length({right})) <= 1
                AND (left({left}, 2) = left({right}, 2) OR right({left}, 2) = right({right}, 2))
                AND damerau_levenshtein({left}, {right}) <= 1 THEN true
            ELSE jaro_winkler_similarity({left}, {right}) >= {similarity} END"""


def _digits_apart(column: str, digits: int) -> str:
    """So many digits changed or exchanged, in the first four or in the rest.

    Slips are counted in the half that differs, for what is the same before or behind it changes no count; and
    only where the digits that differ place by place do not say it: as many as may be are that many slips
    at most, and one slip is never more than two of them.
    """
    left, right = f"{column}_l", f"{column}_r"
    differ = f"hamming({left}, {right})"
    never = f"WHEN {differ} > 2 THEN false" if digits == 1 else ""

    def slips(half: str) -> str:
        counted = f"damerau_levenshtein({half.format(left)}, {half.format(right)}) <= {digits}"
        return f"""CASE WHEN length({left}) <> length({right}) THEN {counted}
            WHEN {differ} <= {digits} THEN true {never} ELSE {counted} END"""

    return f"""CASE WHEN left({left}, 4) = left({right}, 4) THEN {slips("substr({}, 5)")}
            WHEN substr({left}, 5) = substr({right}, 5) THEN {slips("left({}, 4)")} ELSE false END"""


def _last_digits(left: str, right: str, slips: int) -> str:
    """Two numbers with their schemes before them, so many slips apart."""
    ends = f"right({left}, 2) = right({right}, 2)"
    starts = f"left({left}, length({left}) - 4) = left({right}, length({right}) - 4)"
    return f"""CASE WHEN abs(length({left}) - length({right})) <= 1 AND ({ends} OR {starts})
            THEN damerau_levenshtein({left}, {right}) <= {slips} ELSE false END"""


_SWAPPED = "(given_l = family_r AND family_l = given_r AND given_l <> family_l)"
_ELSE = "ELSE"


def _either_among(column: str) -> str:
    return f"(list_contains(names_r, {column}_l) OR list_contains(names_l, {column}_r))"


GIVEN = Comparison(
    "given",
    ("given", "given_canon", "given_sound", "given_initial", "names", "family"),
    _missing("given"),
    (
        Level("same", _("the same given name"), f"{_both('given')} AND length(given_l) > 1", "given"),
        Level("swapped", _("given name and surname in each other's place"), _SWAPPED),
        Level(
            "short-form",
            _("a short form of the same given name"),
            f"{_both('given_canon')} AND length(given_l) > 1",
            None,
        ),
        Level(
            "initial",
            _("an initial that fits the given name"),
            f"least(length(given_l), length(given_r)) = 1 AND {_both('given_initial')}",
        ),
        Level("slip", _("given names one slip apart"), _alike("given", 0.92)),
        Level("among", _("the given name of one among the names of the other"), _either_among("given")),
        Level(
            "sound",
            _("given names that sound alike"),
            f"{_both('given_sound')} OR jaro_winkler_similarity(given_l, given_r) >= 0.85",
        ),
        Level("different", _("different given names"), _ELSE),
    ),
)
FAMILY = Comparison(
    "family",
    ("family", "family_sound", "names", "given"),
    f"{_missing('family')} OR {_SWAPPED}",
    (
        Level("same", _("the same surname"), _both("family"), "family"),
        Level("slip", _("surnames one slip apart"), _alike("family", 0.93)),
        Level("among", _("the surname of one among the names of the other"), _either_among("family")),
        Level(
            "sound",
            _("surnames that sound alike"),
            f"{_both('family_sound')} OR jaro_winkler_similarity(family_l, family_r) >= 0.87",
        ),
        Level("different", _("different surnames"), _ELSE),
    ),
)
MIDDLE = Comparison(
    "middle",
    ("middle",),
    _missing("middle"),
    (
        Level("same", _("the same middle name"), f"{_both('middle')} AND length(middle_l) > 1"),
        Level(
            "initial",
            _("an initial that fits the middle name"),
            "least(length(middle_l), length(middle_r)) = 1 AND left(middle_l, 1) = left(middle_r, 1)",
        ),
        Level("alike", _("middle names that are alike"), _alike("middle", 0.88)),
        Level("different", _("different middle names"), _ELSE),
    ),
)
_DAY_L, _DAY_R = "substr(birth_l, 5)", "substr(birth_r, 5)"
BIRTH = Comparison(
    "birth",
    ("birth", "birth_key", "birth_year"),
    _missing("birth_year"),
    (
        Level("same", _("the same date of birth"), _both("birth")),
        Level("swapped", _("dates of birth with day and month swapped"), _both("birth_key")),
        Level("one-digit", _("dates of birth one digit apart"), _digits_apart("birth", 1)),
        Level(
            "year-day-unknown",
            _("the same year of birth, the day of one not known"),
            f"(birth_l IS NULL OR birth_r IS NULL) AND {_both('birth_year')}",
        ),
        Level("two-digits", _("dates of birth two digits apart"), _digits_apart("birth", 2)),
        Level("day-and-month", _("the same day and month of birth in another year"), f"{_DAY_L} = {_DAY_R}"),
        Level("year", _("the same year of birth"), _both("birth_year")),
        Level("two-years", _("years of birth at most two apart"), "abs(birth_year_l - birth_year_r) <= 2"),
        Level("ten-years", _("years of birth at most ten apart"), "abs(birth_year_l - birth_year_r) <= 10"),
        Level("far", _("births more than ten years apart"), _ELSE),
    ),
)
HOME = Comparison(
    "home",
    ("uprn", "number", "street", "postcode", "sector", "district", "post_area"),
    f"({_missing('postcode')}) AND ({_missing('street')}) AND ({_missing('uprn')})",
    (
        Level(
            "same",
            _("the same home"),
            f"{_both('uprn')} OR ({_both('postcode')} AND {_both('number')})"
            f" OR ({_both('street')} AND {_both('district')} AND length(street_l) > 5)",
        ),
        Level("line", _("the same line of address"), f"{_both('street')} AND length(street_l) > 5"),
        Level("postcode", _("the same postcode"), _both("postcode")),
        Level(
            "alike",
            _("lines of address that are alike"),
            "jaro_winkler_similarity(street_l, street_r) >= 0.92",
        ),
        Level("sector", _("the same postcode sector"), _both("sector")),
        Level("district", _("the same postcode district"), _both("district")),
        Level("area", _("the same postcode area"), _both("post_area")),
        Level("far", _("homes far apart"), _ELSE),
    ),
)
PHONE = Comparison(
    "phone",
    ("phone",),
    _missing("phone"),
    (
        Level("same", _("the same telephone"), _both("phone")),
        Level("one-digit", _("telephones one digit apart"), _digits_apart("phone", 1)),
        Level("different", _("different telephones"), _ELSE),
    ),
)
EMAIL = Comparison(
    "email",
    ("email",),
    _missing("email"),
    (
        Level("same", _("the same e-mail address"), _both("email")),
        Level(
            "alike", _("e-mail addresses that are alike"), "jaro_winkler_similarity(email_l, email_r) >= 0.95"
        ),
        Level("different", _("different e-mail addresses"), _ELSE),
    ),
)
IDENTIFIER = Comparison(
    "identifier",
    ("identifiers", "schemes"),
    f"{_missing('identifiers')} OR NOT list_has_any(schemes_l, schemes_r)",
    (
        Level("same", _("the same number of an agency"), "list_has_any(identifiers_l, identifiers_r)"),
        Level(
            "one-digit",
            _("numbers of an agency one digit apart"),
            _last_digits("identifiers_l[1]", "identifiers_r[1]", 1),
        ),
        Level(
            "two-digits",
            _("numbers of an agency two digits apart"),
            _last_digits("identifiers_l[1]", "identifiers_r[1]", 2),
        ),
        Level("different", _("different numbers of an agency"), _ELSE),
    ),
)


def _plainly(name: str, same: Promise, different: Promise, rarity: str | None = None) -> Comparison:
    return Comparison(
        name,
        (name,),
        _missing(name),
        (Level("same", same, _both(name), rarity), Level("different", different, _ELSE)),
    )


SEX = _plainly("sex", _("the same sex"), _("different sex"))
# Said by the person in one record and seen by an officer in another: a model that learnt where the two seldom
# differ would hold one person apart by it.
ETHNICITY = replace(_plainly("ethnicity", _("the same ethnic group"), _("different ethnic group")), most=1.0)
OCCUPATION = _plainly("occupation", _("the same occupation"), _("different occupation"), "occupation")
BIRTH_PLACE = Comparison(
    "birth_place",
    ("birth_place",),
    _missing("birth_place"),
    (
        Level("same", _("the same place of birth"), _both("birth_place"), "birth_place"),
        Level("alike", _("places of birth that are alike"), _alike("birth_place", 0.92)),
        Level("different", _("different places of birth"), _ELSE),
    ),
)
ALL = (
    GIVEN,
    FAMILY,
    MIDDLE,
    BIRTH,
    HOME,
    PHONE,
    EMAIL,
    IDENTIFIER,
    SEX,
    ETHNICITY,
    BIRTH_PLACE,
    OCCUPATION,
)
BY_NAME: Mapping[str, Comparison] = {one.name: one for one in ALL}


def can_compare(comparison: Comparison, present: frozenset[str]) -> bool:
    """Whether a table with these columns can say anything by a comparison."""
    main = comparison.columns if comparison.name == "home" else comparison.columns[:1]
    return bool(present & set(main)) or (comparison.name == "birth" and "birth_year" in present)
