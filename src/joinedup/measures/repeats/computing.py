"""Computing repeats: what the record book tells, counted by each strictness of the linkage, with cautions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.intervals import wilson
from joinedup.measures.repeats import cautions, chance, concentration, unknown
from joinedup.measures.repeats.catalogue import repeat_named
from joinedup.measures.repeats.counting import Counted, counted
from joinedup.measures.repeats.definitions import Clock, Part, Repeat, Unit
from joinedup.measures.repeats.events import Told, read
from joinedup.measures.repeats.result import Answer, RepeatFigure, RepeatQuery, RepeatRow, Share, Shared
from joinedup.records import DeliveryRow, LinkageRow, Reader, RecordBook
from joinedup.terms import DeliveryMode, Flag, Strictness
from joinedup.workspace import Workspace

_BOUNDED = frozenset({Clock.PERIOD, Clock.ROLLING})


@dataclass(frozen=True)
class _Read:
    """What one definition's answer rests on; ``told`` None where nothing can be counted."""

    deliveries: tuple[DeliveryRow, ...]
    parts: tuple[Part, ...]
    linkage: LinkageRow | None
    told: Told | None
    found: Mapping[Strictness, Counted]
    flags: frozenset[Flag]
    notes: tuple[str, ...]


def repeats(workspace: Workspace, query: RepeatQuery) -> RepeatFigure:
    """How many repeat, and how much of all is theirs, by a named definition.

    Two rows: of units and of events. Without a delivery or, where people are counted, a linkage, they have no
    numbers and the flag ``no-data``. Raises ``NotFound`` for a definition there is not, ``BadInput`` for
    fewer possible units than were seen.
    """
    definition = repeat_named(query.repeat)
    with RecordBook(workspace).reading(query.as_at) as reader:
        done = _read(reader, definition, query)
    answers = {strictness: _answer(definition, query, one) for strictness, one in done.found.items()}
    known_on = query.as_at or max((row.known_from for row in done.deliveries), default=None)
    linkage = done.linkage.number if done.linkage and definition.unit is not Unit.PLACE else None
    notes = list(done.notes)
    if answers:
        best = answers[Strictness.BEST]
        notes += cautions.of_answer(definition, best) + cautions.without_expectation(definition, query)
        notes += cautions.of_linkage(definition, list(answers), linkage)
    rows = [_row(share, answers, done.flags, workspace.settings.small_number) for share in Share]
    return RepeatFigure(query, definition, rows, answers, known_on, linkage, done.deliveries, tuple(notes))


def shared(workspace: Workspace, query: RepeatQuery, other: str) -> dict[Strictness, Shared]:
    """How far the units that repeat by the query's definition are those of another one, ``other``.

    By strictness; empty where either has no data. Raises as ``repeats``, and ``BadInput`` for definitions of
    which one is of people and the other of places or pairs.
    """
    definitions = [repeat_named(name) for name in (query.repeat, other)]
    if len({definition.unit for definition in definitions}) > 1:
        raise BadInput(
            "Only definitions of the same unit can be compared",
            where=", ".join(f"{one.name}: {one.unit}" for one in definitions),
        )
    with RecordBook(workspace).reading(query.as_at) as reader:
        both = [_read(reader, definition, query) for definition in definitions]
    if any(one.told is None for one in both):
        return {}
    found = {}
    for strictness in Strictness:
        first, second = (_repeating(one, strictness) for one in both)
        found[strictness] = Shared(len(first & second), len(first - second), len(second - first))
    return found


def _repeating(done: _Read, strictness: Strictness) -> frozenset[str]:
    assert done.told is not None  # noqa: S101 - the caller looked
    keys, one = done.told.keys[strictness], done.found[strictness]
    return frozenset(keys[number] for number in one.unit[one.repeats])


