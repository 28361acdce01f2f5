"""Telling all that is wrong at once: the first error is raised, the others go with it as its notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from joinedup.errors import BadInput, JoinedupError

_Made = TypeVar("_Made")
_Asked = ParamSpec("_Asked")


class Wrongs:
    """Collects what is wrong while the parts of a definition are read."""

    def __init__(self) -> None:
        self._found: list[JoinedupError] = []

    def part(
        self, read: Callable[_Asked, _Made], *asked: _Asked.args, **named: _Asked.kwargs
    ) -> _Made | None:
        """What ``read`` gives for what is asked; None, and its error kept, where it is wrong."""
        try:
            return read(*asked, **named)
        except JoinedupError as error:
            self._found.append(error)
            return None

    def settle(self) -> None:
        """Raise what was found, if anything was."""
        raise_all(self._found)


def raise_all(found: Iterable[JoinedupError]) -> None:
    """Raise the first of these errors, if there is one, with the sentences of the others as its notes."""
    errors = list(found)
    if not errors:
        return
    first, *others = errors
    for other in others:
        for told in sentences(other):
            first.add_note(told)
    raise first


def sentences(error: JoinedupError) -> list[str]:
    """The sentence of an error, and of those that go with it."""
    return [error.sentence(), *getattr(error, "__notes__", ())]


def of_file(error: JoinedupError, file: str) -> BadInput:
    """The same error, and those that go with it, as one of this file."""
    told = BadInput(
        error.what, where=f"{file}, {error.where}" if error.where else file, next_step=error.next_step
    )
    for note in getattr(error, "__notes__", ()):
        told.add_note(f"{file}: {note}")
    return told
