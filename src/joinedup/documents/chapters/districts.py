"""The districts side by side: rates with their residents' source, and the district against the others."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.documents import drawing, wording
from joinedup.documents.citing import Marked, Name, Sentence, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.ranking import exact_poisson
from joinedup.documents.residents import PER_THOUSAND, base_sentence, unit
from joinedup.documents.workings import Derived, Fact
from joinedup.terms import AreaLevel, Form

CRIME = "recorded-crime"
ASB = "anti-social-behaviour"


def write(draft: Draft) -> str:
    """The section: the comparison where there is another district, a chart of each rate, what it rests on."""
    many = len(_of_districts(draft, CRIME)) > 1
    inside = draft.scope.subject.level is AreaLevel.DISTRICT
    title = _("Rates") if not many else _("Against the other districts") if inside else _("The districts")
    text = f"## {title}\n\n"
    if many and inside:
        text += _comparison(draft)
    for measure, name in ((CRIME, _("Recorded crime")), (ASB, _("Anti-social behaviour"))):
        text += _rates(draft, measure, name, many)
    visitors = say(
        _(
            "Town centres draw visitors who are not among the residents, so a high rate there is not "
            "a higher "
            "risk for residents."
        )
    )
    return text + ":::caution\n\n" + paragraph(visitors) + ":::\n\n"


def _of_districts(draft: Draft, measure: str) -> list[Fact]:
    asked = draft.scope.ask(measure, Form.RATE, level=AreaLevel.DISTRICT, areas=())
    return [fact for fact in asked.facts if fact.row.value is not None]


def _ordered(draft: Draft, measure: str, many: bool) -> list[Fact]:
    """The known rates, highest first: of each district, and of the partnership where it has several."""
    facts = _of_districts(draft, measure)
    if many:
        whole = draft.scope.ask(measure, Form.RATE, level=AreaLevel.PARTNERSHIP, areas=())
        facts += [fact for fact in whole.facts if fact.row.value is not None]
    return sorted(facts, key=lambda fact: -fact.row.value)


def _comparison(draft: Draft) -> str:
    """The district beside the others together: two numbers of parts that do not overlap, and no test."""
    said = []
    for measure, noun in ((CRIME, _("recorded crimes")), (ASB, _("incidents of anti-social behaviour"))):
        facts = _of_districts(draft, measure)
        here = next((fact for fact in facts if fact.row.area_code == draft.scope.subject.code), None)
        others = [fact for fact in facts if fact is not here]
        if here is None or not others:
            continue
        said.append(
            say(
                _("{here} had {rate} {noun} per {unit}; {others} had {rest}."),
                here=draft.here,
                rate=here.rate,
                noun=phrase(noun),
                unit=PER_THOUSAND,
                others=_others(others),
                rest=_together(draft, noun, others).cite(),
            )
        )
    draft.findings.extend(said)
    return paragraph(*said) if said else ""


def _others(others: list[Fact]) -> Marked:
    if len(others) == 1:
        return Name(others[0].row.area_name)
    return phrase(_("the other districts together"))


def _together(draft: Draft, noun: str, others: list[Fact]) -> Derived:
    counted = sum(fact.row.numerator for fact in others)
    people = sum(fact.row.denominator for fact in others)
    lower, upper = exact_poisson(counted)
    return draft.scope.workings.derive(
        _("{noun} per 1,000 residents in {names}").format(
            noun=noun[:1].upper() + noun[1:], names=", ".join(fact.row.area_name for fact in others)
        ),
        _("{counted} over {people} residents, times 1,000; exact Poisson").format(
            counted=f"{counted:,}", people=f"{people:,}"
        ),
        [others[0].question],
        counted / people * 1000,
        wording.decimal,
        (lower / people * 1000, upper / people * 1000),
    )


def _rates(draft: Draft, measure: str, title: str, many: bool) -> str:
    facts = _ordered(draft, measure, many)
    if not facts:
        return paragraph(
            say(
                _("{title}: no rate can be given, because the number of residents is not known."),
                title=phrase(title),
            )
        )
    rows = [
        {
            "name": fact.row.area_name,
            "value": fact.row.value,
            "lower": fact.row.lower,
            "upper": fact.row.upper,
            "here": fact.row.area_code == draft.scope.subject.code,
            "label": wording.decimal(fact.row.value),
        }
        for fact in facts
    ]
    alt = phrase(
        _("Bar chart of {title} per {unit} in {period}, with {level} intervals: {parts}."),
        title=phrase(title[:1].lower() + title[1:]),
        unit=PER_THOUSAND,
        period=draft.period,
        level=INTERVAL,
        parts=joined([_part(fact) for fact in facts], _("and")),
    )
    caption = phrase(
        _("**{title} per {unit}, {period}.** Lines are {level} intervals.{base}"),
        title=phrase(title),
        unit=unit(draft),
        period=draft.period,
        level=INTERVAL,
        base=rate_note(draft, measure),
    )
    axis = _("{title} per {unit}").format(title=title, unit=unit(draft).text)
    return draft.drawn(drawing.rates(rows, axis), alt, caption)


def _part(fact: Fact) -> Sentence:
    return phrase(
        _("{name} {rate} ({lower} to {upper})"),
        name=Name(fact.row.area_name),
        rate=fact.rate,
        lower=fact.cite("lower", wording.decimal),
        upper=fact.cite("upper", wording.decimal),
    )


def rate_note(draft: Draft, measure: str) -> Sentence:
    """What a rate rests on, as it stands at the end of a chart's caption: nothing where it is not known."""
    based = base_sentence(draft, measure, referenced=False)
    return phrase(_(" {based}"), based=based) if based else phrase("")
