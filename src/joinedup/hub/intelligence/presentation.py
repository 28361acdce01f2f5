"""The answer as plain values: for the page's script, for the JSON address and for the templates."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.comparison import change_text, is_few
from joinedup.hub.intelligence.finding import (
    counted_areas,
    finding,
    named,
    over_months,
    residents_words,
    subject,
)
from joinedup.hub.intelligence.question import Question, levels_below
from joinedup.hub.intelligence.trend import alternative_text, specification
from joinedup.measures import bases
from joinedup.terms import AreaLevel, Flag, Form, Per

LEVEL_WORDS = {
    AreaLevel.PARTNERSHIP: gettext_lazy("the whole partnership"),
    AreaLevel.DISTRICT: gettext_lazy("district"),
    AreaLevel.WARD: gettext_lazy("ward"),
    AreaLevel.MSOA: gettext_lazy("neighbourhood (MSOA)"),
    AreaLevel.LSOA: gettext_lazy("small area (LSOA)"),
    AreaLevel.SQUARE: gettext_lazy("250 m square"),
}
ITS_LEVELS = {
    AreaLevel.WARD: gettext_lazy("its wards"),
    AreaLevel.MSOA: gettext_lazy("its neighbourhoods (MSOA)"),
    AreaLevel.LSOA: gettext_lazy("its small areas (LSOA)"),
    AreaLevel.SQUARE: gettext_lazy("its 250 m squares"),
}
FORM_WORDS = {
    Form.COUNT: gettext_lazy("count"),
    Form.RATE: gettext_lazy("rate"),
    Form.SHARE: gettext_lazy("share"),
    Form.CHANGE: gettext_lazy("change"),
}
VALUE_TITLES = {
    Form.COUNT: gettext_lazy("Count"),
    Form.RATE: gettext_lazy("Rate"),
    Form.SHARE: gettext_lazy("Share"),
    Form.CHANGE: gettext_lazy("Change"),
}
FLAG_WORDS = {
    Flag.PROVISIONAL: gettext_lazy("provisional: later deliveries may change it"),
    Flag.NOT_YET_MATURE: gettext_lazy("not yet mature: some results are still to come"),
    Flag.SERIES_BREAK: gettext_lazy("recording changed: not comparable across the break"),
    Flag.SMALL_NUMBER: gettext_lazy("small number: moves by chance"),
    Flag.INCOMPLETE_FEED: gettext_lazy("some months have not been delivered"),
    Flag.SUPPRESSED: gettext_lazy("not shown, to protect people"),
    Flag.ROUNDED: gettext_lazy("rounded, to protect people"),
    Flag.NO_DATA: gettext_lazy("no data: nothing was delivered"),
    Flag.NO_DENOMINATOR: gettext_lazy("no number to divide by"),
    Flag.RESIDENTS_MISLEAD: gettext_lazy("residents may mislead: they are not who is there"),
    Flag.NO_WEIGHT: gettext_lazy("no weight: none of its offences carries one"),
}


def flag_words(flags: tuple[str, ...]) -> list[str]:
    """Each flag in words."""
    return [str(FLAG_WORDS.get(Flag(flag), flag)) for flag in flags]


def page_address(question: Question) -> str:
    """The URL of the page that answers this question."""
    return f"{reverse('intelligence')}?{question.query_string()}"


def workings_address(question: Question, line: Line, *, of_whole: bool = False) -> str:
    """The URL of the workings of one line's number."""
    asked = question.but(area="" if of_whole else line.code)
    return f"{reverse('intelligence-workings')}?{asked.query_string()}"


def when_address(question: Question, rhythm: str = "") -> str:
    """The URL of when what the question counts happens, by a rhythm."""
    chosen = f"&rhythm={rhythm}" if rhythm else ""
    return f"{reverse('intelligence-when')}?{question.query_string()}{chosen}"


def geometry_address(question: Question) -> str:
    """The URL of the boundaries that the map draws."""
    within = f"&within={question.within}" if question.within else ""
    return f"{reverse('intelligence-areas')}?level={question.level.value}{within}"


