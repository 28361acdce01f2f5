"""Classes of a choropleth: five of equal size by rank, or a diverging ramp with one for no clear change."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.hub.intelligence import wording
from joinedup.terms import Form

CLASSES = 5
MARKED_CHANGE = 0.2  # a clear change beyond a fifth is drawn in the stronger colour


@dataclass(frozen=True)
class MapClass:
    """One class of the map: its key names the colour, its label says which values it holds."""

    key: str
    label: str
    areas: int


@dataclass(frozen=True)
class Shading:
    """The class of each area, in the areas' order, and the legend that explains them."""

    keys: tuple[str, ...]
    legend: tuple[MapClass, ...]
    method: str


def shade(
    form: Form,
    cells: Sequence[tuple[float | None, float | None, float | None, bool]],
    apart: Sequence[str] = (),
    *,
    undelivered: bool = False,
) -> Shading:
    """Class every (value, lower, upper, suppressed).

    ``apart`` has for each cell the class of a change that is no percentage (``few``, ``no-base``) or nothing;
    ``undelivered`` says that a change without a figure is one of months that were not all delivered.
    """
    absent = tuple("hidden" if hidden else "none" for _value, _lower, _upper, hidden in cells)
    if form is Form.CHANGE:
        apart = apart or [""] * len(cells)
        keys = tuple(
            absent[at] if hidden else apart[at] or _change_key(value, lower, upper)
            for at, (value, lower, upper, hidden) in enumerate(cells)
        )
        method = _("Colour shows only changes that the interval makes clear.")
        return Shading(keys, _change_legend(keys, undelivered=undelivered), method)
    values = [None if hidden else value for value, _lower, _upper, hidden in cells]
    return _by_rank(form, values, absent)


def _change_key(value: float | None, lower: float | None, upper: float | None) -> str:
    if value is None:
        return "none"
    if not wording.is_clear(lower, upper):
        return "same"
    direction = "down" if value < 0 else "up"
    return f"{direction}-2" if abs(value) > MARKED_CHANGE else f"{direction}-1"


def _change_legend(keys: Sequence[str], *, undelivered: bool) -> tuple[MapClass, ...]:
    size = wording.percent(MARKED_CHANGE)
    labels = {
        "down-2": _("clearly fewer, by over %(size)s") % {"size": size},
        "down-1": _("clearly fewer, by up to %(size)s") % {"size": size},
        "same": _("no clear change"),
        "up-1": _("clearly more, by up to %(size)s") % {"size": size},
        "up-2": _("clearly more, by over %(size)s") % {"size": size},
    }
    none = _("not all months delivered") if undelivered else _("no figure")
    return (*(MapClass(key, label, keys.count(key)) for key, label in labels.items()), *_absent(keys, none))


def _absent(keys: Sequence[str], none: str = "") -> tuple[MapClass, ...]:
    """The classes without a colour of the ramp, those that some area is in."""
    labels = {
        "few": _("few: see table"),
        "no-base": _("none the year before"),
        "none": none or _("no figure"),
        "hidden": _("not shown, to protect people"),
    }
    return tuple(MapClass(key, label, keys.count(key)) for key, label in labels.items() if key in keys)


def _by_rank(form: Form, values: Sequence[float | None], absent: Sequence[str]) -> Shading:
    known = sorted({value for value in values if value is not None})
    if not known:
        keys = tuple(absent)
        return Shading(keys, _absent(keys), "")
    number = min(CLASSES, len(known))
    class_of = _quantile_classes([value for value in values if value is not None], number)
    keys = tuple(
        absent[at] if value is None else f"class-{class_of[value]}" for at, value in enumerate(values)
    )
    legend = _rank_legend(form, keys, values)
    return Shading(keys, (*legend, *_absent(keys)), _method(legend))


def _method(legend: Sequence[MapClass]) -> str:
    if len(legend) == 1:
        return _("All areas have one value.")
    if all(one.areas == 1 for one in legend):
        return _("Each area is its own class.")
    said = _("%(number)d classes with as near as can be the same number of areas in each.")
    return said % {"number": len(legend)}


def _rank_legend(form: Form, keys: Sequence[str], values: Sequence[float | None]) -> list[MapClass]:
    """The edges of each class; with one digit more where two classes would otherwise share one."""
    members = {
        key: [value for value, its in zip(values, keys, strict=True) if its == key and value is not None]
        for key in sorted({key for key in keys if key.startswith("class-")})
    }
    edges: list[tuple[str, str]] = []
    for digits in range(4):
        edges = [
            (wording.value(form, min(own), digits), wording.value(form, max(own), digits))
            for own in members.values()
        ]
        if all(one[1] != other[0] for one, other in itertools.pairwise(edges)):
            break
    labels = [
        low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high} for low, high in edges
    ]
    return [MapClass(key, label, len(own)) for (key, own), label in zip(members.items(), labels, strict=True)]


def _quantile_classes(values: Sequence[float], number: int) -> dict[float, int]:
    """The class, 1 to 5, of each distinct value; equal values always share one.

    Fewer than five classes are spread over the ramp, so that the lowest and highest keep its ends.
    """
    ordered = sorted(values)
    place = {value: at for at, value in reversed(list(enumerate(ordered)))}
    ranks = {value: place[value] * number // len(ordered) for value in place}
    used = sorted(set(ranks.values()))
    spread = {
        rank: 3 if len(used) == 1 else 1 + round(at * (CLASSES - 1) / (len(used) - 1))
        for at, rank in enumerate(used)
    }
    return {value: spread[rank] for value, rank in ranks.items()}
