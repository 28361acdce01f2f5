"""Why a linkage put a pair together or kept it apart, in sentences, where its weight does not say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.hub.same.waterfall import in_bits
from joinedup.people.clustering import Thresholds
from joinedup.people.evidence import BY_DECISION, BY_OTHERS, BY_RULE, BY_WEIGHT, THROUGH, rule_in_words
from joinedup.people.reviewing import Drawn, Stands

_LINE = Thresholds().best


@dataclass(frozen=True)
class Standing:
    """The sentence, empty where the weight says enough; and where they stand together through others, each
    step of the way: what it leads to, and its bits."""

    sentence: str = ""
    steps: tuple[tuple[str, str], ...] = ()


def standing_of(drawn: Drawn, titles: Mapping[str, str]) -> Standing:
    """Why a pair stands as it does. ``titles`` are those of the feeds that who looks may know."""
    if not drawn.together:
        return Standing(_why_apart(drawn))
    because = drawn.stands.because
    if because == BY_DECISION:
        return Standing(_("It put them together because somebody had decided that they are one person."))
    if because == THROUGH:
        return Standing(_through(drawn), _steps(drawn.stands, titles))
    if because == BY_WEIGHT and drawn.weight < 0:
        told = _("A weight from {line} bits on is enough for the best linking to put two together.")
        return Standing(told.format(line=in_bits(_LINE)))
    return Standing()


def _why_apart(drawn: Drawn) -> str:
    because, rule = drawn.stands.because, _rule(drawn)
    if because == BY_DECISION:
        return _("It kept them apart because somebody had decided that they are two people.")
    if because in {BY_RULE, ""} and rule:
        return _("A rule kept them apart, whatever their weight: {rule}.").format(rule=rule)
    if because == BY_OTHERS:
        return _(
            "Their weight would be enough by itself, but groups of records are put together or kept apart as "
            "a whole: between the groups of these two a decision or a rule keeps others apart, or all the "
            "evidence, taken together, is not enough."
        )
    return ""


def _through(drawn: Drawn) -> str:
    together = _(
        "They stand together through others, because groups of records are put together by the mean of all "
        "the evidence between them. The strongest way from one to the other is:"
    )
    rule = _rule(drawn)
    if rule:
        alone = _("A rule speaks against it ({rule}), and is outweighed by others.").format(rule=rule)
    else:
        alone = _("By itself their weight is too little: {line} bits are needed.").format(line=in_bits(_LINE))
    return f"{alone} {together}"


def _rule(drawn: Drawn) -> str:
    return next(filter(None, (rule_in_words(code) for code, _bits in drawn.evidence)), "")


def _steps(stands: Stands, titles: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What each step leads to; a feed that who looks may not know has no name."""
    *between, last = stands.way
    return (
        *((_of_feed(titles.get(feed, "")), _strength(bits)) for feed, bits in between),
        (_("record B"), _strength(last[1])),
    )


def _of_feed(title: str) -> str:
    if not title:
        return _("a record of a feed that you may not know")
    return _("a record of {feed}").format(feed=title)


def _strength(bits: float | None) -> str:
    if bits is None:
        return _("decided to be the same person")
    return _("{bits} bits").format(bits=in_bits(bits))
