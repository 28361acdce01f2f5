"""Areas as people write them, by code or by name in any capitals; a wrong one is answered by the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from joinedup.cli.nearest import nearest
from joinedup.errors import BadInput, NotFound
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.places import Area

COARSE_TO_FINE = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA, AreaLevel.OA)
_WHOLE = {AreaLevel.ALL, AreaLevel.PARTNERSHIP}
_IN_WORDS = {
    AreaLevel.DISTRICT: "a district",
    AreaLevel.WARD: "a ward",
    AreaLevel.MSOA: "an MSOA",
    AreaLevel.LSOA: "an LSOA",
    AreaLevel.OA: "an output area",
}


def area_codes(
    workspace: Workspace, written: Iterable[str], level: AreaLevel, vintage: str | None = None
) -> tuple[str, ...]:
    """The codes of areas of this level or one above; several may be given in one text, with commas.

    Raises NotFound for an area of a finer level, naming the level to ask for, and for a name that there is
    not, naming the nearest. Squares, which have no names, are left for the figure to know.
    """
    texts = list(written)
    if not texts:
        return ()
    loaded = {each: _loaded(workspace, each, vintage if each is level else None) for each in COARSE_TO_FINE}
    finest = COARSE_TO_FINE.index(level) if level in COARSE_TO_FINE else len(COARSE_TO_FINE) - 1
    fitting = () if level in _WHOLE else COARSE_TO_FINE[: finest + 1]
    known = [area for each in fitting for area in loaded[each]]
    others = [area for each in COARSE_TO_FINE if each not in fitting for area in loaded[each]]
    return tuple(code for text in texts for code in _codes(text.strip(), level, known, others))


def _loaded(workspace: Workspace, level: AreaLevel, vintage: str | None) -> list[Area]:
    from joinedup import places

    try:
        return places.areas(workspace, level, vintage=vintage)
    except NotFound:  # no such boundaries are loaded
        return []


def _codes(text: str, level: AreaLevel, known: list[Area], others: list[Area]) -> list[str]:
    meant = sorted({area.code for area in known if _is(area, text)})
    if len(meant) > 1:
        raise BadInput(
            "Several areas have that name", where=text, next_step=f"Give a code: {', '.join(meant)}"
        )
    if meant:
        return meant
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1:
        return [code for part in parts for code in _codes(part, level, known, others)]
    if text.casefold() == AreaLevel.PARTNERSHIP:
        return [AreaLevel.PARTNERSHIP.value]
    _refuse_other_level(text, others)
    if level is AreaLevel.SQUARE or not (known or others):
        return [text]
    raise NotFound(
        "There is no area of that name or code here", where=text, next_step=_guess(text, known, others)
    )


def _is(area: Area, text: str) -> bool:
    return text.casefold() in {area.code.casefold(), area.name.casefold()}


def _refuse_other_level(text: str, others: list[Area]) -> None:
    for area in others:
        if _is(area, text):
            what = f"{area.name}{f' ({area.code})' if text != area.name else ''} is {_in_words(area)}"
            raise NotFound(f"{what}: add --area-level {area.level}")


def _in_words(area: Area) -> str:
    return _IN_WORDS[AreaLevel(area.level)]


def _guess(text: str, known: list[Area], others: list[Area]) -> str:
    """The nearest names, those that fit the level first, each with what it is."""
    by_name = {area.name: area for area in [*others, *known]}
    fitting = nearest(text, [area.name for area in known])
    near = [by_name[name] for name in dict.fromkeys([*fitting, *nearest(text, by_name)])][:3]
    if not near:
        return "joinedup places areas district lists the districts, and so on for other levels"
    named = [f"{area.name} ({_in_words(area)})" for area in near]
    return f"Did you mean {named[0]}?" if len(named) == 1 else f"Did you mean one of: {', '.join(named)}?"
