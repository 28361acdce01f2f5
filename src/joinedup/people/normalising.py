"""One pass of DuckDB over a table of persons: attributes tidied, junk left out by listed rules and counted.

The table that comes out has one row for each row that went in and always the same columns (``STANDARD``);
attributes that were not mapped are NULL.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from joinedup.people import cleaning_sql as clean
from joinedup.people.attributes import IDENTIFIERS, SCHEME_PREFIX, TEXTS, Columns, listed
from joinedup.records.tokens import SCHEME as TOKENS

_HERE = Path(__file__).parent
_NAMES = ("full_name", "given_name", "middle_names", "family_name", "alias")
SHARED_BY_MANY = "shared by many"
_MOST_FAMILIES = 8  # of so many surnames one phone, address of mail or number cannot tell who is meant

STANDARD = tuple(
    "given given_canon given_sound given_initial family family_sound middle names birth birth_year birth_key "  # noqa: SIM905
    "uprn number street postcode sector district post_area phone email sex ethnicity birth_place occupation "
    "identifiers schemes token".split()
)


@dataclass(frozen=True)
class JunkRule:
    """A pattern for values that tell nothing, and the attributes it is asked of."""

    name: str
    attributes: tuple[str, ...]
    pattern: str


@functools.cache
def junk_rules() -> tuple[JunkRule, ...]:
    """The rules of ``junk.toml``, in their order."""
    said = tomllib.loads((_HERE / "junk.toml").read_text(encoding="utf-8"))["rule"]
    return tuple(JunkRule(one["name"], tuple(one["attributes"]), one["pattern"]) for one in said)


@functools.cache
def nicknames() -> Mapping[str, str]:
    """Each name that has others of its kind, with the first of its group."""
    groups = tomllib.loads((_HERE / "nicknames.toml").read_text(encoding="utf-8"))["groups"]
    return {name: group.split()[0] for group in groups for name in group.split()}


def normalise(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Columns, into: str
) -> dict[str, int]:
    """Write ``into``: ``row`` (as in ``table``) and the columns of ``STANDARD``; returns how many values each
    junk rule left out, as ``attribute: rule``.

    ``table`` has a column ``row`` (BIGINT, unique) and those that ``columns`` name.
    """
    _make_nicknames(connection)
    parted = f"{into}_parted"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {parted} AS {_parted(_sifted(_with_reasons(_tidied(table, columns))))}"
    )
    counts = _counted(connection, parted)
    _make_sounds(connection, parted)
    _make_addresses(connection, parted)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {into} AS {_standard(parted)}")
    for done in (parted, "sound_of", "parts_of_address"):
        connection.execute(f"DROP TABLE {done}")
    counts |= _without_shared(connection, into)
    return counts


def _make_nicknames(connection: duckdb.DuckDBPyConnection) -> None:
    rows = ", ".join(f"('{name}', '{canon}')" for name, canon in nicknames().items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE nickname AS SELECT * FROM (VALUES {rows}) AS n (name, canon)"
    )


def _make_sounds(connection: duckdb.DuckDBPyConnection, parted: str) -> None:
    """Write ``sound_of``: each name once, and how it sounds; a million people have some thousand names."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE sound_of AS
            WITH once AS (
                SELECT DISTINCT coalesce(canon, given) AS name FROM (SELECT DISTINCT given FROM {parted})
                LEFT JOIN nickname ON given = nickname.name
                UNION SELECT DISTINCT family FROM {parted})
            SELECT name, {clean.sound("name")} AS sound FROM once WHERE name IS NOT NULL"""
    )


def _make_addresses(connection: duckdb.DuckDBPyConnection, parted: str) -> None:
    """Write ``parts_of_address``: each address once, and its house numbers and street."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE parts_of_address AS
            SELECT address, {clean.house_numbers("address")} AS number, {clean.street("address")} AS street
            FROM (SELECT DISTINCT address FROM {parted} WHERE address IS NOT NULL)"""
    )


def _tidied(table: str, columns: Columns) -> str:
    values = {}
    for attribute in TEXTS:
        given = [f't."{column}"' for column in listed(columns.get(attribute, ()))]
        joined = given[0] if len(given) == 1 else f"concat_ws(' ', {', '.join(given)})" if given else "NULL"
        if attribute == "full_name" and given:
            joined = clean.given_name_first(f"CAST({joined} AS VARCHAR)")
        values[attribute] = clean.plain(joined)
        if attribute == "full_name":
            values["whole_name"] = values[attribute]
    for attribute in ("birth_date", "birth_date_given"):
        values[attribute] = clean.eight_digits(values[attribute])
    values["birth_date"] = f"coalesce({values['birth_date']}, {values.pop('birth_date_given')})"
    for attribute in _NAMES:
        values[attribute] = clean.name(values[attribute])
    values["postcode"], values["phone"] = clean.postcode(values["postcode"]), clean.phone(values["phone"])
    values["uprn"] = f"ltrim({values['uprn']}, '0')"
    values[IDENTIFIERS] = _identifiers(columns)
    values["token"] = _token(columns)
    return (
        f"SELECT t.row, {', '.join(f'{value} AS {name}' for name, value in values.items())} FROM {table} AS t"
    )


def _identifiers(columns: Columns) -> str:
    """A list of ``scheme=number``, the numbers in letters and digits only."""
    parts = []
    for attribute, column in columns.items():
        if attribute.startswith(SCHEME_PREFIX) and attribute != SCHEME_PREFIX + TOKENS:
            scheme = attribute.removeprefix(SCHEME_PREFIX)
            number = _alphanumeric(f't."{listed(column)[0]}"')
            parts.append(f"['{scheme}=' || {number}]")
    if IDENTIFIERS in columns:
        held = f't."{listed(columns[IDENTIFIERS])[0]}"'
        number = f"e.key || '=' || {_alphanumeric('e.value')}"
        parts.append(f"[{number} FOR e IN map_entries({held}) IF e.key <> '{TOKENS}']")
    if not parts:
        return "CAST(NULL AS VARCHAR[])"
    together = f"list_sort(list_filter(list_concat({', '.join(parts)}), lambda x: x IS NOT NULL))"
    return f"CASE WHEN len({together}) > 0 THEN {together} END"


def _token(columns: Columns) -> str:
    """The cell of tokens as it was sent, from a column of its own or from the map of identifiers."""
    of_its_own = columns.get(SCHEME_PREFIX + TOKENS)
    if of_its_own:
        return f"nullif(trim(CAST(t.\"{listed(of_its_own)[0]}\" AS VARCHAR)), '')"
    if IDENTIFIERS in columns:
        return f"nullif(trim(t.\"{listed(columns[IDENTIFIERS])[0]}\"['{TOKENS}']), '')"
    return "CAST(NULL AS VARCHAR)"


def _alphanumeric(value: str) -> str:
    return f"nullif(regexp_replace({clean.plain(value)}, '[^a-z0-9]', '', 'g'), '')"


def _reason(attribute: str) -> str:
    """SQL that names the first junk rule which fits an attribute, or NULL."""
    cases = [
        f"WHEN regexp_full_match({attribute}, '{rule.pattern}') THEN '{rule.name}'"
        for rule in junk_rules()
        if attribute in rule.attributes
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


_SIFTED = tuple(name for name in TEXTS if name not in {"birth_date_given", "sex", "ethnicity"})


def _with_reasons(tidied: str) -> str:
    """The same, and for each attribute why it tells nothing, if so."""
    reasons = ", ".join(f"{_reason(attribute)} AS {attribute}_junk" for attribute in _SIFTED)
    return f"SELECT *, {reasons} FROM ({tidied})"


def _counted(connection: duckdb.DuckDBPyConnection, tidied: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for attribute in _SIFTED:
        rows = connection.execute(
            f"""SELECT {attribute}_junk AS rule, count(*) FROM {tidied}
                WHERE {attribute}_junk IS NOT NULL GROUP BY rule ORDER BY rule"""
        ).fetchall()
        counts |= {f"{attribute}: {rule}": number for rule, number in rows}
    return counts


def _sifted(tidied: str) -> str:
    kept = [f"CASE WHEN {name}_junk IS NULL THEN {name} END AS {name}" for name in _SIFTED]
    others = ["row", "whole_name", "sex", "ethnicity", IDENTIFIERS, "token"]
    why = [f"{name}_junk" for name in _SIFTED]
    return f"SELECT {', '.join(others + kept + why)} FROM ({tidied})"


def _parted(sifted: str) -> str:
    """Names as words; a full name is parted where given and family name are not said."""
    return f"""
        WITH word AS (
            SELECT *, string_split({clean.words("full_name")}, ' ') AS whole,
                string_split({clean.words("given_name")}, ' ') AS givens,
                string_split({clean.words("middle_names")}, ' ') AS middles,
                string_split({clean.words("family_name")}, ' ') AS families,
                string_split({clean.words("alias")}, ' ') AS aliases
            FROM ({sifted}))
        SELECT * EXCLUDE (full_name, given_name, middle_names, family_name, alias, givens, middles),
            coalesce(givens[1], CASE WHEN families IS NULL OR whole[1] <> families[1] THEN whole[1] END)
                AS given,
            coalesce(array_to_string(families, ''), CASE WHEN len(whole) > 1 THEN whole[-1] END) AS family,
            coalesce(givens[2:], []) || coalesce(middles, [])
                || CASE WHEN givens IS NULL AND len(whole) > 2 THEN whole[2:-2] ELSE [] END AS between_names
        FROM word"""


def _standard(parted: str) -> str:
    british = f"regexp_full_match(postcode, '{clean.IS_BRITISH}')"
    outward = "left(postcode, len(postcode) - 3)"
    return f"""
        SELECT p.row, given, coalesce(n.canon, given) AS given_canon,
            of_given.sound AS given_sound, left(given, 1) AS given_initial,
            family, of_family.sound AS family_sound, between_names[1] AS middle,
            list_sort(list_distinct(list_filter([given, family] || between_names || coalesce(families, [])
                || CASE WHEN whole IS NOT NULL THEN {clean.all_words("whole_name")} ELSE [] END
                || coalesce(aliases, []), lambda x: len(x) > 1))) AS names,
            CASE WHEN birth_date NOT LIKE '%0101' THEN birth_date END AS birth,
            CAST(left(birth_date, 4) AS INTEGER) AS birth_year,
            CASE WHEN birth_date NOT LIKE '%0101' THEN left(birth_date, 4)
                || least(substr(birth_date, 5, 2), right(birth_date, 2))
                || greatest(substr(birth_date, 5, 2), right(birth_date, 2)) END AS birth_key,
            uprn, a.number, a.street,
            postcode,
            CASE WHEN {british} THEN left(postcode, len(postcode) - 2)
                WHEN len(postcode) > 3 THEN left(postcode, len(postcode) - 1) END AS sector,
            CASE WHEN {british} THEN {outward} WHEN len(postcode) > 2 THEN left(postcode, len(postcode) - 2)
                END AS district,
            CASE WHEN {british} THEN regexp_extract(postcode, '^[a-z]+') ELSE left(postcode, 1) END
                AS post_area,
            phone, email, {clean.sex("sex")} AS sex, {clean.ethnic_group("ethnicity")} AS ethnicity,
            birth_place, occupation,
            identifiers, list_distinct([split_part(x, '=', 1) FOR x IN identifiers]) AS schemes, token
        FROM {parted} AS p LEFT JOIN nickname AS n ON p.given = n.name
        LEFT JOIN sound_of AS of_given ON of_given.name = coalesce(n.canon, given)
        LEFT JOIN sound_of AS of_family ON of_family.name = family
        LEFT JOIN parts_of_address AS a ON a.address = p.address"""


def _without_shared(connection: duckdb.DuckDBPyConnection, into: str) -> dict[str, int]:
    """Take out phones and addresses of mail that people of many surnames have."""
    counts: dict[str, int] = {}
    for attribute in ("phone", "email"):
        many = f"""SELECT {attribute} FROM {into} WHERE {attribute} IS NOT NULL
                   GROUP BY {attribute} HAVING count(DISTINCT family_sound) > {_MOST_FAMILIES}"""
        changed = connection.execute(
            f"UPDATE {into} SET {attribute} = NULL WHERE {attribute} IN ({many})"
        ).fetchall()[0][0]
        if changed:
            counts[f"{attribute}: {SHARED_BY_MANY}"] = changed
    return counts
