"""A form by which people send a feed one record at a time: its questions are the contract's columns.

Definitions only. The hub draws it (``/report/``); ``reporting`` makes a delivery of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.feeds.columns import Kind, repeated
from joinedup.feeds.rules import TimeFormat
from joinedup.terms import DeliveryMode, Role

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract

MOST_LINES = 30


@dataclass(frozen=True)
class Question:
    """What fills one column (a place: all its columns), in the words of the form.

    ``choices``: the texts to choose from, where the column has no code list. ``lines``: how many the answer
    has room for.
    """

    column: str
    ask: str
    hint: str = ""
    choices: tuple[str, ...] = ()
    lines: int = 1

    def __post_init__(self) -> None:
        where = f"question '{self.column}'"
        if not self.ask.strip():
            raise BadInput("A question has words", where=where)
        if not 1 <= self.lines <= MOST_LINES:
            raise BadInput(f"lines is a number from 1 to {MOST_LINES}", where=where)
        if any(not choice.strip() for choice in self.choices) or repeated(self.choices):
            raise BadInput("The choices are different texts, none of them empty", where=where)


@dataclass(frozen=True)
class FormRule:
    """Who may fill it in, and what it asks.

    ``reference`` is the column that joinedup fills with a reference of its own. ``only_channel``: nothing of
    the feed comes by any other way, so that a report also says that no other came before it, and the months
    up to it are complete; else they are when their file has come.
    """

    title: str
    reference: str
    roles: tuple[Role, ...]
    questions: tuple[Question, ...]
    intro: str = ""
    only_channel: bool = False

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise BadInput("A form has a title", where="form")
        if not self.roles:
            raise BadInput("A form says who may fill it in", where="form, roles")
        if not self.questions:
            raise BadInput("A form asks something", where="form, question")

    def wrong_for(self, contract: Contract) -> Iterator[BadInput]:
        """What the form and the rest of its contract do not agree on."""
        if contract.mode is DeliveryMode.SNAPSHOT:
            yield BadInput(
                "A form sends one record at a time, which is no snapshot of a period",
                where="form",
                next_step='Let mode be "changes" or "append"',
            )
        if contract.key != (self.reference,):
            yield BadInput(
                "joinedup gives each report its reference, so that column alone is the key",
                where="form, reference",
            )
        if contract.time.format is TimeFormat.UTC:
            yield BadInput("A form cannot ask for an instant with its offset", where="form")
        yield from self._wrong_questions(contract)

    def _wrong_questions(self, contract: Contract) -> Iterator[BadInput]:
        columns = {column.name: column for column in contract.columns}
        asked = [self._filled(contract, question) for question in self.questions]
        filled = [name for names in asked for name in names] + [self.reference]
        for name in repeated(filled):
            yield BadInput(f"The column '{name}' is filled twice", where="form")
        for question in self.questions:
            column = columns.get(question.column)
            where = f"form, question '{question.column}'"
            if column is None:
                yield BadInput(f"There is no column '{question.column}'", where=where)
            elif column.ignored:
                yield BadInput("The column is ignored, so its answer would be lost", where=where)
            elif question.choices and column.kind is not Kind.TEXT:
                yield BadInput(
                    "Its code list or kind says what can be chosen: choices are for texts", where=where
                )
        needed = [column.name for column in contract.columns if column.required]
        for name in dict.fromkeys([*needed, contract.time.column]):
            if name not in filled:
                yield BadInput(f"Every row needs '{name}', and no question asks for it", where="form")

    @staticmethod
    def _filled(contract: Contract, question: Question) -> tuple[str, ...]:
        place = contract.place.columns if contract.place else ()
        return place if question.column in place else (question.column,)


def check_form(contract: Contract) -> Iterator[BadInput]:
    """What is wrong with the contract's form, where it has one."""
    if contract.form is not None:
        yield from contract.form.wrong_for(contract)
