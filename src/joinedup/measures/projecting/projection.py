"""A target, the months of two years, and where this one is going."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.projecting import statistics
from joinedup.measures.projecting.statistics import LEAST_MONTHS
from joinedup.measures.query import FigureQuery
from joinedup.measures.result import FigureRow
from joinedup.terms import Every, Flag, Form, Period, add_months

LIKELY = 0.95
_MONTHS = 12
_DECIMALS = 6


class Status(StrEnum):
    """What can be said of a target."""

    MET = "met"
    MISSED = "missed"
    LIKELY = "likely"
    UNLIKELY = "unlikely"
    OPEN = "open"
    NOT_JUDGED = "not-judged"

    @property
    def words(self) -> str:
        """As people say it."""
        return {
            Status.MET: _("met"),
            Status.MISSED: _("missed"),
            Status.LIKELY: _("very likely to be met"),
            Status.UNLIKELY: _("very unlikely to be met"),
            Status.OPEN: _("open"),
            Status.NOT_JUDGED: _("cannot be judged"),
        }[self]


@dataclass(frozen=True)
class Target:
    """What a year's count is to be: at most, or at least, ``count`` (None: as ``change`` of the year before
    says, -0.05 being at most 5 % fewer)."""

    year: Period
    change: float | None = None
    count: float | None = None
    at_most: bool = True

    def __post_init__(self) -> None:
        if self.year.months != _MONTHS:
            raise BadInput(
                "A target is of a year of twelve months", where=f"{self.year}", next_step="Name one: 2024/25"
            )
        if (self.change is None) == (self.count is None):
            raise BadInput(
                "A target is a change of the year before, or a count",
                next_step="Say --change -5, or --at-most 900, or --at-least 900",
            )
        if self.count is not None and self.count < 0:
            raise BadInput("A target is no count below 0")

    @property
    def before(self) -> Period:
        """The year that it is measured by."""
        return Period(add_months(self.year.start, -_MONTHS), self.year.start)

    def wanted(self, before: int) -> float:
        """The count that is to be reached, or not to be passed."""
        if self.count is not None:
            return self.count
        return round(
            before * (1 + (self.change or 0.0)), _DECIMALS
        )  # 110 and 10 % more are 121, not a hair more


@dataclass(frozen=True)
class Projection:
    """Where a year is going. ``months`` of it are told; ``projected`` is the year's count with its range of
    95 %, ``chance`` that the target is met. None where it cannot be judged; ``notes`` say why.
    """

    target: Target
    status: Status
    months: int
    so_far: int | None
    same_before: int | None
    before: int | None
    wanted: float | None
    projected: float | None = None
    lower: int | None = None
    upper: int | None = None
    chance: float | None = None
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The public table's numbers, in plain values."""
        return {
            "year": str(self.target.year),
            "months": self.months,
            "so_far": self.so_far,
            "same_months_before": self.same_before,
            "year_before": self.before,
            "wanted": self.wanted,
            "at_most": self.target.at_most,
            "projected": self.projected,
            "lower": self.lower,
            "upper": self.upper,
            "chance": self.chance,
            "status": self.status.value,
            "flags": [flag.value for flag in self.flags],
        }


def questions(query: FigureQuery, target: Target) -> tuple[FigureQuery, FigureQuery]:
    """What has to be asked: the change between both years, which tells of breaks, and the months of both."""
    both = Period(target.before.start, target.year.end)
    plain = replace(query, by=(), against=None)
    whole = replace(plain, form=Form.CHANGE, every=Every.WHOLE, period=target.year, against=target.before)
    return whole, replace(plain, form=Form.COUNT, every=Every.MONTH, period=both)


