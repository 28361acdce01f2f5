"""The finding: what the figures say in plain English, and never more than they support."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.hub.intelligence import standing, wording
from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.comparison import Change, is_few
from joinedup.hub.intelligence.question import Question
from joinedup.measures import FEW_FOR_A_PERCENTAGE, bases
from joinedup.measures.peers import Verdict
from joinedup.terms import AreaLevel, Flag, Form

MANY_AREAS = 20  # from here a reader is told how many areas would stand out by chance
_BRACKETS = re.compile(r" \(([^()]*)\)")
CHANCE = 0.05  # the share of 95 % intervals that miss when nothing has changed


def finding(answer: Answer) -> str:
    """What the figures say, in one paragraph."""
    return " ".join(finding_sentences(answer))


def finding_sentences(answer: Answer) -> list[str]:
    """The whole place first, then its areas, then the chosen one; made from the answer's figures only."""
    whole = answer.whole
    if whole.value is None and whole.numerator is None:
        return [_nothing_known(answer)]
    if whole.incomplete:
        return [*standing.counted_so_far(answer, counted(answer)), *_said(chosen_sentence(answer))]
    sentences = [
        _whole_sentence(answer),
        standing.still_to_come(answer),
        _("The latest months are provisional.") if Flag.PROVISIONAL.value in whole.flags else "",
        *_area_sentences(answer),
        chosen_sentence(answer),
        _("Numbers are rounded, to protect people.") if Flag.ROUNDED.value in whole.flags else "",
    ]
    return _said(*sentences)


def _said(*sentences: str) -> list[str]:
    return [sentence for sentence in sentences if sentence]


def subject(answer: Answer) -> str:
    """What is counted, in words: the measure, and the type where one is chosen."""
    title = answer.measure.title
    title = title if title[:2].isupper() else title[0].lower() + title[1:]
    return _of_kind(title, answer)


def _nothing_known(answer: Answer) -> str:
    whole = answer.whole
    words = {
        "subject": subject(answer),
        "place": answer.choices.name_of(answer.question.within),
        "period": answer.question.period.words,
    }
    if whole.suppressed:
        return _("The figure for %(subject)s in %(place)s is not shown, to protect people.") % words
    return (
        _(
            "There is no data on %(subject)s in %(place)s for %(period)s: "
            "no delivery covers it, which is not the same as none."
        )
        % words
    )


def counted(answer: Answer) -> str:
    """The noun of what is counted, with the type where one is chosen."""
    noun: str = answer.measure.noun
    return _of_kind(noun, answer)


def _of_kind(noun: str, answer: Answer) -> str:
    """A noun with the type in brackets; what the type has in brackets itself follows a comma."""
    kind = _BRACKETS.sub(r", \1", answer.kind_label)
    return f"{noun} ({kind})" if kind else noun


def _whole_sentence(answer: Answer) -> str:
    question, whole = answer.question, answer.whole
    words = {
        "place": answer.choices.name_of(question.within),
        "count": wording.count(whole.numerator or 0),
        "noun": counted(answer),
        "span": _span(question),
        "rate": _rate_words(whole, answer),
        "change": change_words(whole.numerator, whole.change, question),
    }
    if whole.numerator == 1:
        return _("%(place)s had a count of 1 for %(noun)s %(span)s%(rate)s%(change)s.") % words
    return _("%(place)s had %(count)s %(noun)s %(span)s%(rate)s%(change)s.") % words


def _span(question: Question) -> str:
    if question.period.months == 1:
        return _("in %(month)s") % {"month": question.period.words}
    return _("from %(months)s") % {"months": question.period.words}


def _rate_words(line: Line, answer: Answer) -> str:
    if line.value is None or line.form not in {Form.RATE, Form.SHARE}:
        return ""
    if line.form is Form.SHARE:
        words = {
            "share": line.text,
            "interval": line.interval_text,
            "all": wording.count(line.denominator or 0),
            "unit": answer.measure.unit,
        }
        return _(", %(share)s of %(all)s recorded %(unit)s (95%% interval %(interval)s)") % words
    words = {"rate": line.text, "residents": residents_words(answer), "span": over_months(answer.question)}
    return _(", %(rate)s for every 1,000 %(residents)s%(span)s") % words


def residents_words(answer: Answer) -> str:
    """Whom a rate counts: ``residents (Census 2021)``."""
    source, people = standing.residents_of(answer), bases.words(answer.question.per)
    return _("%(people)s (%(source)s)") % {"people": people, "source": source} if source else people


