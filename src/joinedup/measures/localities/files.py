"""Indexes of the partnership's own: ``localities.toml`` in the workspace, if there is one.

    [vulnerable-localities]
    version = 2
    title = "Vulnerable localities, Testshire"
    origin = "Agreed by the partnership, May 2025"
    top = 0.1

    [[vulnerable-localities.part]]
    name = "burglary"
    title = "Burglary of homes"
    kind = "count"
    measure = "burglary-of-homes"
    per = ["dwellings", "residents"]
    weight = 2

One of the name of an index that joinedup comes with takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.localities.definitions import Base, Kind, Localities, Part, Per
from joinedup.toml_sections import Section, document

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

FILE = "localities.toml"
_TOLD_IN = "docs/vulnerable-localities.md"


def own_localities(workspace: Workspace) -> dict[str, Localities]:
    """The workspace's definitions by name; ``BadInput`` says where one is wrong."""
    found = {}
    for name, content in _document(workspace).items():
        try:
            found[name] = _definition(name, content)
        except JoinedupError as error:
            where = f"{FILE}, [{name}]" + (f", {error.where}" if error.where else "")
            raise BadInput(error.what, where=where, next_step=error.next_step or f"See {_TOLD_IN}") from error
    return found


def _document(workspace: Workspace) -> dict[str, Any]:
    return document(
        workspace.folder / FILE,
        unreadable="The indexes of localities cannot be read as UTF-8",
        not_toml="The indexes of localities are not valid TOML",
    )


def _definition(name: str, content: object) -> Localities:
    section = Section(content, name, told_in=_TOLD_IN)
    title = section.take("title", str)
    moved = section.take("moved", list, list(Localities.moved))
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in moved):
        raise BadInput("The key 'moved' should be a list of numbers", where=name)
    made = {
        "name": name,
        "version": section.take("version", int),
        "title": title,
        "meaning": section.take("meaning", str, title),
        "origin": section.take("origin", str),
        "base": section.choice("base", Base, Base.WHOLE.value),
        "at_least": section.number("at_least"),
        "top": section.number("top"),
        "fewest_residents": section.take("fewest_residents", int, 0),
        "sure": _number(section, "sure", Localities.sure),
        "moved": tuple(float(one) for one in moved),
        "worst": _number(section, "worst", Localities.worst),
        "parts": tuple(_part(one) for one in section.sections("part")),
        "of_workspace": True,
    }
    section.done()
    return Localities(**made)


def _part(section: Section) -> Part:
    made = {
        "name": section.take("name", str),
        "title": section.take("title", str),
        "kind": section.choice("kind", Kind),
        "weight": _number(section, "weight", 1.0),
        "measure": section.take("measure", str, ""),
        "where": tuple(section.table_of_texts("where").items()),
        "per": section.choices("per", Per, ()),
        "from_age": section.take("from_age", int, 0),
        "to_age": section.take("to_age", int, 0),
        "domain": section.take("domain", str, ""),
        "year": section.take("year", int, None),
    }
    section.done()
    return Part(**made)


def _number(section: Section, key: str, usual: float) -> float:
    given = section.number(key)
    return usual if given is None else given
