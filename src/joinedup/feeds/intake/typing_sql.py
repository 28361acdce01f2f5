"""The SQL that turns a contract's text columns into typed fields, and says which rows break which rule.

The file's columns are called c0, c1, … in the order of the contract, so that no name of a partner's ever
meets a name of ours. The view ``raw`` has them as text, after ``number`` (the row's, from 1), ``content`` and
what else ``digests`` computed of the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from joinedup.feeds.contract import Column, Contract, Kind, TimeFormat
from joinedup.terms import Period

ZONE = "'Europe/London'"


def literal(value: str) -> str:
    """A text as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    """Texts as an SQL list in brackets."""
    return "(" + ", ".join(literal(value) for value in values) + ")"


@dataclass(frozen=True)
class Rule:
    """A rule that refuses rows: its code, its column, and the SQL that is true where it is broken."""

    code: str
    column: str
    broken: str

    @property
    def reason(self) -> str:
        """How the rule is named in quarantine."""
        return f"{self.code}: {self.column}" if self.column else self.code


class Composer:
    """SQL for one contract and one period (None: any)."""

    def __init__(self, contract: Contract, period: Period | None) -> None:
        self.contract = contract
        self.period = period
        self._at = {column.name: f"c{index}" for index, column in enumerate(contract.columns)}

    def cell(self, name: str) -> str:
        """The raw column of a contract's column."""
        return self._at[name]

    def cells(self) -> list[str]:
        """All raw columns."""
        return list(self._at.values())

    def mapped(self) -> list[str]:
        """The raw columns that are part of a record's content."""
        return [self._at[column.name] for column in self.contract.columns if not column.ignored]

    def key_cells(self) -> list[str]:
        """The raw columns of the key."""
        return [self._at[name] for name in self.contract.key]

    def has_key(self) -> str:
        """True for rows that have every part of their key."""
        if not self.contract.key:
            return "false"
        return " AND ".join(f"{cell} IS NOT NULL" for cell in self.key_cells())

    def coded(self) -> list[tuple[int, Column]]:
        """The columns with a code list, with their number: table ``codes_<number>``, alias ``k<number>``."""
        return [(index, column) for index, column in enumerate(self.contract.columns) if column.codes]

    def dated(self) -> str:
        """Layer 1: the raw cells, the row's number and content, and when it happened."""
        return (
            f"SELECT {', '.join(self.cells())}, number AS row_number, content AS content_hash, "
            f"{self._times()} FROM raw"
        )

    def joined(self) -> str:
        """Layer 2: with the codes, the point and what the search for repeats found."""
        joins = [
            f"LEFT JOIN codes_{index} AS k{index} ON k{index}.written = c{index}"
            f" AND occurred_date BETWEEN k{index}.begins AND k{index}.ends"
            for index, _ in self.coded()
        ]
        codes = [f"k{index}.code AS code_{index}" for index, _ in self.coded()]
        for derived in self.contract.derived:
            index = next((i for i, column in self.coded() if column.field == derived.of), None)
            source = literal(derived.value or "") if index is None else f"k{index}.{derived.attribute}"
            codes.append(f"{source} AS derived_{derived.field}")
        special = "special.fate AS fate, coalesce(special.ordinal, 1) AS ordinal"
        picked = ", ".join(["dated.*", *codes, special, self._point()])
        if (place := self.contract.place) and place.grid != "wgs84":
            x, y = self.cell(place.x), self.cell(place.y)
            joins.append(f"LEFT JOIN grid ON grid.written_x = {x} AND grid.written_y = {y}")
        return (
            f"SELECT {picked} FROM ({self.dated()}) AS dated "
            f"{' '.join(joins)} LEFT JOIN special ON special.row_number = dated.row_number"
        )

    def _times(self) -> str:
        rule = self.contract.time
        begins, until = self.cell(rule.column), self.cell(rule.until) if rule.until else None
        if rule.format is TimeFormat.MONTH:
            last = _month(until or begins)
            return f"""{_month(begins)} AS occurred_date, CAST(last_day({last}) AS DATE) AS occurred_to_date,
                NULL::TIMESTAMP AS occurred_from, NULL::TIMESTAMP AS occurred_to, NULL::TIME AS occurred_time,
                'month' AS "precision" """
        if rule.format is TimeFormat.DATE:
            pattern = literal(rule.pattern)
            first, last = (
                f"CAST(try_strptime({cell}, {pattern}) AS DATE)" for cell in (begins, until or begins)
            )
            return f"""{first} AS occurred_date, {last} AS occurred_to_date,
                NULL::TIMESTAMP AS occurred_from, NULL::TIMESTAMP AS occurred_to, NULL::TIME AS occurred_time,
                'day' AS "precision" """
        return self._instants(begins, until or begins)

    def _instants(self, begins: str, until: str) -> str:
        rule = self.contract.time
        first, last = (_local_time(cell, rule.format, rule.pattern) for cell in (begins, until))
        only_day = f"({first})::TIME = TIME '00:00:00'" if rule.midnight_means_day else "false"
        instant = "CASE WHEN {day} THEN NULL ELSE timezone('UTC', timezone({zone}, {local})) END"
        return f"""CAST({first} AS DATE) AS occurred_date, CAST({last} AS DATE) AS occurred_to_date,
            {instant.format(day=only_day, zone=ZONE, local=first)} AS occurred_from,
            {instant.format(day=only_day, zone=ZONE, local=last)} AS occurred_to,
            CASE WHEN {only_day} THEN NULL ELSE CAST({first} AS TIME) END AS occurred_time,
            CASE WHEN {only_day} THEN 'day' ELSE 'minute' END AS "precision" """

    def _point(self) -> str:
        rule = self.contract.place
        if rule is None:
            return "NULL::DOUBLE AS longitude, NULL::DOUBLE AS latitude, NULL::DOUBLE AS x, NULL::DOUBLE AS y"
        x, y = (f"TRY_CAST({self.cell(name)} AS DOUBLE)" for name in (rule.x, rule.y))
        none = f"({x} = 0 AND {y} = 0)" if rule.zero_is_missing else "false"
        given = f"{x} AS x, {y} AS y"
        if rule.grid == "wgs84":
            return (
                f"CASE WHEN {none} THEN NULL ELSE {x} END AS longitude, "
                f"CASE WHEN {none} THEN NULL ELSE {y} END AS latitude, {given}"
            )
        return f"grid.longitude AS longitude, grid.latitude AS latitude, {given}"

    def rules(self) -> list[Rule]:
        """Every rule that can send a row to quarantine, over the columns of layer 2."""
        found = [
            rule for index, column in enumerate(self.contract.columns) for rule in _cell_rules(index, column)
        ]
        found += self._time_rules() + self._place_rules()
        if self.contract.key and not self.contract.keyless:
            found += [Rule("key-missing", name, f"{self.cell(name)} IS NULL") for name in self.contract.key]
        found.append(Rule("key-repeated", ", ".join(self.contract.key), "fate = 'key-repeated'"))
        return list({(rule.code, rule.column): rule for rule in reversed(found)}.values())[::-1]

    def broken(self) -> str:
        """True for the rows that break any rule: what ``rules`` tells apart, asked together and cheaply."""
        no_code = [
            f"(code_{index} IS NULL AND {_known(f'c{index}', column)} IS NOT NULL)"
            for index, column in self.coded()
        ]
        told_apart = {"not-in-code-list", "code-not-valid-then"}
        others = [f"({rule.broken})" for rule in self.rules() if rule.code not in told_apart]
        return f"coalesce({' OR '.join([*no_code, *others])}, false)"

    def _time_rules(self) -> list[Rule]:
        name = self.contract.time.column
        cell = self.cell(name)
        rules = [
            Rule("missing", name, f"{cell} IS NULL"),
            Rule("unreadable-time", name, f"{cell} IS NOT NULL AND occurred_date IS NULL"),
        ]
        if until := self.contract.time.until:
            other = self.cell(until)
            rules.append(Rule("unreadable-time", until, f"{other} IS NOT NULL AND occurred_to_date IS NULL"))
            rules.append(Rule("ends-before-it-begins", until, "occurred_to_date < occurred_date"))
        if self.period is not None:
            inside = f"occurred_date BETWEEN DATE '{self.period.start}' AND DATE '{self.period.last}'"
            rules.append(Rule("outside-period", name, f"occurred_date IS NOT NULL AND NOT {inside}"))
        return rules

    def _place_rules(self) -> list[Rule]:
        rule = self.contract.place
        if rule is None:
            return []
        x, y = self.cell(rule.x), self.cell(rule.y)
        west, south, east, north = rule.bounds
        inside = f"longitude BETWEEN {west} AND {east} AND latitude BETWEEN {south} AND {north}"
        return [
            Rule("not-a-number", rule.x, f"{x} IS NOT NULL AND x IS NULL"),
            Rule("not-a-number", rule.y, f"{y} IS NOT NULL AND y IS NULL"),
            Rule("half-a-point", rule.x, f"({x} IS NULL) <> ({y} IS NULL)"),
            Rule("outside-bounds", rule.x, f"NOT ({inside})"),
        ]

    def set_aside(self) -> dict[str, str]:
        """Rule name to SQL that is true for the rows it leaves out; earlier rules come first."""
        rule = self.contract.set_aside
        rules: dict[str, str] = {}
        if rule.repeated_headers:
            rules["repeated-headers"] = " AND ".join(
                f"{self.cell(column.name)} = {literal(column.name)}" for column in self.contract.columns
            )
        if rule.empty_rows:
            rules["empty-rows"] = f"coalesce({', '.join(self.cells())}) IS NULL"
        if rule.totals:
            rules["totals"] = " OR ".join(
                f"{self.cell(name)} IN {listed(texts)}" for name, texts in rule.totals.items()
            )
        if rule.footers:
            line = self.raw_text()
            rules["footers"] = f"regexp_full_match({line}, {literal(rule.footers)})"
        if rule.exact_repeats:
            rules["exact-repeats"] = "fate = 'exact-repeats'"
        return rules

    def raw_text(self) -> str:
        """The row as CSV text again."""
        return csv_text(self.cells(), self.contract.delimiter)

    def fields(self) -> list[str]:
        """The contract's own fields, typed, over the columns of layer 2."""
        kept = [
            f'{_typed(index, column)} AS "{column.field}"'
            for index, column in enumerate(self.contract.columns)
            if column.field
        ]
        return kept + [f'derived_{derived.field} AS "{derived.field}"' for derived in self.contract.derived]


