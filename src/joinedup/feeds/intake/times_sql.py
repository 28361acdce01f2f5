"""The SQL that tells when it happened, and which times cannot be.

Civil time is London's. In spring an hour of it does not exist: such a time is refused. In autumn an hour
comes twice: it is taken as the first, and the receipt says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from joinedup.feeds.contract import Contract, TimeFormat
from joinedup.feeds.intake.sql_parts import Rule, enumerated, known, literal, of_our_time
from joinedup.terms import DeliveryMode, Period

ZONE = "'Europe/London'"
_PRECISION = enumerated(["minute", "day", "month"])
# The clocks changed at one or two in the morning: only then is a time looked at twice.
_CHANGING = "hour({local}) BETWEEN 1 AND 2"


def utc(local: str) -> str:
    """The instant (naive UTC) of a civil time given as SQL; the first of two where it comes twice."""
    instant = f"timezone({ZONE}, {local})"
    earlier = f"({instant} - INTERVAL 1 HOUR)"
    return (
        f"timezone('UTC', CASE WHEN {_CHANGING.format(local=local)} "
        f"AND timezone({ZONE}, {earlier}) = {local} THEN {earlier} ELSE {instant} END)"
    )


def never_was(local: str) -> str:
    """True for a civil time that the clocks jumped over."""
    back = f"timezone({ZONE}, timezone({ZONE}, {local}))"
    return f"({_CHANGING.format(local=local)} AND {back} <> {local})"


def comes_twice(instant: str) -> str:
    """True for an instant (naive UTC) whose civil time comes again an hour later."""
    civil, again = (
        f"timezone({ZONE}, timezone('UTC', {one}))" for one in (instant, f"{instant} + INTERVAL 1 HOUR")
    )
    return f"({civil} = {again})"


_BACKWARDS = (  # an end within the hour that comes twice may be in the second of the two
    "occurred_to_date < occurred_date "
    f"OR CASE WHEN occurred_to < occurred_from THEN NOT {comes_twice('occurred_to')} END"
)


class Times:
    """The time of a contract's rows; ``cell`` gives the raw column of a contract's column."""

    def __init__(self, contract: Contract, cell: Callable[[str], str]) -> None:
        self._rule = contract.time
        self._cell = cell
        self._contract = contract

    def columns(self) -> str:
        """The columns of the envelope that tell when, and ``local_from`` and ``local_to``: civil times that
        may be ones that never were (NULL where nothing finer than a day is written)."""
        rule = self._rule
        if rule.format is TimeFormat.MONTH:
            begins, until = self._begins_and_ends()
            first, last = _month(begins), f"CAST(last_day({_month(until)}) AS DATE)"
            return _whole_days(first, last, "month")
        if rule.format is TimeFormat.DATE:
            pattern = literal(rule.pattern)
            first, last = (
                of_our_time(f"CAST(try_strptime({cell}, {pattern}) AS DATE)")
                for cell in self._begins_and_ends()
            )
            return _whole_days(first, last, "day")
        if rule.clock:
            return self._days_with_clocks()
        written = self._begins_and_ends()
        if rule.format is TimeFormat.UTC:
            instants = [f"timezone('UTC', {_instant(cell)})" for cell in written]
            local = [f"timezone({ZONE}, {_instant(cell)})" for cell in written]
        else:
            local = [of_our_time(f"try_strptime({cell}, {literal(rule.pattern)})") for cell in written]
            instants = [utc(one) for one in local]
        return self._timed([f"CAST({one} AS DATE)" for one in local], local, instants)

    def _begins_and_ends(self) -> tuple[str, str]:
        begins = self._cell(self._rule.column)
        return begins, self._cell(self._rule.until) if self._rule.until else begins

    def _days_with_clocks(self) -> str:
        """A date in one column and its time of day in another, which may be empty or unknown."""
        rule = self._rule
        assert rule.clock is not None  # noqa: S101 - asked by the caller
        begins, until = self._begins_and_ends()
        clock = rule.until_clock if rule.until else rule.clock
        days, local = [], []
        for cell, name in ((begins, rule.clock), (until, clock)):
            days.append(of_our_time(f"CAST(try_strptime({cell}, {literal(rule.pattern)}) AS DATE)"))
            local.append(f"({days[-1]} + {self._time_of_day(name)})" if name else "NULL::TIMESTAMP")
        return self._timed(days, local, [utc(one) for one in local])

    def _time_of_day(self, name: str) -> str:
        cell = known(self._cell(name), self._contract.column(name))
        return f"CAST(try_strptime({cell}, {literal(self._rule.clock_pattern)}) AS TIME)"

    def _timed(self, days: Sequence[str], local: Sequence[str], instants: Sequence[str]) -> str:
        """From the days, civil times and instants of the beginning and of the end."""
        timed = f"{local[0]} IS NOT NULL"
        if self._rule.midnight_means_day:
            timed += f" AND CAST({local[0]} AS TIME) <> TIME '00:00:00'"
        begins, ends = (f"CASE WHEN {timed} THEN {one} END" for one in instants)
        return f"""{days[0]} AS occurred_date, {days[1]} AS occurred_to_date,
            {begins} AS occurred_from, {ends} AS occurred_to,
            CASE WHEN {timed} THEN CAST({local[0]} AS TIME) END AS occurred_time,
            CASE WHEN {timed} THEN 'minute'::{_PRECISION} ELSE 'day'::{_PRECISION} END AS "precision",
            {self._local(local[0])} AS local_from, {self._local(local[1])} AS local_to"""

    def _local(self, time: str) -> str:
        """A civil time as written; an instant with its offset always is one that was."""
        return time if self._rule.format is TimeFormat.LOCAL else "NULL::TIMESTAMP"

    def rules(self, period: Period | None) -> list[Rule]:
        """The rules by which a time refuses its row."""
        rule = self._rule
        name, until = rule.column, rule.until
        cell = self._cell(name)
        rules = [
            Rule("missing", name, f"{cell} IS NULL"),
            Rule("unreadable-time", name, f"{cell} IS NOT NULL AND occurred_date IS NULL"),
            *self._clock_rules(),
        ]
        if rule.format is TimeFormat.LOCAL:
            rules.append(Rule("no-such-time", rule.clock or name, never_was("local_from")))
        if until:
            other = self._cell(until)
            rules.append(Rule("unreadable-time", until, f"{other} IS NOT NULL AND occurred_to_date IS NULL"))
            rules.append(Rule("ends-before-it-begins", until, _BACKWARDS))
            if rule.format is TimeFormat.LOCAL:
                rules.append(Rule("no-such-time", rule.until_clock or until, never_was("local_to")))
        if period is not None:
            # A file of changes tells of things that happened before its period, but not after it.
            snapshot = self._contract.mode is DeliveryMode.SNAPSHOT
            first = f"occurred_date >= DATE '{period.start}' AND " if snapshot else ""
            inside = f"({first}occurred_date <= DATE '{period.last}')"
            rules.append(Rule("outside-period", name, f"occurred_date IS NOT NULL AND NOT {inside}"))
        return rules

    def _clock_rules(self) -> list[Rule]:
        return [
            Rule(
                "unreadable-time",
                name,
                f"{known(self._cell(name), self._contract.column(name))} IS NOT NULL "
                f"AND {self._time_of_day(name)} IS NULL",
            )
            for name in (self._rule.clock, self._rule.until_clock)
            if name
        ]


def _whole_days(first: str, last: str, precision: str) -> str:
    return f"""{first} AS occurred_date, {last} AS occurred_to_date,
        '{precision}'::{_PRECISION} AS "precision",
        NULL::TIMESTAMP AS occurred_from, NULL::TIMESTAMP AS occurred_to, NULL::TIME AS occurred_time,
        NULL::TIMESTAMP AS local_from, NULL::TIMESTAMP AS local_to"""


def _month(cell: str) -> str:
    first = f"TRY_CAST({cell} || '-01' AS DATE)"  # in a CASE within a CASE it would be read three times
    return of_our_time(f"CASE WHEN length({cell}) = 7 AND substr({cell}, 5, 1) = '-' THEN {first} END")


def _instant(cell: str) -> str:
    """The instant that a cell with its offset says."""
    has_offset = f"regexp_matches({cell}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$')"
    return f"CASE WHEN {has_offset} THEN {of_our_time(f'TRY_CAST({cell} AS TIMESTAMPTZ)')} END"
