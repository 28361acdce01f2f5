"""The answer of a definition as tables of words: of repeats, and of linked people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from joinedup.hub.intelligence.presentation import flag_words
from joinedup.hub.repeats.linked_words import (
    bare_words,
    group_words,
    number_words,
    of_words,
    value_words,
)
from joinedup.hub.templatetags.hub_words import share, thousands
from joinedup.measures.linked import LinkedFigure
from joinedup.measures.linked.cells import RATIO
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.repeats import Repeat, RepeatFigure, Share
from joinedup.measures.repeats.definitions import Clock, Unit
from joinedup.terms import AreaLevel, Flag

NOTHING = "–"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A row of a table: its heading, its cells in words, and its cautions, where it bears any."""

    heading: str
    cells: Sequence[str]
    cautions: Sequence[str] = ()
    bears_cautions: bool = True


@dataclass(frozen=True)
class Table:
    """A table: its title, what its rows are of, the headings of its cells, and its lines; ``first`` is the
    sentence that says its one number, where it has one."""

    title: str
    of: str
    headings: Sequence[str]
    lines: Sequence[Line]
    first: str = ""
    any_caution: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "any_caution", any(one.cautions for one in self.lines))


def has_number(figure: RepeatFigure | LinkedFigure) -> bool:
    """Whether anything was counted."""
    return any(row.value is not None or row.numerator is not None for row in figure.rows)


def common_cautions(tables: Sequence[Table]) -> tuple[list[str], list[Table]]:
    """The cautions that every line has, and the tables with the others alone."""
    lines = [line for table in tables for line in table.lines if line.bears_cautions]
    common = (
        [one for one in lines[0].cautions if all(one in line.cautions for line in lines)] if lines else []
    )
    if len(lines) == 1:
        return [], list(tables)
    return common, [
        replace(
            table,
            lines=[
                replace(line, cautions=[one for one in line.cautions if one not in common])
                for line in table.lines
            ],
        )
        for table in tables
    ]


def of_repeats(figure: RepeatFigure) -> list[Table]:
    """How many repeat, how many events are theirs, and how concentrated it is: in each area."""
    rows = figure.to_json_rows()
    titles = _titles(figure.definition)
    of_people = figure.definition.unit is not Unit.PLACE
    headings = [_("Share"), _("95% interval"), _("Counted")]
    headings += [_("By strict to loose linkage")] if of_people else []
    headings.append(_("By chance alone"))
    shares = [row for row in rows if row["share_of"] == Share.UNITS.value]
    if figure.query.level is AreaLevel.ALL:
        lines = [_repeat_line(titles[Share(row["share_of"])], row, of_people=of_people) for row in rows]
        table = Table(_("How many repeat"), _("Of what"), headings, lines, _first(shares[0]))
        return [table, _concentration(shares, _("Of what"))]
    tables = []
    for of, title in titles.items():
        own = [row for row in rows if row["share_of"] == of.value]
        lines = [_repeat_line(_area_words(row), row, of_people=of_people) for row in own]
        tables.append(Table(title, _("Area"), headings, lines))
    return [*tables, _concentration(shares, _("Area"))]


def _titles(definition: Repeat) -> dict[Share, str]:
    units = {
        Unit.PERSON: _("People who repeat, of all people"),
        Unit.PLACE: _("Places that repeat, of all places"),
        Unit.PAIR: _("Pairs that repeat, of all pairs"),
        Unit.HOUSEHOLD: _("Households that repeat, of all households"),
    }[definition.unit]
    events = _("Events that are theirs, of all events")
    if definition.window.clock is Clock.SINCE_LAST:
        events = _("Events that are repeats, of all events")
    return {Share.UNITS: units, Share.EVENTS: events}


def _repeat_line(heading: str, row: Row, *, of_people: bool) -> Line:
    cells = [
        _shared(row["value"]),
        between(_shared(row["lower"]), _shared(row["upper"])),
        _("%(part)s of %(all)s") % {"part": thousands(row["numerator"]), "all": thousands(row["denominator"])}
        if row["numerator"] is not None
        else NOTHING,
        _linkage(row, _shared),
        NOTHING if row["by_chance"] is None else f"{row['by_chance']:,.1f}",
    ]
    if not of_people:
        del cells[3]
    return Line(heading, cells, _cautions(row))


