"""The draft: every part of a contract written from what was seen, with a doubt wherever it is not settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.feeds.columns import Kind
from joinedup.feeds.drafting.definitions import Draft, Keys, Likely, Profile, Sample, TimeKind, TimeReading
from joinedup.feeds.drafting.naming import field_names
from joinedup.feeds.drafting.proposed_columns import ColumnWriter, Use
from joinedup.feeds.drafting.proposed_people import Mention, people, write_people
from joinedup.feeds.drafting.roles import NamedPeriod, When, Where
from joinedup.feeds.drafting.toml_lines import DOUBT, TO_AGREE, UNDECIDED, Lines

_MIDNIGHTS = 0.2  # of the rows: so many at midnight exactly are rather without a time
_SETS = {  # how area codes of the Office for National Statistics begin, and the sets they may be of
    "E00": ("oa", ["oa_2011", "oa_2021"]),
    "E01": ("lsoa", ["lsoa_2011", "lsoa_2021"]),
    "E02": ("msoa", ["msoa_2011", "msoa_2021"]),
    "E05": ("ward", ["ward_2024", "ward_2025"]),
    "E06": ("district", ["district_2025"]),
    "E07": ("district", ["district_2025"]),
    "E08": ("district", ["district_2025"]),
}


@dataclass(frozen=True)
class Seen:
    """All that was found in a sample. ``area_prefix`` is how the stated areas' codes begin."""

    sample: Sample
    columns: Sequence[Profile]
    keys: Keys
    when: When | None
    where: Where | None
    area: Profile | None
    area_prefix: str
    period: NamedPeriod | None


def propose(feed: str, seen: Seen) -> Draft:
    """The draft of a contract called ``feed``."""
    lines = Lines()
    mentions = people(seen.columns)
    _about(lines, feed, seen)
    _file(lines, seen.sample)
    _period(lines, seen)
    _key(lines, seen)
    _set_aside(lines, seen)
    _time(lines, seen.when)
    _place(lines, seen)
    _publishing(lines, seen)
    writer = ColumnWriter(lines, feed, field_names(seen.columns), _use(seen, mentions))
    for column in seen.columns:
        writer.write(column)
    write_people(lines, mentions)
    return Draft(feed, lines.text(), writer.code_lists, lines.count(DOUBT), lines.count(TO_AGREE))


def _ref(seen: Seen) -> str | None:
    """The only column of the key, where it is a reference of the owner's."""
    return seen.keys.columns[0] if len(seen.keys.columns) == 1 else None


def _use(seen: Seen, mentions: Sequence[Mention]) -> Use:
    when, where = seen.when, seen.where
    times = (when.column, when.clock, when.until, when.until_clock) if when else ()
    places = [column for _, column in where.keys] if where else []
    at_work = {column.name for column in (*times, *places, seen.area) if column is not None}
    if ref := _ref(seen):
        at_work.add(ref)
    essential = {when.column.name} if when else set()
    if not seen.keys.missing:
        essential |= set(seen.keys.columns)
    return Use(at_work, essential, {name for mention in mentions for name in mention.names()})


def _about(lines: Lines, feed: str, seen: Seen) -> None:
    sample = seen.sample
    lines.note(f"Drafted from {sample.file_name}: {sample.rows:,} rows, {len(sample.names)} columns.")
    lines.note("Decide every DOUBT and TO AGREE, delete its line, then: joinedup feeds check")
    lines.key("name", feed)
    lines.key("version", 1)
    lines.to_agree("the title that people read")
    lines.key("title", feed.replace("-", " ").capitalize())
    counted = seen.keys.columns and not _ref(seen) and any(one.kind is Kind.INTEGER for one in seen.columns)
    lines.to_agree(
        "what a row is: incident, involvement, outcome, spell, sanction, assessment, response or return"
    )
    lines.key("record_type", "return" if counted else "incident")
    lines.to_agree(
        "whether a file is the whole of its period (snapshot), changes only, or new rows only (append)"
    )
    lines.key("mode", "snapshot")
    lines.key("ref", _ref(seen))
    lines.section("[owner]")
    lines.to_agree("whose data it is")
    lines.key("code", "to-be-agreed")
    lines.key("name", "To be agreed")
    lines.section("[source]")
    lines.to_agree("the statistical source, by which measures know it")
    lines.key("code", feed)
    lines.key("title", feed.replace("-", " ").capitalize())


def _file(lines: Lines, sample: Sample) -> None:
    usual = sample.format == "csv" and sample.delimiter == "," and not sample.recoded
    if usual and sample.header_row == 1:
        return
    lines.section("[file]")
    if sample.format != "csv":
        lines.key("formats", [sample.format])
    if sample.sheet:
        lines.key("sheet", sample.sheet)
    if sample.delimiter != ",":
        lines.key("delimiter", sample.delimiter)
    if sample.recoded:
        lines.doubt(
            "the sample is not UTF-8 and was read as Windows text (cp1252): look whether signs are right"
        )
        lines.key("encoding", "cp1252")
    if sample.header_row > 1:
        lines.key("header_within", max(20, sample.header_row))