def _read(reader: Reader, definition: Repeat, query: RepeatQuery) -> _Read:
    allowed = [part for part in definition.parts if part.source in query.sources]
    deliveries = [
        row
        for row in reader.deliveries(sorted({part.source for part in allowed}), query.feeds)
        if row.state == "standing"
        and row.mode is not DeliveryMode.WITHDRAWAL
        and Part(row.source, row.record_type) in allowed
    ]
    parts = tuple(part for part in allowed if any(_is_of(row, part) for row in deliveries))
    linkages = reader.linkages()
    linkage = linkages[-1] if linkages else None
    notes = cautions.of_parts(definition, parts)
    if not parts or (linkage is None and definition.unit is not Unit.PLACE):
        if parts:
            notes.append(_("Nobody is known yet: no linkage has read these records. See: joinedup link."))
        return _Read(tuple(deliveries), parts, linkage, None, {}, frozenset({Flag.NO_DATA}), tuple(notes))
    return _count(reader, definition, query, deliveries, parts, linkage, notes)


def _is_of(row: DeliveryRow, part: Part) -> bool:
    return row.source == part.source and row.record_type == part.record_type


def _count(
    reader: Reader,
    definition: Repeat,
    query: RepeatQuery,
    deliveries: Sequence[DeliveryRow],
    parts: tuple[Part, ...],
    linkage: LinkageRow | None,
    notes: list[str],
) -> _Read:
    delivered = {row.feed for row in deliveries}
    until = linkage.known_from if linkage and definition.unit is not Unit.PLACE else None
    told = read(reader, definition, parts, delivered, query.period, until)
    behind = tuple(row for row in deliveries if row.feed in told.feeds) or tuple(deliveries)
    feeds = {row.feed for row in behind}
    sources = sorted({part.source for part in parts})
    coverage = reader.coverage(sources)
    flags, said = cautions.of_coverage(coverage, definition, query, feeds)
    broken, breaks = cautions.of_breaks(reader, sources, definition, query, feeds)
    told_until = cautions.told_until(coverage, feeds)
    found = {
        strictness: counted(mentions, definition.window, definition.threshold, query.period, told_until)
        for strictness, mentions in told.mentions.items()
    }
    if any(one.immature for one in found.values()):
        flags.add(Flag.NOT_YET_MATURE)
    if any(row.provisional and _meets(row, query) for row in behind):
        flags.add(Flag.PROVISIONAL)
    notes = [*notes, *said, *breaks, *cautions.of_told(definition, told)]
    return _Read(behind, parts, linkage, told, found, frozenset(flags | broken), tuple(notes))


def _meets(row: DeliveryRow, query: RepeatQuery) -> bool:
    period = row.period
    return period is None or (period.start < query.period.end and query.period.start < period.end)


def _answer(definition: Repeat, query: RepeatQuery, found: Counted) -> Answer:
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
        anonymous_most=unknown.most(found, definition.threshold) if clock in _BOUNDED else None,
    )


def _expected(definition: Repeat, query: RepeatQuery, found: Counted) -> chance.Expected | None:
    clock, possible = definition.window.clock, query.possible_units
    if clock is Clock.PERIOD:
        return chance.in_period(found.units, found.in_period, definition.threshold, possible)
    if clock is Clock.AFTER_FIRST and possible is not None:
        months = (query.period.months, definition.window.months)
        return chance.after_first(found.units, found.in_period, *months, definition.threshold, possible)
    return None


def _row(of: Share, answers: Mapping[Strictness, Answer], flags: Collection[Flag], small: int) -> RepeatRow:
    if not answers:
        return RepeatRow(of, flags=tuple(sorted(flags)))
    best = answers[Strictness.BEST]
    numerator, denominator = best.numbers(of)
    pairs = [answer.numbers(of) for answer in answers.values()]
    values = [value for answer in answers.values() if (value := answer.value(of)) is not None]
    said = set(flags)
    lower = upper = None
    if denominator:
        lower, upper = (float(end) for end in wilson(numerator, denominator))
    if denominator < small:
        said.add(Flag.SMALL_NUMBER if denominator else Flag.NO_DATA)
    return RepeatRow(
        of,
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
