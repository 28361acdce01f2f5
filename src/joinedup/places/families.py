"""Families of areas that are compared with each other: ``families.toml`` in the workspace, if there is one.

    [town-centres]
    title = "Wards with a town centre"
    level = "ward"
    areas = ["E05001234", "E05001235"]

Which areas are most alike is for the partnership to say: by a published classification, or by knowing them.
A family with ``visited = true`` is of areas that people come to from elsewhere, such as town centres: a rate
for residents is marked there, for it may mislead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.places.area_lists import areas
from joinedup.terms import AreaLevel
from joinedup.toml_sections import Section, document
from joinedup.workspace import Workspace

FILE = "families.toml"
LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class AreaFamily:
    """Areas of one level that are alike; ``name`` is what it is asked for by."""

    name: str
    title: str
    level: AreaLevel
    areas: tuple[str, ...]
    visited: bool = False


def family_named(workspace: Workspace, name: str) -> AreaFamily:
    """One family, whose areas are all loaded; what is wrong with others does not matter.

    Raises NotFound for one there is not, naming those there are, and BadInput for what is wrong with it.
    """
    known = _document(workspace)
    if name not in known:
        there = f"There are: {', '.join(known)}" if known else f"Write it into {FILE} in the workspace"
        raise NotFound("There is no family of areas of that name", where=name, next_step=there)
    family = _family(name, known[name])
    loaded = {area.code for area in areas(workspace, family.level)}
    strange = [code for code in family.areas if code not in loaded]
    if strange:
        raise BadInput(
            f"A family names its areas by the codes of its level, and these are of no {family.level} here",
            where=f"{FILE}, [{name}]: {', '.join(strange)}",
            next_step=f"See: joinedup places areas {family.level}",
        )
    return family


def visited_areas(workspace: Workspace, level: AreaLevel) -> frozenset[str]:
    """The codes of a level that the partnership says people come to from elsewhere.

    Raises BadInput for what is wrong with the file: an area that it names would else lack its warning.
    """
    families = [_family(name, content) for name, content in _document(workspace).items()]
    visited = [family for family in families if family.visited and family.level is level]
    return frozenset(code for family in visited for code in family.areas)


def _document(workspace: Workspace) -> dict[str, Any]:
    return document(
        workspace.folder / FILE,
        unreadable="The families of areas cannot be read as UTF-8",
        not_toml="The families of areas are not valid TOML",
    )


def _family(name: str, content: object) -> AreaFamily:
    where = f"{FILE}, [{name}]"
    if not _NAME.fullmatch(name) or not isinstance(content, dict):
        raise BadInput(
            "A family is a section named by words in lower case joined by hyphens",
            where=where,
            next_step='Write, for example, [town-centres] with title, level and areas = ["E05001234", ...]',
        )
    section = Section(content, f"[{name}]", told_in="docs/comparing-areas.md")
    try:
        title, level = section.take("title", str), section.choice("level", AreaLevel)
        codes, visited = section.take("areas", list), section.take("visited", bool, False)
        section.done()
    except JoinedupError as error:
        raise BadInput(error.what, where=f"{FILE}, {error.where}", next_step=error.next_step) from error
    if level not in LEVELS:
        said = ", ".join(one.value for one in LEVELS)
        raise BadInput("A family is of areas that have residents", where=where, next_step=f"Levels: {said}")
    if not codes or not all(isinstance(code, str) for code in codes) or len(set(codes)) < len(codes):
        raise BadInput("A family names its areas by their codes, each once", where=where)
    return AreaFamily(name, title, level, tuple(codes), visited)
