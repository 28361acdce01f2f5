"""Levels, patterns and changes: recorded crime by type, anti-social behaviour apart, the districts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from joinedup.documents import comparing, drawing, wording
from joinedup.documents.chapters import districts
from joinedup.documents.chapters.districts import ASB, CRIME
from joinedup.documents.citing import Marked, Name, Plain, Sentence, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft, change, change_cells
from joinedup.documents.tables import Column, table
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Asked, Fact
from joinedup.terms import Form

_TYPE = "type"


def write(draft: Draft) -> str:
    """The chapter, with the findings it adds to the summary."""
    return "".join(
        [
            f"# {_('Levels, patterns and changes')}\n\n",
            _opening(draft),
            f"## {_('All recorded crime')}\n\n",
            _whole(draft, CRIME, _("crimes")),
            f"## {_('Types of crime')}\n\n",
            _types(draft),
            f"## {_('Anti-social behaviour')}\n\n",
            _asb(draft),
            districts.write(draft),
        ]
    )


def _opening(draft: Draft) -> str:
    return paragraph(
        say(
            _("This chapter answers paragraphs (a) and (b) of {rule}: it compares {period} with {before}."),
            rule=Plain("regulation 7(1)", "law"),
            period=draft.period,
            before=draft.before,
        ),
        say(
            _(
                "“Higher” and “lower” are said only where the whole of a {level} interval lies on one side "
                "of "
                "no change; “no clear change” means that the data cannot tell, not that nothing happened."
            ),
            level=INTERVAL,
        ),
    )


def _whole(draft: Draft, measure: str, noun: str) -> str:
    fact = draft.scope.ask(measure, Form.CHANGE).one(draft.scope.subject.code)
    if fact is None:
        return paragraph(say(_("There is no figure for {area}."), area=draft.here))
    said = change(fact, noun, draft.here, why_not(draft, fact))
    draft.findings.append(said)
    return paragraph(said)


def why_not(draft: Draft, fact: Fact) -> Sentence | None:
    """Why a change may not be said: the notes of the figure, or that the year before is not there."""
    if fact.row.denominator is None:
        return phrase(_("the records here do not cover {before} completely"), before=draft.before)
    notes = fact.question.figure.notes
    if fact.verdict is Verdict.NOT_COMPARABLE and notes:
        return Sentence(str(Name(notes[0].rstrip("."))), notes[0].rstrip("."))
    return None


def type_name(asked: Asked, fact: Fact) -> Name:
    """What people call the type of a row."""
    return Name(asked.figure.measure.label(_TYPE, fact.row.breakdowns[_TYPE]))


def types_of(draft: Draft) -> list[Fact]:
    """The change of each type that was recorded in either year, judged beside each other, most first."""
    asked = draft.scope.ask(CRIME, Form.CHANGE, by=(_TYPE,))
    facts = [
        fact for fact in asked.of(draft.scope.subject.code) if fact.row.numerator or fact.row.denominator
    ]
    return comparing.judged(sorted(facts, key=lambda fact: -(fact.row.numerator or 0)))


def _types(draft: Draft) -> str:
    asked = draft.scope.ask(CRIME, Form.CHANGE, by=(_TYPE,))
    facts = types_of(draft)
    if not facts:
        return paragraph(say(_("No type of crime was recorded.")))
    rows: list[list[Marked | None]] = [[type_name(asked, fact), *change_cells(fact)] for fact in facts]
    whole = draft.scope.ask(CRIME, Form.CHANGE).one(draft.scope.subject.code)
    if whole is not None:
        rows.append([phrase(_("All recorded crime")), *change_cells(whole)])
    return (
        _type_findings(draft, asked, facts)
        + table(phrase(_("Recorded crime by type: {period} and the year before"), period=draft.period),
                _change_columns(_("Type")), rows, workings=_("Workings"), width=8)
        + _type_chart(draft, asked, facts)
        + _type_cautions(draft, facts)
    )  # fmt: skip


def _type_cautions(draft: Draft, facts: list[Fact]) -> str:
    warning = comparing.warning(draft.scope.workings, facts, _("types of crime"))
    if warning is None:
        return ""
    draft.cautions.append(warning)
    return ":::caution\n\n" + paragraph(warning) + ":::\n\n"


def _change_columns(first: str) -> list[Column]:
    return [
        Column(first, 28),
        Column(_("Year before"), 9, numbers=True),
        Column(_("This year"), 9, numbers=True),
        Column(_("Change"), 10, numbers=True),
        Column(phrase(_("{level} interval"), level=INTERVAL), 18, numbers=True),
        Column(_("In words"), 17),
    ]


def _type_findings(draft: Draft, asked: Asked, facts: list[Fact]) -> str:
    higher = [fact for fact in facts if fact.verdict is Verdict.HIGHER]
    lower = [fact for fact in facts if fact.verdict is Verdict.LOWER]
    unclear = [fact for fact in facts if fact.verdict is Verdict.NO_CLEAR_CHANGE]
    said: list[Sentence] = []
    if higher:
        said.append(say(_("Clearly higher than the year before: {types}."), types=_listed(asked, higher)))
    if lower:
        said.append(say(_("Clearly lower than the year before: {types}."), types=_listed(asked, lower)))
    if not higher and not lower and unclear:
        said.append(say(_("No type of crime shows a clear change.")))
    draft.findings.extend(said)
    perhaps = [fact for fact in facts if fact.verdict in set(wording.DOUBTFUL.values())]
    if perhaps:
        said.append(
            say(
                _("Higher or lower, but one such may be chance: {types}."),
                types=_listed(asked, perhaps),
            )
        )
    if unclear and (higher or lower or perhaps):
        said.append(
            say(
                _("No clear change: {types}."),
                types=joined([type_name(asked, fact) for fact in unclear], _("and")),
            )
        )
    return paragraph(*said) if said else ""


def _listed(asked: Asked, facts: list[Fact]) -> Sentence:
    return joined([_with_size(type_name(asked, fact), fact) for fact in facts], _("and"))


def _with_size(name: Name, fact: Fact) -> Sentence:
    if not fact.percent_may_be_said:
        return phrase(_("{name} (from {before} to {now})"), name=name, before=fact.before, now=fact.count)
    return phrase(
        _("{name} ({change}, from {before} to {now})"),
        name=name,
        change=fact.cite("value", wording.signed_percent),
        before=fact.before,
        now=fact.count,
    )


def _type_chart(draft: Draft, asked: Asked, facts: list[Fact]) -> str:
    drawable = [
        fact for fact in facts if fact.percent_may_be_said and fact.verdict is not Verdict.NOT_COMPARABLE
    ]
    if not drawable:
        return ""
    rows = [
        {
            "name": type_name(asked, fact).text,
            "value": fact.row.value,
            "lower": fact.row.lower,
            "upper": fact.row.upper,
            "verdict": fact.verdict.words,
        }
        for fact in drawable
    ]
    parts = [
        phrase(
            _("{name} {change} ({interval}, {words})"),
            name=type_name(asked, fact),
            change=fact.cite("value", wording.signed_percent),
            interval=_range(fact),
            words=phrase(fact.verdict.words),
        )
        for fact in drawable
    ]
    alt = phrase(
        _("Chart of the change of each type of crime on the year before, with {level} intervals: {parts}."),
        level=INTERVAL,
        parts=joined(parts, _("and")),
    )
    caption = phrase(
        _(
            "**Change by type, with {level} intervals.** A line that crosses zero is no clear "
            "change.{left_out}"
        ),
        level=INTERVAL,
        left_out=_left_out(asked, [fact for fact in facts if fact not in drawable]),
    )
    return draft.drawn(drawing.changes(rows), alt, caption)


def _left_out(asked: Asked, facts: list[Fact]) -> Sentence:
    """Which types the chart does not show, and why; nothing where it shows them all."""
    if not facts:
        return phrase("")
    return phrase(
        _(
            " Left out, because a percentage of so few records would mislead or nothing can be "
            "compared: {types}."
        ),
        types=joined([type_name(asked, fact) for fact in facts], _("and")),
    )


def _range(fact: Fact) -> Sentence:
    return phrase(
        _("{lower} to {upper}"),
        lower=fact.cite("lower", wording.signed_percent),
        upper=fact.cite("upper", wording.signed_percent),
    )


def _asb(draft: Draft) -> str:
    return _whole(draft, ASB, _("incidents of anti-social behaviour")) + paragraph(
        say(
            _(
                "These are reports to the police. They are a series of their own and are never added to "
                "recorded "
                "crime; what councils, landlords and wardens record is not in them."
            )
        )
    )
