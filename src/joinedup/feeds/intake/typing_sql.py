"""The SQL that turns a contract's text columns into typed fields, and says which rows break which rule.

The file's columns are called c0, c1, … in the order of the contract, so that no name of a partner's ever
meets a name of ours. The view ``raw`` has them as text, after ``number`` (the row's, from 1), ``content`` and
what else ``digests`` computed of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from joinedup.feeds.contract import Column, Contract, Derived, IfWrong, Kind, ValidationRule
from joinedup.feeds.intake.places_sql import Places
from joinedup.feeds.intake.sql_parts import Rule, enumerated, known, listed, literal, of_our_time, spelled
from joinedup.feeds.intake.times_sql import Times
from joinedup.records.identity import quoted
from joinedup.terms import Period

SHEET_ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
"""What a spreadsheet program writes where it has no value, as it stands in a CSV that was saved from one."""

_SHEET_ERROR = "spreadsheet-error"
_STATUS = enumerated(["recorded", "cancelled", "reclassified"])


class Composer:
    """SQL for one contract and one period (None: any). ``provisional``: what the file's name says of it."""

    def __init__(self, contract: Contract, period: Period | None, *, provisional: bool | None = None) -> None:
        self.contract = contract
        self.period = period
        self._at = {column.name: f"c{index}" for index, column in enumerate(contract.columns)}
        self.times = Times(contract, self.cell)
        self.places = Places(contract, self.cell)
        self._provisional = provisional

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
        """Layer 1: the raw cells, the row's number and content, when it happened, and numbers of the place.

        Layer 2 joins to this one, so that what is computed here is computed once, however often it is asked.
        """
        return (
            f"SELECT {', '.join(self.cells())}, number AS row_number, content AS content_hash, marked, "
            f"{self.times.columns()}, {self.places.numbers()} FROM raw"
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
            if derived.state_of is not None:
                continue
            index = next((i for i, column in self.coded() if column.field == derived.of), None)
            source = (
                literal(derived.value or "")
                if index is None
                else f"k{index}.{quoted(derived.attribute or '')}"
            )
            codes.append(f"{source} AS derived_{derived.field}")
        special = "special.fate AS fate, coalesce(special.ordinal, 1) AS ordinal"
        picked = ", ".join(["dated.*", *codes, special, self.places.columns()])
        joins += [self.places.join(), "LEFT JOIN special ON special.row_number = dated.row_number"]
        joined = f"SELECT {picked} FROM ({self.dated()}) AS dated {' '.join(joins)}"
        if not self.places.may_be_dropped:
            return joined
        dropped = ", ".join(
            f"CASE WHEN place_wrong THEN NULL ELSE {name} END AS {name}" for name in ("longitude", "latitude")
        )
        return (
            f"SELECT * REPLACE ({dropped}) "
            f"FROM (SELECT *, {self.places.broken()} AS place_wrong FROM ({joined}))"
        )

    def rules(self) -> list[Rule]:
        """Every rule that can send a row to quarantine, over the columns of layer 2."""
        found = [
            rule for index, column in enumerate(self.contract.columns) for rule in _cell_rules(index, column)
        ]
        found += self._sheet_errors()
        found += self.times.rules(self.period)
        found += [] if self.places.may_be_dropped else self.places.rules()
        if self.contract.key and not self.contract.keyless:
            found += [Rule("key-missing", name, f"{self.cell(name)} IS NULL") for name in self.contract.key]
        found.append(Rule("key-repeated", ", ".join(self.contract.key), "fate = 'key-repeated'"))
        return list({(rule.code, rule.column): rule for rule in reversed(found)}.values())[::-1]

    def marked(self, line: str | None = None) -> str:
        """True for rows that may hold an error of a spreadsheet: some cell, or the ``line``, has a ``#``.

        Asked once of each row, it spares nearly all of them the test of each cell.
        """
        cells = [f"contains({self.cell(name)}, '#')" for name in self._plain_texts()]
        return f"contains({line}, '#')" if line else f"coalesce({' OR '.join(cells) or 'false'}, false)"

    def _plain_texts(self) -> dict[str, list[str]]:
        """The columns of text that nothing else judges, with the errors that are no words of theirs."""
        judged = {*self.contract.time.columns, *(self.contract.place.columns if self.contract.place else ())}
        found = {}
        for column in self.contract.columns:
            texts = [text for text in SHEET_ERRORS if text not in {*column.unknown, *column.refused}]
            if column.kind is Kind.TEXT and not column.ignored and column.name not in judged and texts:
                found[column.name] = texts
        return found

    def _sheet_errors(self) -> list[Rule]:
        """Plain text has no rule of its own, so an error of a spreadsheet would be kept as if it were one."""
        return [
            Rule(_SHEET_ERROR, name, f"marked AND {self.cell(name)} IN {listed(texts)}")
            for name, texts in self._plain_texts().items()
        ]

    def broken(self) -> str:
        """True for the rows that break any rule: what ``rules`` tells apart, asked together and cheaply."""
        no_code = [
            f"(code_{index} IS NULL AND {known(f'c{index}', column)} IS NOT NULL)"
            for index, column in self.coded()
            if column.if_wrong is IfWrong.QUARANTINE
        ]
        told_apart = {"not-in-code-list", "code-not-valid-then", _SHEET_ERROR}
        others = [f"({rule.broken})" for rule in self.rules() if rule.code not in told_apart]
        errors = [_is_one_of(self.cell(name), texts) for name, texts in self._plain_texts().items()]
        if errors:  # a CASE looks only at the rows that have a sign; each part of an OR looks at all
            others.append(f"(CASE WHEN marked THEN {' OR '.join(errors)} END)")
        return f"coalesce({' OR '.join([*no_code, *others])}, false)"

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

    def kept_text(self) -> str:
        """The row as CSV text again, without what the contract leaves out on purpose."""
        columns = self.contract.columns
        cells = ["NULL::VARCHAR" if column.ignored else self.cell(column.name) for column in columns]
        return csv_text(cells, self.contract.delimiter)

    def status(self) -> str:
        """The record's status, by the owner's words for it."""
        rule = self.contract.status
        if rule is None:
            return f"'recorded'::{_STATUS}"
        words = {"cancelled": rule.cancelled, "reclassified": rule.reclassified}
        cases = [
            f"WHEN {self.cell(rule.column)} IN {listed(texts)} THEN '{name}'::{_STATUS}"
            for name, texts in words.items()
            if texts
        ]
        return f"CASE {' '.join(cases)} ELSE 'recorded'::{_STATUS} END"

    def provisional(self) -> str:
        """Whether the owner still validates the record; NULL where a column does not say."""
        rule = self.contract.validation
        if rule is not None and rule.column is not None:
            return f"({self.cell(rule.column)} IN {listed(rule.provisional)})"
        return "NULL::BOOLEAN" if self._provisional is None else str(self._provisional).lower()

    def _derived(self, derived: Derived) -> str:
        """A derived field over the columns of layer 2."""
        if derived.state_of is None:
            return f"derived_{derived.field}"
        found = enumerate(self.contract.columns)
        index, column = next(one for one in found if one[1].field == derived.state_of)
        words = {"refused": column.refused, "unknown": column.unknown}
        said = [f"WHEN c{index} IN {listed(texts)} THEN '{name}'" for name, texts in words.items() if texts]
        invalid = f"WHEN ({_typed(index, column)}) IS NULL THEN 'invalid'"
        return f"CASE WHEN c{index} IS NULL THEN 'missing' {' '.join(said)} {invalid} ELSE 'given' END"

    def fields(self) -> list[str]:
        """The contract's own fields, typed, over the columns of layer 2."""
        kept = [
            f'{_typed(index, column)} AS "{column.field}"'
            for index, column in enumerate(self.contract.columns)
            if column.field and not column.private
        ]
        kept += [f'{self._derived(derived)} AS "{derived.field}"' for derived in self.contract.derived]
        if self.contract.validation is not None:
            kept.append(f'{self.provisional()} AS "{ValidationRule.FIELD}"')
        return kept


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


def _typed(index: int, column: Column) -> str:
    cell = known(f"c{index}", column)
    if column.kind is Kind.CODE:
        return f"code_{index}"
    if column.kind in {Kind.INTEGER, Kind.NUMBER}:
        number = _number(cell, column)
        outside = _outside(number, column) if _may_be_dropped(column) else ""
        return f"CASE WHEN NOT ({outside}) THEN {number} END" if outside else number
    if column.kind is Kind.DATE:
        return of_our_time(f"CAST(try_strptime({cell}, {literal(column.pattern)}) AS DATE)")
    if column.kind is Kind.BOOLEAN:
        return (
            f"CASE WHEN {cell} IN {listed(column.true)} THEN true "
            f"WHEN {cell} IN {listed(column.false)} THEN false END"
        )
    return cell


def _number(cell: str, column: Column) -> str:
    """The number that is written, or NULL. "nan" and "inf" are none."""
    if column.kind is Kind.NUMBER:
        written = f"TRY_CAST({cell} AS DOUBLE)"
        return f"CASE WHEN isfinite({written}) THEN {written} END"
    whole = f"TRY_CAST({cell} AS BIGINT)"
    return f"CASE WHEN {_is_whole(cell)} THEN {whole} END" if _may_be_dropped(column) else whole


def _outside(number: str, column: Column) -> str:
    """True for numbers beyond the column's bounds; nothing where it has none."""
    least = [f"{number} < {column.least!r}"] if column.least is not None else []
    most = [f"{number} > {column.most!r}"] if column.most is not None else []
    return " OR ".join([*least, *most])


def _is_whole(cell: str) -> str:
    return f"regexp_full_match({cell}, '[+-]?[0-9]+')"


def _is_one_of(cell: str, texts: Iterable[str]) -> str:
    """True where the cell is one of these texts. DuckDB makes a join of IN, which looks at every row."""
    pattern = "|".join(re.escape(text) for text in texts)
    return f"regexp_full_match({cell}, {literal(pattern)})"


def _may_be_dropped(column: Column) -> bool:
    return column.if_wrong is IfWrong.BLANK


def _cell_rules(index: int, column: Column) -> list[Rule]:
    cell, value = f"c{index}", known(f"c{index}", column)
    rules = []
    if column.required:
        rules.append(Rule("missing", column.name, f"{cell} IS NULL"))
    if _may_be_dropped(column):
        return rules
    if column.codes is not None:
        written = listed(
            sorted({text for code in column.codes.codes for text in spelled(code.spellings(column.match))})
        )
        no_code = f"code_{index} IS NULL AND {value} IS NOT NULL"
        rules.append(Rule("not-in-code-list", column.name, f"{no_code} AND {cell} NOT IN {written}"))
        dated = f"{no_code} AND occurred_date IS NOT NULL AND {cell} IN {written}"
        rules.append(Rule("code-not-valid-then", column.name, dated))
    elif column.kind is Kind.INTEGER:
        whole = f"{_is_whole(value)} AND {_typed(index, column)} IS NOT NULL"
        rules.append(Rule("not-a-whole-number", column.name, f"{value} IS NOT NULL AND NOT ({whole})"))
    elif column.kind is not Kind.TEXT:
        code = {Kind.NUMBER: "not-a-number", Kind.DATE: "unreadable-date", Kind.BOOLEAN: "not-yes-or-no"}
        broken = f"{value} IS NOT NULL AND ({_typed(index, column)}) IS NULL"
        rules.append(Rule(code[column.kind], column.name, broken))
    if column.kind in {Kind.INTEGER, Kind.NUMBER} and (outside := _outside(_number(value, column), column)):
        rules.append(Rule("out-of-range", column.name, outside))
    return rules
