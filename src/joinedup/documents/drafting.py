"""A document being drafted: its scope, its charts, the findings for its summary, people's answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from joinedup.documents import wording
from joinedup.documents.answers import Answers
from joinedup.documents.citing import (
    Cited,
    Marked,
    Name,
    Plain,
    Sentence,
    joined,
    phrase,
    reference_links,
    references,
    say,
)
from joinedup.documents.rendering import image
from joinedup.documents.scope import Scope
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Fact

INTERVAL = Plain("95%", "confidence")


@dataclass
class Draft:
    """What the chapters share while they are written."""

    scope: Scope
    answers: Answers
    findings: list[Sentence] = field(default_factory=list)
    cautions: list[Sentence] = field(default_factory=list)  # what to bear in mind with the findings
    drawings: dict[str, str] = field(default_factory=dict)
    places_in_document: dict[str, str] = field(default_factory=dict)

    def drawn(self, svg: str, alt: Sentence, caption: Sentence) -> str:
        """A chart in Markdown. Every number of its alternative text is referenced after its caption."""
        name = f"drawing-{len(self.drawings) + 1}.svg"
        self.drawings[name] = svg
        rows = references(alt.markdown + caption.markdown)
        return image(name, alt.text, f"{caption.markdown}{reference_links(rows)}")

    @property
    def here(self) -> Name:
        """The area's name."""
        return Name(self.scope.subject.name)

    @property
    def period(self) -> Plain:
        """The period in words."""
        return Plain(self.scope.period.words, "period")

    @property
    def before(self) -> Plain:
        """The period before in words."""
        return Plain(self.scope.before.words, "period")


def interval(fact: Fact) -> Sentence:
    """The 95 % interval of a change, as ``+1.2% to +6.9%``; an open end is said in words."""
    if fact.row.lower is None:
        return phrase(_("up to {upper}"), upper=fact.cite("upper", wording.signed_percent))
    lower: Marked = fact.cite("lower", wording.signed_percent)
    if fact.row.upper is None or fact.row.upper == float("inf"):
        return phrase(_("{lower} or more"), lower=lower)
    return phrase(_("{lower} to {upper}"), lower=lower, upper=fact.cite("upper", wording.signed_percent))


def change(fact: Fact, noun: str, where: Marked, why_not: Sentence | None = None) -> Sentence:
    """One sentence on a count against the year before. It claims a change only where the interval allows it.

    ``noun``: the counted things in the plural, without digits; ``why_not``: why nothing can be compared.
    """
    words: dict[str, Marked] = {"where": where, "noun": phrase(noun)}
    if not fact.known:
        return say(_("There is no count of {noun} in {where} for this period."), **words)
    words["now"] = fact.count
    if fact.verdict is Verdict.NOT_COMPARABLE:
        reason = why_not or phrase(_("the year before is not completely recorded here"))
        return say(
            _("{now} {noun} were recorded in {where}. Nothing is said of a change: {reason}."),
            reason=reason,
            **words,
        )
    words |= {"before": fact.before, "level": INTERVAL}
    if not fact.percent_may_be_said:
        return _few(fact, words)
    words |= {"size": fact.size, "interval": interval(fact)}
    templates = {
        Verdict.HIGHER: _(
            "{now} {noun} were recorded in {where}, {size} more than the {before} of the year before. "
            "The rise is clear ({level} interval {interval})."
        ),
        Verdict.LOWER: _(
            "{now} {noun} were recorded in {where}, {size} fewer than the {before} of the year before. "
            "The fall is clear ({level} interval {interval})."
        ),
        Verdict.NO_CLEAR_CHANGE: _(
            "{now} {noun} were recorded in {where}, and {before} the year before: no clear change "
            "({level} interval {interval})."
        ),
    }
    return say(templates[fact.verdict], **words)


def _few(fact: Fact, words: dict[str, Any]) -> Sentence:
    templates = {
        Verdict.HIGHER: _(
            "{noun} in {where} went from {before} to {now}. The numbers are small; the rise is more than "
            "chance "
            "would be expected to give."
        ),
        Verdict.LOWER: _(
            "{noun} in {where} went from {before} to {now}. The numbers are small; the fall is more than "
            "chance "
            "would be expected to give."
        ),
        Verdict.NO_CLEAR_CHANGE: _(
            "{noun} in {where} went from {before} to {now}: too few to tell a change from chance."
        ),
    }
    words.pop("level")
    return say(templates[fact.verdict], **words)


def change_cells(fact: Fact) -> list[Marked | None]:
    """The cells of a change in a table: before, now, change, interval, verdict."""
    before = fact.before if fact.row.denominator is not None else None
    now = fact.count if fact.known else None
    if fact.verdict is Verdict.NOT_COMPARABLE:
        return [before, now, None, None, phrase(Verdict.NOT_COMPARABLE.words)]
    size: Marked = (
        fact.cite("value", wording.signed_percent)
        if fact.percent_may_be_said
        else phrase(_("{before} to {now}"), before=fact.before, now=fact.count)
    )
    return [before, now, size, interval(fact), phrase(fact.verdict.words)]


__all__ = ["INTERVAL", "Cited", "Draft", "change", "change_cells", "interval", "joined", "say"]
