"""Victim and offender: what the open data can say, what it cannot, and which feed would fill the gap."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.documents import wording
from joinedup.documents.chapters.crime import why_not
from joinedup.documents.citing import Marked, Name, Plain, Sentence, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft, change
from joinedup.documents.tables import Column, table
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Asked, Fact
from joinedup.terms import LONDON, AreaLevel, Flag, Form, Period, add_months

OUTCOMES = "positive-outcomes"
STOPS = "stop-and-search"
_ETHNICITY = "officer_ethnicity"
_NOT_STATED = "not-stated"


def write_victim(draft: Draft) -> str:
    """The chapter on victims: no published record names or counts one, and it says so."""
    gaps = [
        (_("Who is harmed: age, sex, ethnicity"), _("police crime records with victims"), _("the police")),
        (_("Who is harmed again and again"), _("the same, with a person key"), _("the police, landlords")),
        (
            _("Violence that the police never hear of"),
            _("emergency department assault records"),
            _("the hospital trust"),
        ),
        (_("Domestic abuse"), _("domestic incidents and referrals"), _("the police, support services")),
        (_("How safe people feel"), _("residents' survey"), _("the council")),
    ]
    return (
        f"# {_('Victim')}\n\n"
        + paragraph(
            say(
                _(
                    "The published police data has no victims in it: no age, sex, ethnicity, relationship or "
                    "repeat victimisation. So nothing is said here of who is harmed."
                )
            ),
            say(_("These feeds would fill the gap; each can be delivered to joinedup once it is agreed.")),
        )
        + _gaps(gaps, _("What is not known about victims, and what would tell"))
    )


def _gaps(gaps: list[tuple[str, str, str]], caption: str) -> str:
    columns = [
        Column(_("What is not known"), 30),
        Column(_("Feed that would tell"), 34),
        Column(_("Who holds it"), 24),
    ]
    return table(caption, columns, [[phrase(cell) for cell in row] for row in gaps])  # fmt: skip


def write_offender(draft: Draft) -> str:
    """The chapter on offenders: outcomes of crimes and stop and search, with what they do not say."""
    gaps = [
        (
            _("Who offends, and how often"),
            _("arrests, charges and proven offences with a person key"),
            _("the police, courts"),
        ),
        (
            _("Who re-offends"),
            _("probation and youth justice caseloads"),
            _("probation, the youth justice service"),
        ),
        (
            _("Alcohol and drugs behind offending"),
            _("treatment episodes and custody tests"),
            _("treatment services, the police"),
        ),
    ]
    return (
        f"# {_('Offender')}\n\n"
        + paragraph(
            say(
                _(
                    "The published police data names no offenders and has no key for them, so "
                    "re-offending, repeat "
                    "suspects and first offences cannot be counted. What it has is the outcome of each "
                    "crime and the "
                    "searches that were made."
                )
            )
        )
        + f"## {_('Outcomes of crimes')}\n\n"
        + _outcomes(draft)
        + f"## {_('Stop and search')}\n\n"
        + _stops(draft)
        + f"## {_('What is not known about offenders')}\n\n"
        + _gaps(gaps, _("What is not known about offenders, and what would tell"))
    )


def _outcomes(draft: Draft) -> str:
    scope = draft.scope
    now = scope.ask(OUTCOMES, Form.SHARE).one(scope.subject.code)
    if now is None or now.row.value is None:
        return paragraph(say(_("No outcomes were delivered for this period.")))
    said = [
        say(
            _(
                "Of the {all} crimes of {period}, {hits} had a positive outcome by the date these figures "
                "were "
                "known: {share} ({level} interval {lower} to {upper})."
            ),
            all=now.cite("denominator", wording.count),
            period=draft.period,
            hits=now.count,
            share=now.cite("value", wording.share),
            level=INTERVAL,
            lower=now.cite("lower", wording.share),
            upper=now.cite("upper", wording.share),
        )
    ]
    if Flag.NOT_YET_MATURE in now.row.flags:
        said.append(_too_young(draft, now))
    earlier = scope.ask(OUTCOMES, Form.SHARE, period=scope.before).one(scope.subject.code)
    if earlier is not None and earlier.row.value is not None:
        said.append(
            say(
                _(
                    "For {before} it was {share} as known now, after a year longer. No comparison is "
                    "drawn: a "
                    "fair one gives both years the same time."
                ),
                before=draft.before,
                share=earlier.cite("value", wording.share),
            )
        )
    meaning = now.question.figure.measure.meaning
    return paragraph(*said) + ":::caution\n\n" + paragraph(_quoted(meaning)) + ":::\n\n"


def _too_young(draft: Draft, fact: Fact) -> Sentence:
    """Which of the crimes have had less time for an outcome than the measure's definition gives them."""
    figure = fact.question.figure
    known = figure.known_on.astimezone(LONDON).date()
    young = add_months(known.replace(day=1), -figure.measure.matures_after)
    since = Period(max(young, draft.scope.period.start), draft.scope.period.end)
    return say(
        _("Crimes of {since} have had under {time}, so this share is not final and is expected to rise."),
        since=Plain(since.words, "period"),
        time=Plain(
            ngettext("{number} month", "{number} months", figure.measure.matures_after).format(
                number=figure.measure.matures_after
            ),
            "definition",
        ),
    )


