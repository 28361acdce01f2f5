"""The definitions of repeats and of linked people in groups, and what each counts in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from joinedup.measures.linked import LINKED
from joinedup.measures.linked.definitions import (
    AgainByFirst,
    AroundPlace,
    BeforeAfter,
    ByGroup,
    ComesOfAge,
    Definition,
    DuringStays,
    FirstEntrants,
    FromElsewhere,
    OnCaseload,
    SeveralAgencies,
    Travelled,
)
from joinedup.measures.linked.first_known import FirstKnown
from joinedup.measures.linked.for_age import StandardisedForAge
from joinedup.measures.linked.referrals import ReferredBy
from joinedup.measures.linked.released import AfterRelease
from joinedup.measures.linked.take_up import ByDeprivation
from joinedup.measures.repeats import REPEATS, Repeat
from joinedup.measures.repeats.definitions import Anchor, Clock, Unit, Window

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

Counted: TypeAlias = Repeat | Definition
_OF_LINKED: Mapping[type[Definition], str] = {
    SeveralAgencies: "agencies",
    AgainByFirst: "again",
    ByGroup: "groups",
    ByDeprivation: "groups",
    StandardisedForAge: "groups",
    ReferredBy: "treated",
    OnCaseload: "treated",
    FromElsewhere: "travel",
    Travelled: "travel",
    AroundPlace: "around",
    DuringStays: "around",
    BeforeAfter: "managed",
    AfterRelease: "released",
    FirstKnown: "first",
    FirstEntrants: "young",
    ComesOfAge: "young",
}


@dataclass(frozen=True)
class Group:
    """A heading of the list, and what stands under it."""

    name: str
    title: str
    definitions: list[Counted]


def titles() -> dict[str, str]:
    """Every group's title by its name, in their order."""
    return {
        "callers": _("Callers"),
        "victims": _("Victims"),
        "suspects": _("Suspects and offenders"),
        "places": _("Places"),
        "pairs": _("Pairs of people"),
        "agencies": _("Seen by several agencies"),
        "again": _("Who comes again, by the first offence"),
        "groups": _("By ethnic group and by deprivation"),
        "travel": _("From elsewhere, and how far"),
        "around": _("Around a place, and approved premises"),
        "treated": _("In treatment"),
        "managed": _("Offender management, before and after"),
        "released": _("Released from prison"),
        "first": _("For the first time"),
        "young": _("Young people"),
        "others": _("Others"),
    }


def counted_named(name: str) -> Counted | None:
    """The definition of that name, of either kind; None where there is none."""
    return REPEATS.get(name) or LINKED.get(name)


def group_of(definition: Counted) -> str:
    """The name of the group in which a definition stands."""
    if isinstance(definition, Definition):
        return _OF_LINKED.get(type(definition), "others")
    if definition.unit in {Unit.PLACE, Unit.PAIR}:
        return "places" if definition.unit is Unit.PLACE else "pairs"
    if "caller" in definition.roles:
        return "callers"
    return "victims" if "victim" in definition.roles else "suspects"


def grouped(definitions: Iterable[Counted]) -> list[Group]:
    """The definitions under their titles, groups without any left out."""
    found = list(definitions)
    groups = [
        Group(name, title, [one for one in found if group_of(one) == name])
        for name, title in titles().items()
    ]
    return [one for one in groups if one.definitions]


def facts(workspace: Workspace, definition: Counted, seen: Iterable[str]) -> list[tuple[str, str]]:
    """What a definition fixes, heading and words. Sources that are ``seen`` go by their title."""
    unit = {
        Unit.PERSON: _("people"),
        Unit.PLACE: _("places: an address, or else a point"),
        Unit.PAIR: _("pairs of two people"),
        Unit.HOUSEHOLD: _("households: the people whom records name at one address"),
    }[definition.unit]
    told = [(_("Who or what"), unit), (_("How often, within"), window_words(definition))]
    told.append((_("Dated by"), _anchors()[definition.anchor]))
    if isinstance(definition, Repeat) and not definition.requested:
        told.append((_("Left out"), _("calls made at an officer's request")))
    if isinstance(definition, Repeat) and (rule := definition.same_incident):
        words = _("within %(minutes)d minutes and %(metres)d metres") % {
            "minutes": rule.minutes,
            "metres": rule.metres,
        }
        told.append((_("One incident, told to several agencies"), words))
    known = _source_titles(workspace, seen)
    sources = sorted(known.get(one, one) for one in definition.sources)
    told += [(_("Counted from"), "; ".join(sources)), (_("Where it is from"), str(definition.origin))]
    return [*told, (_("Name and version"), f"{definition.name}, {definition.version}")]


def window_words(definition: Counted) -> str:
    """How often something has to happen, and within which time."""
    window: Window = definition.window
    if isinstance(definition, FirstKnown) and definition.look_back:
        return _("none in the %(months)d months before") % {"months": definition.look_back}
    if not isinstance(definition, Repeat):
        return {
            Clock.PERIOD: _("in the whole period"),
            Clock.ROLLING: _("within any %(months)d months"),
            Clock.AFTER_FIRST: _("followed for %(months)d months"),
            Clock.SINCE_LAST: _("within %(months)d months of the last"),
        }[window.clock] % {"months": window.months}
    words = {
        Clock.PERIOD: _("%(times)d times or more in the whole period"),
        Clock.ROLLING: _("%(times)d times or more within any %(months)d months"),
        Clock.AFTER_FIRST: _("%(times)d times or more, within %(months)d months of the first in the period"),
        Clock.SINCE_LAST: _("again within %(months)d months of the time before"),
    }[window.clock]
    return words % {"times": definition.threshold, "months": window.months}


def _anchors() -> dict[Anchor, str]:
    return {
        Anchor.OCCURRED: _("the day it happened"),
        Anchor.REPORTED: _("the day it was reported, where the feed keeps it"),
    }


def _source_titles(workspace: Workspace, seen: Iterable[str]) -> dict[str, str]:
    from joinedup.feeds import contracts

    wanted = set(seen)
    return {one.source: one.source_title for one in contracts(workspace).values() if one.source in wanted}
