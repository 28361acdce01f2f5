"""The controls of the page, as the parts of one sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from joinedup.accounts import purpose_name
from joinedup.hub.intelligence.choices import Choices
from joinedup.hub.intelligence.presentation import FORM_WORDS, LEVEL_WORDS
from joinedup.hub.intelligence.protected_periods import whole_parts
from joinedup.hub.intelligence.question import Question
from joinedup.measures import bases
from joinedup.terms import AreaLevel, Every, Period, add_months


@dataclass(frozen=True)
class Option:
    """One entry of a choice."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Group:
    """Entries under a heading; an empty title means no heading."""

    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Control:
    """One choice of the sentence: the words before it, its name in the URL, its label, its entries."""

    before: str
    name: str
    label: str
    groups: tuple[Group, ...]
    after: str = ""


def controls_of(question: Question, choices: Choices) -> list[Control]:
    """The sentence's choices, in order."""
    measure: Any = choices.measure(question.measure)
    controls = [
        _control(
            _("Show the"),
            "form",
            _("Form of the figure"),
            question.form.value,
            [(form.value, str(FORM_WORDS[form])) for form in choices.forms(measure, question.level)],
        ),
        _measures(question, choices),
    ]
    pers = choices.pers(question.form, question.level)
    if len(pers) > 1:
        pairs = [(per.value, bases.words(per)) for per in pers]
        controls.insert(1, _control(_("per 1,000"), "per", _("Per whom"), question.per.value, pairs))
    if choices.kinds(measure):
        controls.append(_kinds(question, choices, measure))
    firsts, lasts = choices.months(measure), choices.months(measure)
    if measure.name in choices.protected:
        parts = _parts(choices, measure)
        firsts = sorted({question.period.start, *(part.start for part in parts)})
        lasts = sorted({question.period.end, *(part.end for part in parts)})
        lasts = [add_months(end, -1) for end in lasts]
    controls += [
        _control(
            _("by"),
            "level",
            _("Kind of area"),
            question.level.value,
            [
                (level.value, str(LEVEL_WORDS[level]))
                for level in choices.levels_within(question.within, measure)
            ],
        ),
        _within(question, choices),
        _months("", "from", _("First month"), question.period.start, firsts, ""),
        _months(_("to"), "to", _("Last month"), add_months(question.period.end, -1), lasts, ","),
        _control(
            _("against"),
            "against",
            _("Compared with"),
            "year-before" if question.against else "none",
            [("year-before", _before_words(question)), ("none", _("nothing"))],
        ),
    ]
    if len(choices.purposes) > 1:
        pairs = [(one.value, purpose_name(one)) for one in choices.purposes]
        controls.append(
            _control(_("for"), "purpose", _("What it is for"), question.purpose.value, pairs, ",")
        )
    return controls


def _parts(choices: Choices, measure: Any) -> list[Period]:
    """The periods by which closed data is released: their first and last months are what is offered."""
    covered = choices.covered[measure.name]
    return covered.each(Every.QUARTER) if measure.name in choices.cubes else whole_parts(covered)


def _before_words(question: Question) -> str:
    return _("the year before") if question.period.months <= 12 else question.before.words


def before_title(question: Question) -> str:
    """The heading of the column with the count compared with."""
    words = _before_words(question)
    return words[0].upper() + words[1:]


def _inline(title: str) -> str:
    """A title in the middle of a sentence."""
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _control(
    before: str, name: str, label: str, value: str, pairs: list[tuple[str, str]], after: str = ""
) -> Control:
    options = tuple(Option(one, words, one == value) for one, words in pairs)
    return Control(before, name, label, (Group("", options),), after)


def _measures(question: Question, choices: Choices) -> Control:
    """The measures that joinedup comes with, then the partnership's own under a heading."""
    groups = [
        Group(
            title,
            tuple(
                Option(one.name, _inline(one.title), one.name == question.measure)
                for one in choices.measures
                if one.own is own
            ),
        )
        for title, own in (("", False), (_("The partnership's own"), True))
    ]
    return Control(_("of"), "measure", _("Measure"), tuple(one for one in groups if one.options))


def _kinds(question: Question, choices: Choices, measure: Any) -> Control:
    every = Group("", (Option("", _("all types"), not question.kind),))
    groups = [
        Group(
            title[0].upper() + title[1:],
            tuple(Option(value, label, value == question.kind) for value, label in pairs),
        )
        for _name, title, pairs in choices.kinds(measure)
    ]
    return Control("", "type", _("Type"), (every, *groups))


def _within(question: Question, choices: Choices) -> Control:
    """The partnership, its districts, the wards of the district looked at, and the place itself."""
    place = choices.places.get(question.within)
    district = question.within
    if place is not None and place.level is not AreaLevel.DISTRICT:
        district = place.parents.get(AreaLevel.DISTRICT.value, "")

    def option(code: str, name: str) -> Option:
        return Option(code, name, code == question.within)

    listed = sorted(choices.places.values(), key=lambda one: one.name)
    districts = [one for one in listed if one.level is AreaLevel.DISTRICT]
    wards = [
        one
        for one in listed
        if one.level is AreaLevel.WARD and district and one.parents.get(AreaLevel.DISTRICT.value) == district
    ]
    groups = [Group("", (option("", choices.partnership),))]
    groups.append(Group(_("Districts"), tuple(option(one.code, one.name) for one in districts)))
    if wards:
        title = _("Wards of %(district)s") % {"district": choices.name_of(district)}
        groups.append(Group(title, tuple(option(one.code, one.name) for one in wards)))
    if place is not None and place.level not in {AreaLevel.DISTRICT, AreaLevel.WARD}:
        groups.append(Group(_("Chosen"), (option(place.code, place.name),)))
    return Control(_("in"), "within", _("Place"), tuple(groups), ",")


def _months(
    before: str, name: str, label: str, chosen: dt.date, months: list[dt.date], after: str
) -> Control:
    pairs = [(f"{month:%Y-%m}", Period.of_month(month).words) for month in months]
    return _control(before, name, label, f"{chosen:%Y-%m}", pairs, after)