def csv_text(cells: Iterable[str], delimiter: str) -> str:
    """Cells as one line of CSV: in quotes where they must be, '' as a pair of quotes, NULL as nothing."""
    parted = literal(delimiter)
    parts = [
        f"CASE WHEN contains({cell}, {parted}) OR contains({cell}, '\"') OR contains({cell}, chr(10))"
        f" OR contains({cell}, chr(13)) OR {cell} = ''"
        f" THEN concat('\"', replace({cell}, '\"', '\"\"'), '\"') ELSE coalesce({cell}, '') END"
        for cell in cells
    ]
    return f"concat_ws({parted}, {', '.join(parts)})"


def _month(cell: str) -> str:
    return (
        f"CASE WHEN length({cell}) = 7 AND substr({cell}, 5, 1) = '-' "
        f"THEN TRY_CAST({cell} || '-01' AS DATE) END"
    )


def _local_time(cell: str, kind: TimeFormat, pattern: str) -> str:
    """Civil time in London of a cell, as a TIMESTAMP."""
    if kind is TimeFormat.LOCAL:
        return f"try_strptime({cell}, {literal(pattern)})"
    has_offset = f"regexp_matches({cell}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$')"
    return f"timezone({ZONE}, CASE WHEN {has_offset} THEN TRY_CAST({cell} AS TIMESTAMPTZ) END)"