def over_months(question: Question) -> str:
    """The months a rate adds up, where they are not the usual twelve: `` over these 27 months``."""
    months = question.period.months
    return "" if months in {1, 12} else _(" over these %(months)s months") % {"months": months}


def change_words(now: int | None, change: Change | None, question: Question) -> str:
    """The end of a sentence on a change: clear, not clear, too few to say, nothing to compare with."""
    if change is None or now is None or Flag.SUPPRESSED.value in change.flags:
        return ""
    words = {"then": _then(question)}
    if change.broken:
        return _("; recording changed in between, so it cannot be compared with %(then)s") % words
    if change.before is None:
        return _("; there is no data for %(then)s to compare with") % words
    words["before"] = wording.count(change.before)
    if is_few(now, change):
        return _few_words(now, change) % words
    return _percentage_words(change, words)


def _percentage_words(change: Change, words: dict[str, str]) -> str:
    """A change in per cent, only where there is one; ``words`` say what it is against."""
    if change.value is None:
        return _("; not all months were delivered, so it cannot be compared with %(then)s") % words
    words["interval"] = wording.change_interval(change.lower, change.upper)
    if not change.clear:
        return _(", with no clear change from %(then)s (%(before)s; 95%% interval %(interval)s)") % words
    words["size"] = wording.more_or_fewer(change.value)
    return _(", %(size)s than %(then)s (95%% interval %(interval)s)") % words


def _few_words(now: int, change: Change) -> str:
    """A change between counts so small that a percentage would mislead: both counts are given."""
    if change.before == 0:
        return _(", and none %(then)s") if now == 0 else _(", against none %(then)s")
    if change.clear:
        return _(", against %(before)s %(then)s: few, but a difference beyond chance")
    return _(", against %(before)s %(then)s: too few to say whether that is a change")


def _then(question: Question) -> str:
    return _("the year before") if question.period.months <= 12 else question.before.words


def _area_sentences(answer: Answer) -> list[str]:
    if answer.question.form is Form.CHANGE:
        return _change_sentences(answer)
    known = [line for line in answer.lines if line.value is not None]
    if len(known) < 2:
        return []
    return _said(_highest_sentence(answer, known), _peers_sentence(answer), _drawn_in(answer, known))


def _peers_sentence(answer: Answer) -> str:
    """How far the areas lie apart beyond chance, and how many stand out of that; nothing of few areas."""
    peers = answer.peers
    if peers is None or peers.differs is None:
        return ""
    areas = counted_areas(answer.question.level, peers.compared)
    if peers.spread is None:
        return _("These %(areas)s differ no more than chance makes them: no difference is shown.") % {
            "areas": areas
        }
    verdicts = list(answer.verdicts.values())
    return _(
        "Most of these %(areas)s lie between %(low)s and %(high)s; "
        "clearly above that: %(above)s, clearly below: %(below)s."
    ) % {
        "areas": areas,
        "low": wording.value(Form.RATE, peers.spread[0]),
        "high": wording.value(Form.RATE, peers.spread[1]),
        "above": _none_or(verdicts.count(Verdict.HIGHER)),
        "below": _none_or(verdicts.count(Verdict.LOWER)),
    }


def _drawn_in(answer: Answer, known: Sequence[Line]) -> str:
    if not any(Flag.RESIDENTS_MISLEAD.value in line.flags for line in known):
        return ""
    return _("Places with shops or nightlife draw people who are not residents, which raises their rates.")


def _highest_sentence(answer: Answer, known: Sequence[Line]) -> str:
    """Which area has the most; two areas whose intervals meet are not told apart."""
    first, second = known[0], known[1]
    if not first.value:
        return ""
    words = {
        "area": named(first, answer.question.level),
        "value": first.text,
        "interval": first.interval_text,
        "second": named(second, answer.question.level),
    }
    if answer.question.form is Form.RATE:
        words["people"] = bases.words(answer.question.per)
        words["most"] = _("%(area)s had the highest rate, %(value)s per 1,000 %(people)s") % words
    elif answer.question.form is Form.SHARE:
        words["most"] = _("%(area)s had the highest share, %(value)s") % words
    else:
        words["most"] = _("%(area)s had the most, %(value)s") % words
    if _told_apart(first, second):
        return _("%(most)s (95%% interval %(interval)s).") % words
    return _("%(most)s (95%% interval %(interval)s), though not clearly more than %(second)s.") % words


