"""Areas as people write them: by code, or by name in any capitals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from joinedup.errors import BadInput, NotFound
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places import Area

_COARSE_TO_FINE = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA)


def area_codes(
    workspace: Workspace, written: Iterable[str], level: AreaLevel, vintage: str | None = None
) -> tuple[str, ...]:
    """The codes of areas of this level or one above; several may be given in one text, with commas.

    What is neither a known code nor a name is left as it is: the figure says what is wrong with it.
    """
    texts = list(written)
    if not texts:
        return ()
    known = _areas(workspace, level, vintage)
    return tuple(code for text in texts for code in _codes(text, known))


def _areas(workspace: Workspace, level: AreaLevel, vintage: str | None) -> list[Area]:
    from joinedup import places

    last = _COARSE_TO_FINE.index(level) + 1 if level in _COARSE_TO_FINE else len(_COARSE_TO_FINE)
    found: list[Area] = []
    for each in _COARSE_TO_FINE[:last]:
        try:
            found += places.areas(workspace, each, vintage=vintage if each is level else None)
        except NotFound:  # no such boundaries are loaded
            continue
    return found


def _codes(text: str, known: list[Area]) -> list[str]:
    named = {area.code for area in known if area.name.casefold() == text.strip().casefold()}
    if len(named) > 1:
        raise BadInput(
            "Several areas have that name", where=text, next_step=f"Give a code: {', '.join(sorted(named))}"
        )
    if named:
        return [named.pop()]
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return parts if len(parts) < 2 else [code for part in parts for code in _codes(part, known)]