def _period(lines: Lines, seen: Seen) -> None:
    lines.section("[period]")
    named, column = seen.period, seen.when.column if seen.when else None
    time = column.time if column else None
    if named and named.agrees:
        lines.key("file_name", named.pattern)
    elif named:
        lines.doubt("the file's name has a date, and the rows reach beyond it: what is the file's period?")
        lines.note(f"file_name = '{named.pattern}'")
    one_month = time is not None and time.first == time.last
    lines.key("one_month", one_month)


def _key(lines: Lines, seen: Seen) -> None:
    keys = seen.keys
    if not keys.columns:
        lines.section("# No columns tell the rows apart: equal rows are told apart by how many came before.")
        return
    lines.section("[key]")
    if seen.sample.cut:
        lines.doubt(f"only the first {seen.sample.rows:,} rows were looked at")
    if keys.shared:
        lines.doubt(f"{keys.shared:,} different rows share a key, and would be quarantined")
    lines.note(f"unique in {seen.sample.rows - keys.missing:,} rows of the sample")
    lines.key("columns", keys.columns)
    if keys.missing:
        lines.doubt(f"{keys.missing:,} rows lack it: told apart by content, or refused?")
        lines.key("rows_without_key", "content-and-ordinal")


def _set_aside(lines: Lines, seen: Seen) -> None:
    sample = seen.sample
    copies = bool(seen.keys.columns) and sample.exact_repeats > 0
    if not (copies or sample.repeated_headers or sample.empty_rows or sample.totals or sample.odd):
        return
    lines.section("[set_aside]")
    if copies:
        lines.doubt(f"{sample.exact_repeats:,} rows are whole copies of another with the same key: left out")
        lines.key("exact_repeats", True)
    if sample.repeated_headers:
        lines.key("repeated_headers", True, f"{sample.repeated_headers:,} in the sample")
    if sample.empty_rows:
        lines.key("empty_rows", True, f"{sample.empty_rows:,} in the sample")
    if sample.totals:
        lines.doubt("rows that seem to be totals are left out")
        lines.key("totals", sample.totals)
    if sample.footers:
        lines.doubt("lines below the table that begin like these are left out")
        lines.key("footers", "(?i)(?:" + "|".join(sorted(sample.footers)) + r")\b.*")
    if sample.odd and not sample.footers:
        lines.doubt(f"{sample.odd:,} rows have more or fewer cells than the header, and would be quarantined")


def _time(lines: Lines, when: When | None) -> None:
    lines.section("[time]")
    if when is None:
        lines.doubt("no column was found that says when it happened")
        lines.key("column", UNDECIDED)
        lines.key("format", "date")
        return
    time = when.column.time
    assert time is not None  # noqa: S101 - that is how it was chosen
    if when.rivals:
        lines.doubt(f"these could be meant as well: {', '.join(when.rivals)}")
    if when.column.empty:
        lines.doubt(f"{when.column.empty:,} rows have none, and would be quarantined")
    lines.key("column", when.column.name)
    lines.key("format", "local" if when.clock else time.kind.value)
    if time.kind in {TimeKind.DATE, TimeKind.LOCAL}:
        _order(lines, time)
    if when.clock and when.clock.time:
        lines.key("clock", when.clock.name)
        lines.key("clock_pattern", when.clock.time.pattern)
    if when.until:
        lines.key("until", when.until.name)
    if when.until_clock:
        lines.key("until_clock", when.until_clock.name)
    if time.midnights > _MIDNIGHTS * when.column.given and time.kind in {TimeKind.LOCAL, TimeKind.UTC}:
        lines.doubt(f"{time.midnights:,} rows are at midnight exactly: taken as a day without a time")
        lines.key("midnight_means_day", True)


def _order(lines: Lines, time: TimeReading) -> None:
    if time.other:
        lines.doubt("03/04/2024 could be 3 April or 4 March; no row settles it: keep one of the two")
        lines.note(f'pattern = "{time.pattern}"')
        lines.note(f'pattern = "{time.other}"')
        lines.key("pattern", UNDECIDED)
        return
    if time.settled_by:
        lines.note(f"{time.settled_by:,} rows settle the order of day and month")
    if time.two_digit_years:
        lines.doubt("years have two digits: 68 is taken as 2068, 69 as 1969")
    lines.key("pattern", time.pattern)


def _place(lines: Lines, seen: Seen) -> None:
    if seen.where:
        lines.section("[place]")
        for key, column in seen.where.keys:
            lines.key(key, column.name)
    if seen.area:
        lines.section("[stated_area]")
        lines.key("column", seen.area.name)
        level, sets = _SETS.get(seen.area_prefix, ("", []))
        if sets:
            lines.note(f"codes of the level {level}; delete the vintages that are not meant")
        else:
            lines.doubt('no set of areas is known for these codes: sets = ["ward_2025"] and the like')
        lines.key("sets", sets)


def _publishing(lines: Lines, seen: Seen) -> None:
    likely = {column.about.likely for column in seen.columns}
    lines.section("[publishing]")
    lines.to_agree("everything in this section")
    lines.key("expected_every", "month")
    lines.key("late_after_days", 30)
    lines.key("purposes", ["crime-and-disorder"])
    if Likely.IDENTIFIES in likely:
        lines.note("Rows name people: say how long they are kept (retention_years = 6).")
    lines.key("sensitivity", "official")
    lines.key("licence", "To be agreed")
    lines.key("attribution", "To be agreed")