def _known(cell: str, column: Column) -> str:
    """The cell, or NULL where the owner says that it is not known."""
    if not column.unknown or column.keep_unknown:
        return cell
    return f"CASE WHEN {cell} IN {listed(column.unknown)} THEN NULL ELSE {cell} END"


def _typed(index: int, column: Column) -> str:
    cell = _known(f"c{index}", column)
    if column.kind is Kind.CODE:
        return f"code_{index}"
    if column.kind is Kind.INTEGER:
        return f"TRY_CAST({cell} AS BIGINT)"
    if column.kind is Kind.NUMBER:
        return f"TRY_CAST({cell} AS DOUBLE)"
    if column.kind is Kind.DATE:
        return f"CAST(try_strptime({cell}, {literal(column.pattern)}) AS DATE)"
    if column.kind is Kind.BOOLEAN:
        return (
            f"CASE WHEN {cell} IN {listed(column.true)} THEN true "
            f"WHEN {cell} IN {listed(column.false)} THEN false END"
        )
    return cell


def _cell_rules(index: int, column: Column) -> list[Rule]:
    cell, known = f"c{index}", _known(f"c{index}", column)
    rules = []
    if column.required:
        rules.append(Rule("missing", column.name, f"{cell} IS NULL"))
    if column.codes is not None:
        written = listed(
            sorted({text for code in column.codes.codes for text in code.spellings(column.match)})
        )
        no_code = f"code_{index} IS NULL AND {known} IS NOT NULL"
        rules.append(Rule("not-in-code-list", column.name, f"{no_code} AND {cell} NOT IN {written}"))
        dated = f"{no_code} AND occurred_date IS NOT NULL AND {cell} IN {written}"
        rules.append(Rule("code-not-valid-then", column.name, dated))
    elif column.kind is Kind.INTEGER:
        whole = f"regexp_full_match({known}, '[+-]?[0-9]+') AND {_typed(index, column)} IS NOT NULL"
        rules.append(Rule("not-a-whole-number", column.name, f"{known} IS NOT NULL AND NOT ({whole})"))
    elif column.kind is not Kind.TEXT:
        code = {Kind.NUMBER: "not-a-number", Kind.DATE: "unreadable-date", Kind.BOOLEAN: "not-yes-or-no"}
        broken = f"{known} IS NOT NULL AND ({_typed(index, column)}) IS NULL"
        rules.append(Rule(code[column.kind], column.name, broken))
    return rules