def outline_address(answer: Answer) -> str:
    """The URL of the outline of the place looked within; empty for the whole partnership."""
    place = answer.choices.places.get(answer.question.within)
    if place is None or place.level is answer.question.level:
        return ""
    return f"{reverse('intelligence-areas')}?level={place.level.value}&within={place.code}"


def value_title(answer: Answer) -> str:
    """What the values are, with whose residents and how many months where that is not plain."""
    if answer.question.form is not Form.RATE:
        return str(VALUE_TITLES[answer.question.form])
    said = _("Rate so far per 1,000 %(residents)s%(span)s") if answer.whole.incomplete else ""
    said = said or _("Rate per 1,000 %(residents)s%(span)s")
    return said % {"residents": residents_words(answer), "span": over_months(answer.question)}


def change_cells(line: Line) -> dict[str, Any]:
    """The comparison's columns of the table."""
    change = line.change
    if change is None:
        return {"before": None, "change": None, "change_text": "–", "change_words": "", "change_clear": None}
    few = is_few(line.numerator, change)
    words = "" if few else wording.change_interval(change.lower, change.upper)
    return {
        "before": change.before,
        "change": change.value,
        "change_text": change_text(line.numerator, change),
        "change_words": words,
        "change_clear": change.clear and not few,
    }


def row_of(line: Line, question: Question, shade: str) -> dict[str, Any]:
    """One row of the table, and the properties of its feature on the map."""
    return {
        "code": line.code,
        "name": line.name,
        "named": named(line, question.level),
        "parent": line.parent,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "value": line.value,
        "text": line.text,
        "lower": line.lower,
        "upper": line.upper,
        "interval": line.interval_text,
        "flags": list(line.flags),
        "class": shade,
        **change_cells(line),
    }


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """Every row of the table, in the answer's order."""
    keys = answer.shading.keys
    return [row_of(line, answer.question, key) for line, key in zip(answer.lines, keys, strict=True)]


