"""The workspace's ``public-tables.toml``, and which measures can have tables protected as a whole."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput
from joinedup.terms import Sensitivity

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace

FILE_NAME = "public-tables.toml"
_KINDS = {"set", "cube"}


def entries(workspace: Workspace, kind: str) -> list[dict[str, Any]]:
    """The entries ``[[set]]`` or ``[[cube]]`` of the file, as written; none where there is no file."""
    path = workspace.folder / FILE_NAME
    if not path.is_file():
        return []
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput("The file of public tables is not valid TOML", where=FILE_NAME) from error
    unknown = set(document) - _KINDS
    found = document.get(kind, [])
    if unknown or not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput(
            "The file of public tables has entries [[set]] and [[cube]] and nothing else",
            where=f"{FILE_NAME}: {', '.join(sorted(unknown)) or kind}",
            next_step="See docs/public-tables.md",
        )
    return found


def fits(measure: Measure) -> bool:
    """Whether the tables of a measure can be protected: counts that add up, and no shares of counts.

    Own measures are none of these: whoever chooses a filter could have the same records protected again in
    another way, and an empty row beside a hidden one tells where a single person is (decision 29).
    """
    return (
        not measure.own and measure.additive_over_areas and measure.additive_over_time and not measure.has_hit
    )


def is_closed(workspace: Workspace, measure: Measure) -> bool:
    """Whether it is neither open, which needs no protection, nor restricted, which is published by nobody."""
    from joinedup.release.matters import known

    return {one.sensitivity for one in known(workspace).of_measure(measure)} == {Sensitivity.OFFICIAL}
