"""How good a linkage is as rows: of everybody, and of people of each sex, ethnic group and age band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from joinedup.cli.output import Figures, show

if TYPE_CHECKING:
    from joinedup.people import Evaluation
    from joinedup.people.evaluating_groups import OfGroup
    from joinedup.people.groups import Dimension
    from joinedup.people.judging import Estimate
    from joinedup.people.judging_groups import GroupEstimate
    from joinedup.people.measuring_groups import Share
    from joinedup.release.linkage_quality import Quality

EVERYBODY = "everybody"
_TABLE = (
    "linking",
    "of",
    "group",
    "mentions",
    "precision",
    "of pairs put together",
    "recall",
    "of pairs of one person",
    "b_cubed precision",
    "b_cubed recall",
    "note",
)
_SHARES = {
    "pairwise_precision": "precision",
    "pairwise_recall": "recall",
    "b_cubed_precision": "b_cubed_precision",
    "b_cubed_recall": "b_cubed_recall",
}
"""The key of each share in a row, and its name in ``GroupQuality``."""


def show_evaluations(told: Sequence[Evaluation], output_format: str) -> None:
    """Print each strictness, then the groups of each: two tables, or one list of JSON or CSV."""
    rows = [_row(one) for one in told]
    groups = [(one.level.value, each) for one in told for each in one.groups]
    if output_format == "table":
        show(rows)
        click.echo()
        show([_in_words(level, one) for level, one in groups], columns=_TABLE)
    else:
        show([*rows, *(_of_group(level, one) for level, one in groups)], output_format)


def show_quality(
    told: Quality, groups: Sequence[tuple[Dimension, Sequence[GroupEstimate]]], output_format: str
) -> None:
    """Print what decisions say of everybody, then of each group."""
    whole = {"of": EVERYBODY, "group": None, "decided": told.decided, "unsure": told.unsure}
    rows = [{"linkage": told.linkage, **whole, **_estimates(told.precision, told.recall)}]
    for dimension, each in groups:
        for one in each:
            code = one.group if output_format != "table" else str(dimension.groups[one.group])
            of = {"of": dimension.name, "group": code, "decided": one.decided, "unsure": one.unsure}
            rows.append({"linkage": told.linkage, **of, **_estimates(one.precision, one.recall)})
    show(rows, output_format)


def _estimates(precision: Estimate | None, recall: Estimate | None) -> dict[str, Any]:
    """Both with their intervals and bounds; None throughout where there are too few decisions."""
    row: dict[str, Any] = {}
    for name, one in (("precision", precision), ("recall", recall)):
        parts = ("value", "lower", "upper", "least", "most")
        said = {part: None if one is None else _rounded(getattr(one, part)) for part in parts}
        row |= {name: said.pop("value"), **{f"{name}_{part}": value for part, value in said.items()}}
    return {**row, "too_few_decisions": row["precision"] is None or row["recall"] is None}


def _row(one: Evaluation) -> dict[str, Any]:
    return {
        "linking": one.level.value,
        "of": EVERYBODY,
        "mentions": one.mentions,
        "without_key": one.without_key,
        "pairwise_precision": round(one.pairwise.precision, 4),
        "pairwise_recall": round(one.pairwise.recall, 4),
        "pairwise_f1": round(one.pairwise.f1, 4),
        "b_cubed_precision": round(one.b_cubed.precision, 4),
        "b_cubed_recall": round(one.b_cubed.recall, 4),
        "b_cubed_f1": round(one.b_cubed.f1, 4),
        "twins": one.twins,
        "twins_merged": one.twins_merged,
    }


def _of_group(level: str, one: OfGroup) -> dict[str, Any]:
    """A group with every share, its parts, its interval and its units."""
    row: dict[str, Any] = {
        "linking": level,
        "of": one.dimension.name,
        "group": " or ".join(one.codes),
        "mentions": one.quality.records,
        "pairwise_f1": _rounded(one.quality.f1),
        "b_cubed_f1": _rounded(one.quality.b_cubed_f1),
    }
    for key, name in _SHARES.items():
        share: Share = getattr(one.quality, name)
        row |= {
            key: _rounded(share.value),
            f"{key}_lower": _rounded(share.lower),
            f"{key}_upper": _rounded(share.upper),
            f"{key}_right": round(share.right, 2),
            f"{key}_of": round(share.of, 2),
            f"{key}_units": share.units,
            f"{key}_is_of_few": share.is_of_few,
        }
    return row


def _in_words(level: str, one: OfGroup) -> dict[str, Any]:
    quality = one.quality
    few = quality.precision.is_of_few or quality.recall.is_of_few
    return {
        "linking": level,
        "of": str(one.dimension.heading),
        "group": one.words,
        "mentions": quality.records,
        "precision": _interval(quality.precision),
        "of pairs put together": _parts(quality.precision),
        "recall": _interval(quality.recall),
        "of pairs of one person": _parts(quality.recall),
        "b_cubed precision": _interval(quality.b_cubed_precision),
        "b_cubed recall": _interval(quality.b_cubed_recall),
        "note": "of few" if few else None,
    }


def _interval(share: Share) -> Figures | None:
    if share.value is None:
        return None
    return Figures(f"{share.value:.3f} ({share.lower:.3f} to {share.upper:.3f})")


def _parts(share: Share) -> Figures:
    return Figures(f"{share.right:,.1f} of {share.of:,.1f}")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
