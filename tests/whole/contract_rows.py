"""A row for any contract, made from the contract itself: who it names is told, the rest as it requires."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from joinedup.feeds import Contract
from joinedup.feeds.columns import Column, Kind
from joinedup.terms import Period

_NAMES = ("full_name", "given_name", "family_name", "middle_names", "alias")


@dataclass(frozen=True)
class Somebody:
    """A person as files name her; ``token`` stands in each of her values and in nobody else's."""

    token: str
    born: dt.date = dt.date(1991, 7, 23)
    number: int = 1
    said: dict[str, str] = field(default_factory=dict)

    def value(self, attribute: str) -> str:
        """What a file says of her."""
        return self.said.get(attribute, f"{self.token.title()} {attribute.replace('_', ' ')}")

    def identifier(self, scheme: str) -> str:
        """Her number in a scheme: nobody else has it."""
        return f"{self.token.upper()}{len(scheme)}{sum(map(ord, scheme))}"


@dataclass(frozen=True)
class Sent:
    """What a file of one period says: whom it names in rows that can be read, and in rows that cannot."""

    contract: Contract
    month: Period

    def file(self, people: Sequence[Somebody], unreadable: Sequence[Somebody] = ()) -> tuple[str, str]:
        """A file's name and text: a row for each person, then rows of a day that cannot be."""
        text = io.StringIO()
        written = csv.writer(text, delimiter=self.contract.file.delimiter, lineterminator="\n")
        written.writerow([column.name for column in self.contract.columns])
        rows = [self.row(one) for one in people]
        rows += [self.row(one) | {self.contract.time.column: "no such day"} for one in unreadable]
        written.writerows([row.get(column.name, "") for column in self.contract.columns] for row in rows)
        return self._file_name(), text.getvalue()

    def row(self, one: Somebody) -> dict[str, str]:
        """Her row: what the contract requires, its key and reference, and everything that names her."""
        cells = {column.name: self._any(column) for column in self.contract.columns if column.required}
        for name in {*self.contract.key, *([self.contract.ref] if self.contract.ref else [])}:
            cells[name] = self._key_cell(name, one)
        cells |= self._time()
        cells |= dict(self._naming(one))
        for column in self.contract.columns:
            if column.private:
                cells[column.name] = one.value(column.field or "")
        return cells

    def _naming(self, one: Somebody) -> Iterator[tuple[str, str]]:
        """The first [[person]] block is hers; a second one stays empty."""
        [person, *_] = self.contract.persons
        for attribute, column in person.columns.items():
            if attribute in {*_NAMES, "phone", "email"}:
                yield column, one.value(attribute)
            elif attribute == "birth_date":
                yield column, one.born.strftime(person.birth_date_pattern)
        for column in person.address:
            yield column, one.value("address")
        for scheme, column in person.identifiers.items():
            yield column, one.identifier(scheme)

    def _key_cell(self, name: str, one: Somebody) -> str:
        """Of a key of several columns the first is shared, as a crime's number is, if another tells apart."""
        column = self.contract.column(name)
        if column.codes is not None or column.kind is Kind.BOOLEAN:
            return self._any(column)
        if column.kind is Kind.INTEGER:
            return str(one.number)
        others = [key for key in self.contract.key if key != self.contract.time.column]
        apart = [key for key in others[1:] if self.contract.column(key).codes is None]
        if apart and name == others[0] and name not in self._identifying():
            return "SHARED/24/0001"
        return f"{one.token.upper()}-{others.index(name) if name in others else 'ref'}"

    def _identifying(self) -> set[str]:
        return {column for person in self.contract.persons for column in person.identifiers.values()}

    def _time(self) -> dict[str, str]:
        rule = self.contract.time
        moment = dt.datetime.combine(self.month.start + dt.timedelta(days=13), dt.time(9, 30))
        cells = {rule.column: moment.strftime(rule.pattern)}
        if rule.clock:
            cells[rule.clock] = moment.strftime(rule.clock_pattern)
        return cells

    def _any(self, column: Column) -> str:
        """A value that the contract takes."""
        if column.codes is not None:
            day = self.month.start
            valid = (
                code
                for code in column.codes.codes
                if (code.valid_from or day) <= day <= (code.valid_to or day)
            )
            return next(valid).spellings(column.match)[0]
        if column.kind is Kind.BOOLEAN:
            return column.true[0]
        return self.month.start.strftime(column.pattern) if column.kind is Kind.DATE else "1"

    def _file_name(self) -> str:
        pattern = self.contract.period.file_name or "(?P<period>x)"
        name = pattern.replace(r"(?P<period>\d{4}-\d{2})", f"{self.month.start:%Y-%m}")
        name = name.replace(r"(?P<first>\d{4}-\d{2})", f"{self.month.start:%Y-%m}")
        return name.replace(r"(?P<last>\d{4}-\d{2})", f"{self.month.last:%Y-%m}") + ".csv"