def project(target: Target, months: Sequence[FigureRow], whole: FigureRow) -> Projection:
    """Judge a target from the months of both years (of one area, in order) and their change.

    The year goes on from its last month that is told whole; a gap before it, a number that is hidden, or a
    break in recording forbids to judge.
    """
    before, now = list(months[:_MONTHS]), list(months[_MONTHS:])
    told = [row for row in now if row.numerator is not None and Flag.INCOMPLETE_FEED not in row.flags]
    reason = _forbidden(before, now, len(told), whole)
    said = {Flag.SERIES_BREAK} & {*whole.flags} | {flag for row in told for flag in row.flags}
    flags = tuple(flag for flag in Flag if flag in said)
    if reason:
        return _not_judged(target, before, told, flags, reason)
    counts, earlier = ([int(row.numerator or 0) for row in rows] for rows in (told, before))
    wanted = target.wanted(sum(earlier))
    so_far = sum(counts)
    known = Projection(
        target, Status.OPEN, len(told), so_far, sum(earlier[: len(told)]), sum(earlier), wanted, flags=flags
    )
    if len(told) == _MONTHS:
        met = so_far <= wanted if target.at_most else so_far >= wanted
        return replace(
            known,
            status=Status.MET if met else Status.MISSED,
            projected=float(so_far),
            lower=so_far,
            upper=so_far,
            chance=float(met),
        )
    rest = statistics.rest_of_year(counts, earlier)
    low, high = rest.between()
    if target.at_most:
        chance = rest.at_most(wanted - so_far)
    else:
        chance = 1 - rest.at_most(math.ceil(wanted) - 1 - so_far)
    return replace(
        known,
        status=_status(chance),
        projected=so_far + rest.mean,
        lower=so_far + low,
        upper=so_far + high,
        chance=chance,
        notes=_notes(rest, len(told)),
    )


def _status(chance: float) -> Status:
    if chance >= LIKELY:
        return Status.LIKELY
    return Status.UNLIKELY if chance <= 1 - LIKELY else Status.OPEN


def _forbidden(before: Sequence[FigureRow], now: Sequence[FigureRow], told: int, whole: FigureRow) -> str:
    if Flag.SERIES_BREAK in whole.flags:
        return _("The target cannot be judged: recording changed between the two years, or within them.")
    rows = [*before, *now]
    if any({Flag.SUPPRESSED, Flag.ROUNDED} & {*row.flags} for row in rows):
        return _("The target cannot be judged by numbers that are hidden or rounded to protect people.")
    if any(row.numerator is None or Flag.INCOMPLETE_FEED in row.flags for row in before):
        return _("The target cannot be judged: months of the year before were not delivered.")
    if any(row.numerator is None or Flag.INCOMPLETE_FEED in row.flags for row in now[:told]):
        return _("The target cannot be judged: a month lacks before the latest that was delivered.")
    if told < LEAST_MONTHS:
        note = _("After {months} of 12 months it is too early to judge: {least} are needed.")
        return note.format(months=told, least=LEAST_MONTHS)
    return ""


def not_judged(
    target: Target, months: Sequence[FigureRow], reason: str, flags: tuple[Flag, ...] = ()
) -> Projection:
    """The months of both years without a judgement: what is known of them, and why there is none."""
    told = [row for row in months[_MONTHS:] if row.numerator is not None]
    return _not_judged(target, months[:_MONTHS], told, flags, reason)


def _not_judged(
    target: Target,
    before: Sequence[FigureRow],
    told: Sequence[FigureRow],
    flags: tuple[Flag, ...],
    reason: str,
) -> Projection:
    whole = [row.numerator for row in before if row.numerator is not None]
    year = sum(whole) if len(whole) == _MONTHS else None
    wanted = target.count if year is None else target.wanted(year)
    so_far = sum(row.numerator or 0 for row in told) if told else None
    same = sum(whole[: len(told)]) if told and year is not None else None
    return Projection(
        target,
        Status.NOT_JUDGED,
        len(told),
        so_far,
        same,
        year,
        wanted,
        flags=flags,
        notes=(reason,),
    )


def _notes(rest: statistics.Rest, months: int) -> tuple[str, ...]:
    notes = [
        _(
            "The rest of the year is projected as the same months of the year before, at the level of the "
            "months so far: what changes from now on is not in it."
        )
    ]
    if statistics.chance_of_more(rest.spread, months) < 1 - LIKELY:
        notes.append(
            _("The months so far do not follow the pattern of the year before, so the range is wider.")
        )
    return tuple(notes)