def map_of(answer: Answer, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the map draws: where its boundaries are, and the value and class of each area."""
    shown = (
        "name",
        "named",
        "value",
        "text",
        "interval",
        "class",
        "numerator",
        "change_text",
        "change_words",
    )
    return {
        "geometry": geometry_address(answer.question),
        "around": outline_address(answer),
        "level": answer.question.level.value,
        "title": map_title(answer),
        "description": map_description(answer),
        "unit": value_title(answer),
        "legend": [vars(one) for one in answer.shading.legend],
        "method": _method(answer),
        "chosen": answer.question.area,
        "features": {row["code"]: {name: row[name] for name in shown} for row in rows},
    }


def _method(answer: Answer) -> str:
    """How the map's classes were made, and whether they hold what was counted so far only."""
    if not answer.whole.incomplete:
        return answer.shading.method
    so_far = _("Not all of these months were delivered: these are figures so far.")
    return f"{answer.shading.method} {so_far}".strip()


def map_description(answer: Answer) -> str:
    """What the map shows, in a sentence: its question, its lowest and its highest area."""
    known = [line for line in answer.lines if line.value is not None]
    if answer.question.form is Form.CHANGE:
        known = [line for line in known if not is_few(line.numerator, line.change)]
    if not known:
        return _("Map: %(title)s. No area has a figure.") % {"title": map_title(answer)}
    low = min(known, key=lambda line: line.value or 0.0)
    high = max(known, key=lambda line: line.value or 0.0)
    return _(
        "Map: %(title)s. Lowest: %(low)s in %(low_area)s. Highest: %(high)s in %(high_area)s. "
        "The table holds the same figures."
    ) % {
        "title": map_title(answer),
        "low": low.text,
        "low_area": named(low, answer.question.level),
        "high": high.text,
        "high_area": named(high, answer.question.level),
    }


def announcement(answer: Answer) -> str:
    """What is said aloud when the answer changes: short, for the finding can be read at leisure."""
    question = answer.question
    words = {"areas": counted_areas(question.level, len(answer.lines)), "form": FORM_WORDS[question.form]}
    return _("Updated: %(areas)s, %(form)s") % words


def map_title(answer: Answer) -> str:
    """What the map and the table show, in one line."""
    form = str(VALUE_TITLES[answer.question.form])
    if answer.question.form is Form.RATE:
        form = _("Rate per 1,000 %(people)s") % {"people": bases.words(answer.question.per)}
    return _("%(form)s, %(subject)s by %(level)s, %(period)s") % {
        "form": form,
        "subject": subject(answer),
        "level": LEVEL_WORDS[answer.question.level],
        "period": answer.question.period.words,
    }


def graph_of(answer: Answer) -> dict[str, Any]:
    """What the graph draws, its alternative text, and the value of the whole period beside it."""
    focus, question = answer.focus, answer.question
    return {
        "specification": specification(answer.trend),
        "alternative": alternative_text(answer.trend, subject(answer)),
        "place": answer.trend.place,
        "code": focus.code,
        "value": focus.value,
        "text": focus.text,
        "interval": focus.interval_text,
        "unit": value_title(answer),
        "young": any(month.young for month in answer.trend.now_months),
        "now": question.period.words,
        "before": question.before.words if answer.trend.before_months else "",
    }


def breadcrumb(answer: Answer) -> list[dict[str, str]]:
    """From the whole partnership down to where the question looks; the last has no address."""
    question, choices = answer.question, answer.choices
    crumbs = [{"name": choices.partnership, "url": _up(answer, "")}]
    place = choices.places.get(question.within)
    if place is not None:
        above = [choices.places.get(code) for code in place.parents.values()]
        chain = sorted(
            (one for one in above if one and one.code != place.code),
            key=lambda one: list(AreaLevel).index(one.level),
        )
        crumbs += [{"name": one.name, "url": _up(answer, one.code)} for one in chain]
        crumbs.append({"name": place.name, "url": _up(answer, place.code)})
    if answer.chosen is not None:
        crumbs.append({"name": answer.chosen.name, "url": ""})
    else:
        crumbs[-1]["url"] = ""
    return crumbs


def _up(answer: Answer, within: str) -> str:
    """The page of a place further up, cut as coarsely as makes sense there."""
    question, choices = answer.question, answer.choices
    if within == question.within:
        return page_address(question.but(area=""))
    levels = choices.levels_within(within, answer.measure) or (AreaLevel.DISTRICT,)
    place = choices.places.get(within)
    finer = levels_below(place.level) if place else (AreaLevel.DISTRICT,)
    level = next((level for level in finer if level in levels), levels[0])
    return page_address(question.but(within=within, area="", level=level))


def openings(answer: Answer) -> list[dict[str, str]]:
    """The ways into the chosen area: its wards, LSOAs, squares."""
    question, chosen = answer.question, answer.chosen
    if chosen is None or chosen.code not in answer.choices.places:
        return []
    return [
        {"name": str(ITS_LEVELS[level]), "level": level.value, "url": _into(question, chosen.code, level)}
        for level in levels_below(question.level)
        if level in answer.choices.levels_within(chosen.code, answer.measure)
    ]


def _into(question: Question, code: str, level: AreaLevel) -> str:
    """The page of an area's own areas; squares are counted, for nobody counts their residents."""
    form = Form.COUNT if level is AreaLevel.SQUARE and question.form is Form.RATE else question.form
    per = question.per if form is Form.RATE else Per.RESIDENTS
    return page_address(question.but(within=code, level=level, area="", form=form, per=per))


def payload(answer: Answer) -> dict[str, Any]:
    """The whole answer as JSON: what the page's map and graph draw, and what a program may read."""
    question = answer.question
    rows = rows_of(answer)
    return {
        "address": page_address(question),
        "question": question.parameters(),
        "measure": {
            "name": answer.measure.name,
            "title": answer.measure.title,
            "version": answer.measure.version,
            "unit": answer.figure.unit,
        },
        "finding": finding(answer),
        "whole": row_of(answer.whole, question, ""),
        "map": map_of(answer, rows),
        "graph": graph_of(answer),
        "table": rows,
    }
