"""The questions of a form as inputs of a page: of which kind, with which answers, what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotFound
from joinedup.places import areas, partnership_districts
from joinedup.terms import AreaLevel

if TYPE_CHECKING:
    import datetime as dt

    from joinedup.feeds.columns import Column
    from joinedup.feeds.contract import Contract
    from joinedup.feeds.form import Question
    from joinedup.workspace import Workspace

MOST_RADIOS = 4
_SET = re.compile(r"([a-z]+)_(\d{4})")


@dataclass(frozen=True)
class Option:
    """One answer to choose: what is sent, what is read, and the heading it stands under."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Input:
    """One question. ``kind`` is radios, select, lines, place, or the type of an HTML input."""

    name: str
    question: Question
    kind: str
    value: str
    required: bool
    error: str = ""
    options: Sequence[Option] = ()
    latest: str = ""

    @property
    def groups(self) -> dict[str, list[Option]]:
        """The options by heading, in order."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return found


def names_of(contract: Contract) -> dict[str, str]:
    """The name of each question's input, by its column."""
    assert contract.form is not None  # noqa: S101 - only feeds with a form come here
    return {question.column: f"q{at}" for at, question in enumerate(contract.form.questions, 1)}


def inputs(
    workspace: Workspace,
    contract: Contract,
    given: Mapping[str, str],
    wrong: Mapping[str, str],
    today: dt.date,
) -> list[Input]:
    """Every question in order, with what was answered before; a date that is essential begins with today."""
    return list(_inputs(workspace, contract, given, wrong, today))


def _inputs(
    workspace: Workspace,
    contract: Contract,
    given: Mapping[str, str],
    wrong: Mapping[str, str],
    today: dt.date,
) -> Iterator[Input]:
    assert contract.form is not None  # noqa: S101 - only feeds with a form come here
    names = names_of(contract)
    for question in contract.form.questions:
        column = contract.column(question.column)
        options = _options(workspace, contract, question, column, today)
        kind = _kind(contract, question, column, options)
        first = today.isoformat() if kind == "date" and column.name == contract.time.column else ""
        yield Input(
            name=names[question.column],
            question=question,
            kind=kind,
            value=given.get(question.column, first),
            required=column.required or column.name == contract.time.column,
            error=wrong.get(question.column, ""),
            options=options,
            latest=today.isoformat() if kind == "date" else "",
        )


def _kind(contract: Contract, question: Question, column: Column, options: Sequence[Option]) -> str:
    if options:
        return "radios" if len(options) <= MOST_RADIOS else "select"
    if contract.place is not None and column.name in contract.place.columns:
        return "place"
    if question.lines > 1:
        return "lines"
    return _type_of(contract, column)


def _type_of(contract: Contract, column: Column) -> str:
    """The type of an HTML input for one line."""
    rule = contract.time
    if column.name in {rule.column, rule.until}:
        whole = {"month": "month", "date": "date"}.get(rule.format.value, "datetime-local")
        return "date" if rule.clock and whole == "datetime-local" else whole
    if column.name in {rule.clock, rule.until_clock}:
        return "time"
    if column.kind.value == "date":
        return "date"
    for person in contract.persons:
        for attribute, name in person.used():
            if name == column.name and attribute in {"phone", "email"}:
                return "tel" if attribute == "phone" else "email"
    return "text"


def _options(
    workspace: Workspace, contract: Contract, question: Question, column: Column, today: dt.date
) -> list[Option]:
    if question.choices:
        return [Option(choice, choice) for choice in question.choices]
    if column.codes is not None:
        return [
            Option(code.spellings(column.match)[0], code.label)
            for code in column.codes.codes
            if (code.valid_from or today) <= today <= (code.valid_to or today)
        ]
    if column.kind.value == "boolean":
        return [Option(column.true[0], _("Yes")), Option(column.false[0], _("No"))]
    if contract.stated_area is not None and column.name == contract.stated_area.column:
        return _areas(workspace, contract.stated_area.sets)
    return []


def _areas(workspace: Workspace, sets: Sequence[str]) -> list[Option]:
    """The areas to choose from, under the name of what they lie in: of the first named set that is loaded."""
    districts = partnership_districts(workspace)
    for named in sets:
        parts = _SET.fullmatch(named)
        if parts is None or parts[1] not in set(AreaLevel):
            continue
        try:
            found = areas(workspace, parts[1], vintage=parts[2], within=districts)
        except NotFound:
            continue
        options = [Option(area.code, area.name, area.parent_name) for area in found]
        return sorted(options, key=lambda one: (one.group, one.label))
    return []
