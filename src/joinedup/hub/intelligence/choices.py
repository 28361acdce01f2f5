"""What can be asked: measures, their types, levels, places and months. And reading a question from a URL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from joinedup.errors import JoinedupError
from joinedup.hub.intelligence.protected_periods import nearest, whole_quarters
from joinedup.hub.intelligence.question import FORMS, LEVELS, NESTS_IN, Question
from joinedup.release.cubes import Offer
from joinedup.release.protected_tables import LEVELS as PROTECTED_LEVELS
from joinedup.terms import LONDON, AreaLevel, Form, Per, Period, Purpose, add_months, parse_knowledge_date

OUTCOME = "outcome"
SHOWN_AS = {
    Form.COUNT: gettext_lazy("the count"),
    Form.RATE: gettext_lazy("the rate"),
    Form.SHARE: gettext_lazy("the share"),
    Form.CHANGE: gettext_lazy("the change"),
}


@dataclass(frozen=True)
class Place:
    """An area that a question can be asked within. ``parents`` maps a level to a code."""

    level: AreaLevel
    code: str
    name: str
    parents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choices:
    """Everything the controls offer. ``covered`` maps a measure's name to the months its sources cover.

    ``protected`` names the measures whose small numbers are hidden from this viewer: release makes fewer
    tables of them, and only those are offered. ``cubes`` has what those can be asked that come in rounded
    numbers: any whole quarters, by type too. ``bases`` are what rates of a level can divide by, each with
    what people call its table. ``purposes`` are those for which anything closed is there, ``purpose`` is
    the one that all else is offered for. ``rhythms`` has those by which a measure that is shown whole can be
    cut.
    """

    partnership: str
    measures: tuple[Any, ...]
    covered: Mapping[str, Period]
    levels: tuple[AreaLevel, ...]
    places: Mapping[str, Place]
    protected: frozenset[str] = frozenset()
    bases: Mapping[AreaLevel, Mapping[Per, str]] = field(default_factory=dict)
    purposes: tuple[Purpose, ...] = (Purpose.CRIME_AND_DISORDER,)
    purpose: Purpose = Purpose.CRIME_AND_DISORDER
    cubes: Mapping[str, Offer] = field(default_factory=dict)
    rhythms: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def cutting(self, measure: str, kind: str) -> tuple[Any, ...]:
        """The rhythms that a measure of a type can be cut by: none where the type is a rhythm's itself, for
        the time that there was would be that of all days."""
        found = self.rhythms.get(measure, ())
        return () if any(kind.startswith(f"{one.name}:") for one in found) else found

    def measure(self, name: str) -> Any | None:
        """The measure of this name, if the viewer may ask for it."""
        return next((measure for measure in self.measures if measure.name == name), None)

    def forms(self, measure: Any, level: AreaLevel) -> tuple[Form, ...]:
        """The forms that give one number for an area; squares have no residents, and so no rate."""
        absent = set()
        if level is AreaLevel.SQUARE:
            absent.add(Form.RATE)
        if not getattr(measure, "has_hit", False):
            absent.add(Form.SHARE)  # a share over a breakdown has a row for each type, not one for an area
        return tuple(form for form in FORMS if form in measure.forms and form not in absent)

    def pers(self, form: Form, level: AreaLevel) -> tuple[Per, ...]:
        """What a rate of a level can divide by; residents alone where nothing else is known, or no rate."""
        others = self.bases.get(level, {}) if form is Form.RATE else {}
        return (Per.RESIDENTS, *(per for per in others if per is not Per.RESIDENTS))

    def kinds(self, measure: Any) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """The types of a measure: for each breakdown its name, title and (value, label) pairs.

        Of protected data only those that come in rounded numbers: else a single type is not released.
        """
        cube = self.cubes.get(measure.name)
        if measure.name in self.protected and cube is None:
            return []
        return [
            (
                name,
                name.replace("-", " ").replace("_", " "),
                [(f"{name}:{value}", label) for value, label in sorted_labels(labels)],
            )
            for name, labels in measure.breakdowns.items()
            if name != OUTCOME or len(measure.breakdowns) == 1  # one choice asks one thing: what it was
            if cube is None or name in cube.breakdowns
        ] + [
            (
                one.name,
                one.words["title"],
                [(f"{one.name}:{value}", label) for value, label in one.values_alone.items()],
            )
            for one in self.rhythms.get(measure.name, ())
        ]

    def kind_label(self, measure: Any, kind: str) -> str:
        """A type in words, as it is offered; empty for all."""
        pairs = (pair for _name, _title, pairs in self.kinds(measure) for pair in pairs)
        return next((label for value, label in pairs if value == kind), "")

    def months(self, measure: Any) -> list[dt.date]:
        """The first days of the months that can be chosen, earliest first."""
        period = self.covered.get(measure.name)
        return [add_months(period.start, number) for number in range(period.months)] if period else []

    def levels_within(self, within: str, measure: Any | None = None) -> tuple[AreaLevel, ...]:
        """The levels that can be shown inside a place; the whole partnership has too many squares to show.

        A measure that arrives counted by area adds up to districts only.
        """
        place = self.places.get(within)
        levels: list[AreaLevel]
        if place is None:
            levels = [level for level in self.levels if level is not AreaLevel.SQUARE]
        else:
            levels = [level for level in self.levels if place.level in NESTS_IN[level]]
        if measure is not None and measure.name in self.protected:
            levels = [level for level in levels if level in PROTECTED_LEVELS]
        if getattr(measure, "stated_area", None) is None:
            return tuple(levels)
        return tuple(level for level in levels if level is AreaLevel.DISTRICT)

    def name_of(self, within: str) -> str:
        """The name of a place, or of the whole partnership."""
        place = self.places.get(within)
        return place.name if place else self.partnership


def sorted_labels(labels: Any) -> list[tuple[str, str]]:
    """The (value, label) pairs of a breakdown, by label."""
    pairs = labels.items() if isinstance(labels, Mapping) else ((value, value) for value in labels)
    return sorted(((str(value), str(label)) for value, label in pairs), key=lambda pair: pair[1].casefold())


@dataclass
class Reading:
    """A question read from a URL, and a sentence for each part that had to be replaced."""

    question: Question
    corrections: list[str]


def read(parameters: Mapping[str, str], choices: Choices) -> Reading:
    """The question of a URL, or the nearest that can be answered.

    A part that is absent takes its usual value in silence; one that cannot be used takes it with a sentence,
    which never repeats what was written. Raises nothing: there is always a question to show.
    """
    said: list[str] = []
    if parameters.get("purpose", choices.purpose.value) != choices.purpose.value:
        said.append(_("Nothing closed is shared with you for that purpose, so another is taken."))
    measure = _measure(parameters, choices, said)
    within = _within(parameters, choices, measure, said)
    level = _level(parameters, choices.levels_within(within, measure), said)
    form = _form(parameters, choices.forms(measure, level), level, said)
    period = _period(parameters, choices.covered[measure.name], said)
    as_at = _as_at(parameters.get("as-at", ""), said)
    if measure.name in choices.protected:
        period = _protected_period(parameters, period, choices, measure, said)
        as_at = _as_now(as_at, said)
    question = Question(
        form=form,
        measure=measure.name,
        level=level,
        period=period,
        kind=_kind(parameters, choices, measure, said),
        within=within,
        against=_against(parameters, said) or form is Form.CHANGE,
        area=_area_code(parameters.get("area", ""), said),
        as_at=as_at,
        purpose=choices.purpose,
        per=_per(parameters, choices.pers(form, level), form, said),
    )
    return Reading(question, said)


def _measure(parameters: Mapping[str, str], choices: Choices, said: list[str]) -> Any:
    wanted = parameters.get("measure", "")
    measure = choices.measure(wanted)
    if measure is None and wanted:
        said.append(_("That measure is not one you can ask for here, so another is shown."))
    return measure or choices.measures[0]


def _form(parameters: Mapping[str, str], forms: tuple[Form, ...], level: AreaLevel, said: list[str]) -> Form:
    usual = next((form for form in (Form.RATE, Form.SHARE) if form in forms), forms[0])
    wanted = parameters.get("form", "")
    found = next((form for form in forms if form.value == wanted), None)
    if found is None and wanted:
        if wanted == Form.RATE.value and level is AreaLevel.SQUARE:
            said.append(_("Nobody counts the residents of a square, so the count is shown, not the rate."))
        else:
            said.append(
                _("This measure cannot be shown in the form asked for, so %(form)s is shown instead.")
                % {"form": SHOWN_AS[usual]}
            )
    return found or usual


def _per(parameters: Mapping[str, str], pers: tuple[Per, ...], form: Form, said: list[str]) -> Per:
    wanted = parameters.get("per", "")
    found = next((per for per in pers if per.value == wanted), None)
    if found is None and wanted and form is Form.RATE:
        said.append(_("Nobody has counted those for areas of this kind, so the rate is for residents."))
    return found or Per.RESIDENTS


def _kind(parameters: Mapping[str, str], choices: Choices, measure: Any, said: list[str]) -> str:
    wanted = parameters.get("type", "")
    known = {value for _name, _title, pairs in choices.kinds(measure) for value, _label in pairs}
    if wanted and wanted not in known:
        # Every measure has its own types: changing the measure lets the type go without a remark.
        if measure.name in choices.protected:
            said.append(_("Closed data is shown whole, so all types are shown."))
        elif wanted.partition(":")[0] in {*measure.breakdowns, *(one[0] for one in choices.kinds(measure))}:
            said.append(_("That type is not known, so all types are shown."))
        return ""
    return wanted


def _within(parameters: Mapping[str, str], choices: Choices, measure: Any, said: list[str]) -> str:
    wanted = parameters.get("within", "")
    if wanted and wanted not in choices.places:
        said.append(_("That area is not known here, so the whole partnership is shown."))
        return ""
    if wanted and not choices.levels_within(wanted, measure):
        if measure.name in choices.protected:
            said.append(_("Closed data is shown by ward or district, so the district around is shown."))
        else:
            said.append(_("This measure is counted by district only, so the district around is shown."))
        return choices.places[wanted].parents.get(AreaLevel.DISTRICT.value, "")
    return wanted


def _level(parameters: Mapping[str, str], levels: tuple[AreaLevel, ...], said: list[str]) -> AreaLevel:
    if not levels:
        return AreaLevel.DISTRICT
    usual = AreaLevel.WARD if AreaLevel.WARD in levels else levels[0]
    wanted = parameters.get("level", "")
    found = next((level for level in levels if level.value == wanted), None)
    if found is not None or not wanted:
        return found or usual
    if wanted == AreaLevel.SQUARE.value:
        said.append(_("Squares are shown inside one district or smaller place: choose a place first."))
        return levels[-1]
    if any(level.value == wanted for level in LEVELS):
        finer = next((level for level in levels if LEVELS.index(level) >= _rank(wanted)), levels[-1])
        said.append(_("Areas of that kind cannot be shown here, so the nearest kind that can is."))
        return finer
    said.append(_("That kind of area is not known, so another is shown."))
    return usual


def _rank(level: str) -> int:
    return [known.value for known in LEVELS].index(level)


def _against(parameters: Mapping[str, str], said: list[str]) -> bool:
    wanted = parameters.get("against", "year-before")
    if wanted not in {"year-before", "none", ""}:
        said.append(_("That comparison is not known, so the year before is used."))
    return wanted != "none"


def _period(parameters: Mapping[str, str], covered: Period, said: list[str]) -> Period:
    first, last = covered.start, add_months(covered.end, -1)
    end, start = _month(parameters.get("to", ""), said), _month(parameters.get("from", ""), said)
    if end is None and start is None:
        return _latest(covered)
    if start is not None and end is not None and start > end:
        start, end = end, start
        said.append(_("The months were the wrong way round, so they were swapped."))
    if (start or first) > last or (end or last) < first:
        said.append(
            _("There is no data for those months (it covers %(months)s), so the latest are shown.")
            % {"months": covered.words}
        )
        return _latest(covered)
    if any(month is not None and not first <= month <= last for month in (start, end)):
        said.append(
            _("The data covers %(months)s, so the period was fitted to that.") % {"months": covered.words}
        )
    # Fitted before anything is added: eleven months before the year 1, or after 9999, is no date at all.
    start = None if start is None else min(max(start, first), last)
    end = min(add_months(start or first, 11), last) if end is None else min(max(end, first), last)
    if start is None:
        start = max(add_months(end, -11), first)
    return Period(start, add_months(end, 1))


def _protected_period(
    parameters: Mapping[str, str], period: Period, choices: Choices, measure: Any, said: list[str]
) -> Period:
    """The period nearest to what was asked for that closed data is released for: a quarter or April year, or
    where it comes in rounded numbers any whole quarters."""
    covered = choices.covered[measure.name]
    if measure.name in choices.cubes:
        found = whole_quarters(period, covered)
        sentence = _("Rounded numbers are of whole quarters, so the nearest of them are shown.")
    else:
        found = nearest(period, covered)
        sentence = _(
            "Closed data is shown by whole quarters or years from April, so the nearest of them is shown."
        )
    if found != period and (parameters.get("from") or parameters.get("to")):
        said.append(sentence)
    return found


def _as_now(as_at: str, said: list[str]) -> str:
    if as_at:
        said.append(_("Closed data is shown as it is known now."))
    return ""


def _latest(covered: Period) -> Period:
    return Period(max(covered.start, add_months(covered.end, -12)), covered.end)


def _month(text: str, said: list[str]) -> dt.date | None:
    if not text:
        return None
    try:
        period = Period.parse(text)
    except (JoinedupError, ValueError, OverflowError):
        period = None
    if period is None or period.months != 1:
        said.append(_("A month could not be read, so the usual one is used."))
        return None
    return period.start


def _area_code(text: str, said: list[str]) -> str:
    """A code that may stand in a URL; whether it is among the areas shown is seen in the answer."""
    if len(text) <= 40 and all(letter.isalnum() or letter in "-_" for letter in text):
        return text
    said.append(_("The area chosen is not known here, so none is chosen."))
    return ""


def _as_at(text: str, said: list[str]) -> str:
    if not text:
        return ""
    try:
        day = dt.date.fromisoformat(text)
        parse_knowledge_date(text)
    except (ValueError, OverflowError, JoinedupError):
        said.append(_("That date could not be read, so what is known now is shown."))
        return ""
    if day > dt.datetime.now(LONDON).date():
        said.append(_("That date has not come yet, so what is known now is shown."))
        return ""
    return text


def span(periods: Iterable[Period]) -> Period | None:
    """From the start of the earliest period to the end of the latest; None where there is none."""
    listed = list(periods)
    if not listed:
        return None
    return Period(min(period.start for period in listed), max(period.end for period in listed))