def _told_apart(first: Line, second: Line) -> bool:
    return first.lower is not None and second.upper is not None and first.lower > second.upper


def named(line: Line, level: AreaLevel) -> str:
    """An area with its kind where its name alone would not tell: ``Norton ward``."""
    if level is AreaLevel.WARD and "ward" not in line.name.casefold():
        return _("%(name)s ward") % {"name": line.name}
    return line.name


def _change_sentences(answer: Answer) -> list[str]:
    """How many areas clearly changed; those with too few for a percentage, or none before, are told apart."""
    few = [line for line in answer.lines if is_few(line.numerator, line.change)]
    new = [line for line in few if line.change and line.change.before == 0]
    told = [line for line in answer.lines if line.value is not None and line not in few]
    sentences = _counted_changes(answer.question.level, told) if len(told) > 1 else []
    return [*sentences, *_without_percentage(answer.question, len(few) - len(new), len(new), bool(sentences))]


def _counted_changes(level: AreaLevel, told: Sequence[Line]) -> list[str]:
    fewer = [line for line in told if line.change and line.change.clear and (line.value or 0) < 0]
    more = [line for line in told if line.change and line.change.clear and (line.value or 0) > 0]
    words = {
        "more": _none_or(len(more)),
        "fewer": _none_or(len(fewer)),
        "same": _none_or(len(told) - len(more) - len(fewer)),
        "areas": counted_areas(level, len(told)),
    }
    said = _("Of %(areas)s, %(more)s had clearly more, %(fewer)s clearly fewer and %(same)s no clear change.")
    sentences = [said % words]
    if len(told) >= MANY_AREAS and (more or fewer):
        by_chance = {"number": round(len(told) * CHANCE)}
        sentences.append(_("By chance alone up to about %(number)d would stand out.") % by_chance)
    return sentences


def _none_or(number: int) -> str:
    return wording.count(number) if number else _("none")


def _without_percentage(question: Question, few: int, new: int, more: bool) -> list[str]:
    """The areas that no percentage is given for; ``more`` where others were told of before."""
    sentences = []
    if few:
        areas = {
            "areas": _("%(number)d more") % {"number": few} if more else counted_areas(question.level, few),
            "few": FEW_FOR_A_PERCENTAGE,
        }
        said = ngettext(
            "%(areas)s had a count under %(few)d, so both counts are given instead of a percentage.",
            "%(areas)s had counts under %(few)d, so both counts are given instead of a percentage.",
            few,
        )
        sentences.append(said % areas)
    if new:
        others = _("%(number)d more") % {"number": new} if more or few else counted_areas(question.level, new)
        none = _("%(areas)s had none %(then)s, so no percentage can be given.")
        sentences.append(none % {"areas": others, "then": _then(question)})
    return sentences


def counted_areas(level: AreaLevel, number: int) -> str:
    """A number of areas with the name of their kind: ``27 wards``."""
    forms = {
        AreaLevel.DISTRICT: ngettext("%(number)d district", "%(number)d districts", number),
        AreaLevel.WARD: ngettext("%(number)d ward", "%(number)d wards", number),
        AreaLevel.MSOA: ngettext("%(number)d MSOA", "%(number)d MSOAs", number),
        AreaLevel.LSOA: ngettext("%(number)d LSOA", "%(number)d LSOAs", number),
        AreaLevel.SQUARE: ngettext("%(number)d square", "%(number)d squares", number),
    }
    return forms[level] % {"number": number}


def chosen_sentence(answer: Answer) -> str:
    """What the chosen area's figure says; empty where none is chosen."""
    line, question = answer.chosen, answer.question
    if line is None:
        return ""
    area = named(line, question.level)
    if line.suppressed:
        return _("The figure for %(area)s is not shown, to protect people.") % {"area": area}
    if line.numerator is None:
        return _("There is no data for %(area)s.") % {"area": area}
    if line.incomplete:
        said = _("%(area)s had %(count)s so far.")
        return said % {"area": area, "count": wording.count(line.numerator)}
    return _("%(area)s had %(count)s%(rate)s%(change)s.") % {
        "area": area,
        "count": wording.count(line.numerator),
        "rate": _rate_words(line, answer),
        "change": change_words(line.numerator, line.change, question),
    }