def _cautions(row: Row) -> list[str]:
    """The flags in words. Where something was counted, and came to nothing of nothing, it was delivered."""
    flags = [one for one in row["flags"] if not (one == Flag.NO_DATA and row["denominator"] == 0)]
    nothing = [_("nothing was counted, so there is no share")] if len(flags) < len(row["flags"]) else []
    return [*flag_words(tuple(flags)), *nothing]


def _area_words(row: Row) -> str:
    return str(row["area_name"] or row["area_code"])


def _shared(value: float | None) -> str:
    return NOTHING if value is None else share(value)


def between(lower: str, upper: str) -> str:
    """Two ends in words; a dash where there are none."""
    if NOTHING in {lower, upper}:
        return NOTHING
    return _("%(lower)s to %(upper)s") % {"lower": lower, "upper": upper}


def _linkage(row: Row, words: Callable[[float | None], str]) -> str:
    """The least and the most of the three linkages: the value, and the count where it moves."""
    if row["least_value"] is None:
        return NOTHING
    least, most = words(row["least_value"]), words(row["most_value"])
    told = least if least == most else between(least, most)
    if row["least"] is None or row["least"] == row["most"]:
        return told
    counts = between(thousands(row["least"]), thousands(row["most"]))
    return _("%(values)s (%(counts)s)") % {"values": told, "counts": counts}


def _first(row: Row) -> str:
    """The one number of a table in a sentence; empty where there is none."""
    if row["value"] is None:
        return ""
    told = {
        "part": thousands(row["numerator"]),
        "all": thousands(row["denominator"]),
        "share": share(row["value"]),
        "interval": between(_shared(row["lower"]), _shared(row["upper"])),
    }
    if row["lower"] is None:
        return _("%(part)s of %(all)s: %(share)s") % told
    return _("%(part)s of %(all)s: %(share)s (95%% interval %(interval)s)") % told


def _concentration(rows: Iterable[Row], of: str) -> Table:
    headings = [_("Top 1% have"), _("Top 5% have"), _("Top 10% have"), _("Gini's coefficient")]
    lines = []
    for row in rows:
        tops = [_shared(row[f"top_{top}_percent"]) for top in (1, 5, 10)]
        gini = NOTHING if row["gini"] is None else f"{row['gini']:.2f}"
        lines.append(Line(_area_words(row), [*tops, gini], bears_cautions=False))
    title = _("How concentrated it is: the share of the events of those who have most")
    return Table(title, of, headings, lines)


def of_linked(figure: LinkedFigure) -> list[Table]:
    """A table of the numbers that are of everybody alone, and one for each number that is told of groups too,
    in the figure's order."""
    definition, of_people = figure.definition, figure.definition.counts_people
    rows = [row for row in figure.to_json_rows() if row["unit"]]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["of"], []).append(row)
    alone = [row for some in groups.values() if len(some) == 1 for row in some]
    headings = [_("Number"), _("95% interval"), _("Counted")]
    headings += [_("By strict to loose linkage")] if of_people else []
    tables: list[Table] = []
    for of, some in groups.items():
        if len(some) > 1:
            lines = [_linked_line(group_words(definition, row["group"]), row, of_people) for row in some]
            tables.append(Table(of_words(definition, of), _("Group"), headings, lines))
        elif alone:
            lines = [_linked_line(_alone_words(figure, row), row, of_people) for row in alone]
            tables.append(Table(_("All together"), _("What"), headings, lines))
            alone = []
    return tables


def ratios_in_words(figure: LinkedFigure) -> list[str]:
    """What a ratio is, where the figure has any; as the command says it."""
    if not any(row.unit == RATIO for row in figure.rows):
        return []
    return [
        _("A ratio is of two rates (or odds), and beside it stand the two counts, which are no fraction."),
        _("1 is no difference: where the interval holds 1, none is shown."),
    ]


def _alone_words(figure: LinkedFigure, row: Row) -> str:
    words = of_words(figure.definition, row["of"])
    if row["group"] == ALL:
        return words
    return _("%(what)s: %(group)s") % {"what": words, "group": group_words(figure.definition, row["group"])}


def _linked_line(heading: str, row: Row, of_people: bool) -> Line:
    def words(value: float | None) -> str:
        return NOTHING if value is None else bare_words(row["unit"], value)

    cells = [
        NOTHING if row["value"] is None else value_words(row["unit"], row["value"]),
        between(words(row["lower"]), words(row["upper"])),
        number_words(row["unit"], row["numerator"], row["denominator"]),
    ]
    cells += [_linkage({**row, "least": None}, words)] if of_people else []
    return Line(heading, cells, _cautions(row))
