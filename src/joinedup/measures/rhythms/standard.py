"""The rhythms that need no list of days: hours, days of the week, night, weekend, season."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.catalogue.clock import WEEKDAYS
from joinedup.measures.rhythms.definitions import DAY, WEEK, Cycle, Grain, Rhythm, Seasons, Unit
from joinedup.measures.rhythms.files import PAGE, document, hour_of, read_once
from joinedup.measures.translating import marked
from joinedup.toml_sections import Section
from joinedup.workspace import Workspace
from joinedup.wrongs import of_file

FILE = "rhythms.toml"
PUBLISHED = Path(__file__).parent / "published"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NIGHTS = {
    "mon-night": marked("Monday night"),
    "tue-night": marked("Tuesday night"),
    "wed-night": marked("Wednesday night"),
    "thu-night": marked("Thursday night"),
    "fri-night": marked("Friday night"),
    "sat-night": marked("Saturday night"),
    "sun-night": marked("Sunday night"),
}


@dataclass(frozen=True)
class Span:
    """From one hour of a cycle to another, both written as people do; ``file`` says where that stands."""

    begins: int
    ends: int
    said: tuple[str, str]
    file: str

    @property
    def whose(self) -> str:
        """By whose word it begins and ends then."""
        return (
            _("as joinedup comes") if self.file != FILE else _("by {file} of the workspace").format(file=FILE)
        )


@dataclass(frozen=True)
class Boundaries:
    """Where night and the weekend begin and end."""

    night: Span
    weekend: Span


@read_once(FILE)
def boundaries(workspace: Workspace) -> Boundaries:
    """Those of the workspace's ``rhythms.toml``, and what it leaves out as joinedup comes.

    Raises BadInput for what is wrong with the file.
    """
    own, usual = _read(workspace.folder / FILE, FILE), as_it_comes()
    return Boundaries(own.get("night") or usual.night, own.get("weekend") or usual.weekend)


@functools.cache
def as_it_comes() -> Boundaries:
    """Those that joinedup comes with."""
    published = _read(PUBLISHED / FILE, "published")
    return Boundaries(published["night"], published["weekend"])


def _read(path: Path, file: str) -> Mapping[str, Span]:
    content = document(path)
    try:
        whole = Section(content, "the file", told_in=PAGE)
        found = {}
        if night := whole.section("night"):
            found["night"] = _span(night, "[night]", file)
        if weekend := whole.section("weekend"):
            found["weekend"] = _span(weekend, "[weekend]", file)
        whole.done()
    except JoinedupError as error:
        raise of_file(error, path.name) from error
    return found


def _span(section: Section, named: str, file: str) -> Span:
    said = (section.take("from", str), section.take("to", str))
    section.done()
    of_week = named == "[weekend]"
    first, last = (_hour_of_week(one, named) if of_week else hour_of(one, named) for one in said)
    if first == last:
        raise BadInput("It ends when it begins", where=named, next_step=f"See {PAGE}")
    return Span(first, last, said, file)


def _hour_of_week(text: str, where: str) -> int:
    day, _gap, clock = text.partition(" ")
    if day not in _DAYS:
        raise BadInput(
            'The weekend begins and ends at an hour of a day, such as "Friday 18:00"',
            where=where,
            next_step=f"Days: {', '.join(_DAYS)}",
        )
    return _DAYS.index(day) * DAY + hour_of(clock, where)


def standard(bounds: Boundaries) -> tuple[Rhythm, ...]:
    """These rhythms, with night and weekend as they are bounded here."""
    return (
        HOUR,
        DAY_OF_WEEK,
        _day_or_night(bounds.night),
        _nights(bounds.night),
        _week(bounds.weekend),
        SEASON,
    )


HOUR = Rhythm(
    name="hour",
    version=1,
    title=marked("Hour of the day"),
    meaning=marked("The hour by the clock on the wall in which it happened."),
    grain=Grain.HOUR,
    unit=Unit.HOURS,
    division=Cycle(DAY, tuple((hour, f"{hour:02}") for hour in range(DAY))),
    labels={f"{hour:02}": f"{hour:02}:00 to {hour:02}:59" for hour in range(DAY)},
)
DAY_OF_WEEK = Rhythm(
    name="day_of_week",
    version=1,
    title=marked("Day of the week"),
    meaning=marked("The day on which it happened; it ends at midnight."),
    grain=Grain.DAY,
    unit=Unit.DAYS,
    division=Cycle(WEEK, tuple((number * DAY, code) for number, code in enumerate(WEEKDAYS))),
    labels=WEEKDAYS,
)
SEASON = Rhythm(
    name="season",
    version=1,
    title=marked("Season"),
    meaning=marked("The season by the calendar of weather services: spring is March to May, and so on."),
    grain=Grain.MONTH,
    unit=Unit.DAYS,
    division=Seasons(((3, "spring"), (6, "summer"), (9, "autumn"), (12, "winter"))),
    labels={
        "spring": marked("Spring (March to May)"),
        "summer": marked("Summer (June to August)"),
        "autumn": marked("Autumn (September to November)"),
        "winter": marked("Winter (December to February)"),
    },
)


def _day_or_night(night: Span) -> Rhythm:
    day_first = night.ends < night.begins
    begins = ((night.ends, "day"), (night.begins, "night"))
    division = Cycle(DAY, begins if day_first else begins[::-1])
    labels = {"day": marked("By day"), "night": marked("At night")}
    return Rhythm(
        name="day_or_night",
        version=1,
        title=marked("Night or day"),
        meaning=marked("Whether it happened at night or by day."),
        grain=Grain.HOUR,
        unit=Unit.HOURS,
        division=division,
        labels={code: labels[code] for code in division.codes},
        says=_said_of_night(night),
    )


def _said_of_night(night: Span) -> str:
    told = _("Night is {first} to {last}, {whose}; it belongs to the day on which it began.")
    return told.format(first=night.said[0], last=night.said[1], whose=night.whose)


def _nights(night: Span) -> Rhythm:
    """Each night by the day on which it began."""
    length = (night.ends - night.begins) % DAY
    begins = []
    for number, code in enumerate(_NIGHTS):
        start = number * DAY + night.begins
        begins += [(start % WEEK, code), ((start + length) % WEEK, "day")]
    division = Cycle(WEEK, tuple(sorted(begins)))
    labels = {"day": marked("By day"), **_NIGHTS}
    return Rhythm(
        name="night_of_week",
        version=1,
        title=marked("Night of the week"),
        meaning=marked("Which night it happened in: the small hours of a Saturday are in Friday's night."),
        grain=Grain.HOUR,
        unit=Unit.HOURS,
        division=division,
        labels={code: labels[code] for code in division.codes},
        says=_said_of_night(night),
    )


def _week(weekend: Span) -> Rhythm:
    begins = ((weekend.begins, "weekend"), (weekend.ends, "weekdays"))
    by_days = weekend.begins % DAY == 0 and weekend.ends % DAY == 0
    division = Cycle(WEEK, tuple(sorted(begins)))
    labels = {"weekdays": marked("On weekdays"), "weekend": marked("At the weekend")}
    told = _("The weekend is {first} to {last}, {whose}.")
    return Rhythm(
        name="part_of_week",
        version=1,
        title=marked("Weekend or weekdays"),
        meaning=marked("Whether it happened at the weekend or on the other days."),
        grain=Grain.DAY if by_days else Grain.HOUR,
        unit=Unit.DAYS if by_days else Unit.HOURS,
        division=division,
        labels={code: labels[code] for code in division.codes},
        says=told.format(first=weekend.said[0], last=weekend.said[1], whose=weekend.whose),
    )