def _quoted(text: str) -> Sentence:
    return say(_("Definition: {meaning}"), meaning=Name(text))


def _stops(draft: Draft) -> str:
    scope = draft.scope
    fact = scope.ask(STOPS, Form.CHANGE).one(scope.subject.code)
    if fact is None or not fact.known:
        return paragraph(say(_("No stops and searches were delivered for this period.")))
    asked = scope.ask(STOPS, Form.SHARE, by=(_ETHNICITY,))
    used = _values_used(draft)
    rows = sorted(
        (
            fact
            for fact in asked.of(scope.subject.code)
            if fact.row.value is not None and fact.row.breakdowns[_ETHNICITY] in used
        ),
        key=lambda fact: (fact.row.breakdowns[_ETHNICITY] == _NOT_STATED, -fact.row.numerator),
    )
    unknown = asked.one(scope.subject.code, **{_ETHNICITY: _NOT_STATED})
    said = [change(fact, _("searches"), draft.here, why_not(draft, fact))]
    if fact.verdict is not Verdict.NOT_COMPARABLE:
        said.append(
            say(
                _(
                    "Searches are decisions of officers, so the interval only says that the two "
                    "counts differ by "
                    "more, or no more, than a chance scatter."
                )
            )
        )
    if unknown is not None and unknown.row.value is not None:
        said.append(
            say(
                _("The officer's view of ethnicity is not stated for {share} of them ({count})."),
                share=unknown.cite("value", wording.share),
                count=unknown.count,
            )
        )
    return (
        paragraph(*said) + _ethnicity_table(draft, asked, rows) + _never_used(asked, used) + _stops_caution()
    )


def _values_used(draft: Draft) -> set[str]:
    """The values of the field that any search has, wherever and whenever, in all that was delivered."""
    scope = draft.scope
    everywhere = scope.ask(STOPS, by=(_ETHNICITY,), level=AreaLevel.DISTRICT, areas=(), period=scope.recorded)
    return {fact.row.breakdowns[_ETHNICITY] for fact in everywhere.facts if fact.row.numerator}


def _never_used(asked: Asked, used: set[str]) -> str:
    measure = asked.figure.measure
    never = [value for value in measure.breakdowns[_ETHNICITY] if value not in used]
    if not never:
        return ""
    return paragraph(
        say(
            _(
                "The published field has no {values} here: no search that was delivered, in any "
                "month, has it."
            ),
            values=joined([Name(f"“{measure.label(_ETHNICITY, value)}”") for value in never], _("or")),
        )
    )


def _share_of_stated(draft: Draft, asked: Asked, fact: Fact, rows: list[Fact]) -> Marked | None:
    """A value's share of the searches for which one was stated; none for "not stated" itself."""
    from joinedup.measures.intervals import wilson

    if fact.row.breakdowns[_ETHNICITY] == _NOT_STATED:
        return None
    stated = sum(row.row.numerator for row in rows if row.row.breakdowns[_ETHNICITY] != _NOT_STATED)
    if not stated:
        return None
    label = asked.figure.measure.label(_ETHNICITY, fact.row.breakdowns[_ETHNICITY])
    lower, upper = wilson(fact.row.numerator, stated)
    return draft.scope.workings.derive(
        _("{value}: share of the searches with a stated ethnicity").format(value=label),
        _("{number} of {stated}; Wilson").format(number=f"{fact.row.numerator:,}", stated=f"{stated:,}"),
        [asked.question],
        fact.row.numerator / stated,
        wording.share,
        (float(lower), float(upper)),
    ).cite()


def _ethnicity_table(draft: Draft, asked: Asked, rows: list[Fact]) -> str:
    if not rows:
        return ""
    label = asked.figure.measure.label
    cells: list[list[Marked | None]] = [
        [
            Name(label(_ETHNICITY, fact.row.breakdowns[_ETHNICITY])),
            fact.count,
            fact.cite("value", wording.share),
            phrase(
                _("{lower} to {upper}"),
                lower=fact.cite("lower", wording.share),
                upper=fact.cite("upper", wording.share),
            ),
            _share_of_stated(draft, asked, fact, rows),
        ]
        for fact in rows
    ]
    columns = [
        Column(_("Ethnicity as the officer saw it"), 28),
        Column(_("Searches"), 12, numbers=True),
        Column(_("Share of all searches"), 16, numbers=True),
        Column(phrase(_("{level} interval"), level=INTERVAL), 18, numbers=True),
        Column(_("Share of those stated"), 16, numbers=True),
    ]
    caption = phrase(_("Stops and searches by ethnicity, {period}"), period=draft.period)
    return table(caption, columns, cells, workings=_("Workings"))


def _stops_caution() -> str:
    return (
        ":::caution\n\n"
        + paragraph(
            say(
                _(
                    "It counts searches, not people, and does not say where the people searched live. With "
                    "ethnicity "
                    "missing for a part of them, shares are not set against the population here."
                )
            ),
            say(_("Searches without a location are in no district and so not in these counts.")),
        )
        + ":::\n\n"
    )


__all__ = ["OUTCOMES", "STOPS", "Plain", "write_offender", "write_victim"]
