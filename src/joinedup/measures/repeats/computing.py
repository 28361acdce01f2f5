"""Computing repeats: what the record book tells, counted by each strictness of the linkage, with cautions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from joinedup.errors import BadInput
from joinedup.measures.intervals import wilson
from joinedup.measures.repeats import (
    cautions,
    chance,
    chance_in_windows,
    concentration,
    resampling,
    unknown,
)
from joinedup.measures.repeats.catalogue import repeat_named
from joinedup.measures.repeats.counting import Counted
from joinedup.measures.repeats.definitions import Clock, Repeat
from joinedup.measures.repeats.gathering import Gathered, gather
from joinedup.measures.repeats.result import Answer, RepeatFigure, RepeatQuery, RepeatRow, Share, Shared
from joinedup.records import RecordBook
from joinedup.terms import AreaLevel, Flag, Sensitivity, Strictness
from joinedup.workspace import Workspace

_BOUNDED = frozenset({Clock.PERIOD, Clock.ROLLING})


def repeats(workspace: Workspace, query: RepeatQuery) -> RepeatFigure:
    """How many repeat, and how much of all is theirs, by a named definition.

    Two rows for each area: of units and of events. Without a delivery or, where people are counted, a
    linkage, they have no numbers and the flag ``no-data``. Raises ``NotFound`` for a definition or an area
    that there is not, ``BadInput`` for fewer possible units than were seen.
    """
    definition = repeat_named(query.repeat)
    with RecordBook(workspace).reading(query.as_at) as reader:
        done = gather(workspace, reader, definition, query)
    answers = {
        code: {each: _answer(definition, query, one, each) for each, one in counts.items()}
        for code, counts in done.counts.items()
    }
    small = workspace.settings.small_number
    rows = [
        _row(of, (query.level, code, name), answers.get(code, {}), done.flags, small)
        for code, name in done.areas
        for of in Share
    ]
    return RepeatFigure(
        query,
        definition,
        rows,
        answers,
        query.as_at or max((row.known_from for row in done.deliveries), default=None),
        done.linkage.number if done.linkage else None,
        done.deliveries,
        _notes(definition, query, done, answers),
    )


def _notes(
    definition: Repeat,
    query: RepeatQuery,
    done: Gathered,
    answers: Mapping[str, Mapping[Strictness, Answer]],
) -> tuple[str, ...]:
    """Cautions; those about numbers are told where there is one area, for else they would be of which?"""
    notes = list(done.notes)
    if len(answers) == 1:
        (only,) = answers.values()
        best = only[Strictness.BEST]
        notes += cautions.of_answer(definition, best) + cautions.of_chance(definition, query, best)
    if query.level is not AreaLevel.ALL:
        notes += cautions.of_areas()
    return (*notes, *cautions.of_linkage(done.linkage))


def shared(workspace: Workspace, query: RepeatQuery, other: str) -> dict[Strictness, Shared]:
    """How far the units that repeat by the query's definition are those of another one, ``other``.

    For everything together, by strictness; empty where either has no data. Raises as ``repeats``, and
    ``BadInput`` for a query of single areas, for definitions of which one is of people and the other of
    places or pairs, and for those of people who are linked apart.
    """
    definitions = [repeat_named(name) for name in (query.repeat, other)]
    if len({definition.unit for definition in definitions}) > 1:
        raise BadInput(
            "Only definitions of the same unit can be compared",
            where=", ".join(f"{one.name}: {one.unit}" for one in definitions),
        )
    if query.level is not AreaLevel.ALL:
        raise BadInput("Definitions are compared for everything together", next_step="Use the level all")
    restricted = {one.sensitivity is Sensitivity.RESTRICTED for one in definitions}
    if len(restricted) > 1 or (restricted == {True} and len({one.sources for one in definitions}) > 1):
        raise BadInput(
            "A restricted source is linked by itself, so nobody of it is known in another",
            where=", ".join(one.name for one in definitions),
            next_step="Compare definitions of one linkage",
        )
    with RecordBook(workspace).reading(query.as_at) as reader:
        both = [gather(workspace, reader, definition, query) for definition in definitions]
    if any(one.told is None for one in both):
        return {}
    found = {}
    for strictness in Strictness:
        first, second = (_repeating(one, strictness) for one in both)
        found[strictness] = Shared(len(first & second), len(first - second), len(second - first))
    return found


def _repeating(done: Gathered, strictness: Strictness) -> frozenset[str]:
    assert done.told is not None  # noqa: S101 - the caller looked
    keys, (counts,) = done.told.keys[strictness], done.counts.values()
    one = counts[strictness]
    return frozenset(keys[number] for number in one.unit[one.repeats])


def _answer(definition: Repeat, query: RepeatQuery, found: Counted, strictness: Strictness) -> Answer:
    clock = definition.window.clock
    return Answer(
        units=found.units,
        repeat_units=found.repeat_units,
        events=found.events,
        repeat_events=found.repeat_events,
        immature=found.immature,
        without_unit=found.without_unit,
        distribution=concentration.distribution(found.events_of),
        top={share: concentration.top_share(found.events_of, share) for share in concentration.TOP},
        gini=concentration.gini(found.events_of, query.possible_units),
        expected=_expected(definition, query, found),
        interval_of_events=resampling.share_of_events(found) if strictness is Strictness.BEST else None,
        anonymous_most=unknown.most(found, definition.threshold) if clock in _BOUNDED else None,
    )


def _expected(definition: Repeat, query: RepeatQuery, found: Counted) -> chance.Expected | None:
    clock, possible, months = definition.window.clock, query.possible_units, definition.window.months
    if definition.further:
        return None
    if clock is Clock.ROLLING:
        return chance_in_windows.rolling(
            found.units, found.in_period, query.period, months, definition.threshold, possible
        )
    if clock is Clock.SINCE_LAST:
        return chance_in_windows.since_last(found.units, found.in_period, query.period, months, possible)
    if clock is Clock.PERIOD:
        return chance.in_period(found.units, found.in_period, definition.threshold, possible)
    if clock is Clock.AFTER_FIRST and possible is not None:
        of_both = (query.period.months, months)
        return chance.after_first(found.units, found.in_period, *of_both, definition.threshold, possible)
    return None


def _interval(of: Share, best: Answer) -> tuple[float | None, float | None]:
    """Units are told apart, so Wilson's for their share; events of one unit are not: by resampling units."""
    if of is Share.EVENTS:
        return best.interval_of_events or (None, None)
    if not best.units:
        return None, None
    lower, upper = wilson(best.repeat_units, best.units)
    return float(lower), float(upper)


def _row(
    of: Share,
    area: tuple[AreaLevel, str, str],
    answers: Mapping[Strictness, Answer],
    flags: Collection[Flag],
    small: int,
) -> RepeatRow:
    if not answers:
        return RepeatRow(of, *area, flags=tuple(sorted(flags)))
    best = answers[Strictness.BEST]
    numerator, denominator = best.numbers(of)
    pairs = [answer.numbers(of) for answer in answers.values()]
    values = [value for answer in answers.values() if (value := answer.value(of)) is not None]
    said = set(flags)
    lower, upper = _interval(of, best)
    if denominator < small:
        said.add(Flag.SMALL_NUMBER if denominator else Flag.NO_DATA)
    return RepeatRow(
        of,
        *area,
        numerator,
        denominator,
        best.value(of),
        lower,
        upper,
        min(pair[0] for pair in pairs),
        max(pair[0] for pair in pairs),
        min(pair[1] for pair in pairs),
        max(pair[1] for pair in pairs),
        min(values, default=None),
        max(values, default=None),
        tuple(sorted(said)),
    )
