"""The nomination list: what is asked of it, and whoever is on it in words."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup import places
from joinedup.hub.contracts import agency_names, agency_words
from joinedup.hub.same.stated import LONGEST
from joinedup.hub.templatetags.hub_words import day
from joinedup.measures.nominations import JAG, Doing, Known, NominationList, Nominee
from joinedup.measures.repeats import repeat_named
from joinedup.terms import AreaLevel, Every, Period, Purpose, RecordType, add_months

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_PLAIN = {RecordType.INCIDENT.value, RecordType.INVOLVEMENT.value}  # the part that people play says enough
_PLACE = "place"


@dataclass(frozen=True)
class Asked:
    """The list that somebody asks for. No ``reasons``: all of them."""

    period: Period
    reasons: tuple[str, ...]
    within: str
    purpose: Purpose
    reason: str


@dataclass(frozen=True)
class Why:
    """One reason in words; ``certain``: the strict linkage says so too."""

    title: str
    words: str
    certain: bool


@dataclass(frozen=True)
class OfKey:
    """What is known of one of a nominee's keys and done: ``which`` of two it is, and where else on the list
    they stand; lines by agency. ``key`` is empty for a place that is known by its point."""

    key: str
    which: str
    others: Sequence[int]
    knows: Sequence[tuple[str, Sequence[str]]]
    does: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    number: int
    unit: str
    why: Sequence[Why]
    wards: Sequence[str]
    point: str
    last: dt.date
    keys: Sequence[OfKey]
    record: tuple[str, str] | None


def periods(covered: Period) -> list[Period]:
    """Every two months following each other of which anything tells, the latest first."""
    months = covered.each(Every.MONTH)
    starts = [one.start for one in months[: len(months) - JAG.months + 1]]
    return [Period(start, add_months(start, JAG.months)) for start in reversed(starts)]


def reasons_offered() -> list[tuple[str, str]]:
    """Name and title of each reason of the list."""
    return [(name, str(repeat_named(name).title)) for name in JAG.reasons]


def areas_offered(workspace: Workspace) -> list[tuple[str, list[tuple[str, str]]]]:
    """Under each district's name its code and its wards', with their names."""
    levels = {one.level for one in places.catalogue(workspace) if one.kind == "boundaries"}
    if not {AreaLevel.DISTRICT.value, AreaLevel.WARD.value} <= levels:
        return []
    wards = places.areas(workspace, AreaLevel.WARD)
    offered = []
    for one in sorted(places.areas(workspace, AreaLevel.DISTRICT), key=lambda area: area.name):
        inside = sorted((w.name, w.code) for w in wards if one.code in w.parents.values())
        whole = (one.code, _("all of %(name)s") % {"name": one.name})
        offered.append((one.name, [whole, *((code, name) for name, code in inside)]))
    return offered


def read(
    given: Mapping[str, str],
    reasons: Sequence[str],
    offered: Collection[Purpose],
    span: Collection[str],
    areas: Collection[str],
) -> tuple[Asked | None, dict[str, str]]:
    """What was filled in, and a sentence for each field that is wrong; nothing where any is."""
    wrong: dict[str, str] = {}
    if given["period"] not in span:
        wrong["period"] = _("Choose two months of the list")
    if given["within"] and given["within"] not in areas:
        wrong["within"] = _("Choose an area of the list")
    if not reasons or not set(reasons) <= set(JAG.reasons):
        wrong["why"] = _("Choose at least one reason to be on the list")
    if given["purpose"] not in offered:
        wrong["purpose"] = _("Choose what it is for")
    if not given["reason"].strip():
        wrong["reason"] = _("Write why you need the list")
    if wrong:
        return None, wrong
    some = tuple(name for name in JAG.reasons if name in reasons)
    told = () if len(some) == len(JAG.reasons) else some
    reason = given["reason"].strip()[:LONGEST]
    return Asked(Period.parse(given["period"]), told, given["within"], Purpose(given["purpose"]), reason), {}


def listed(workspace: Workspace, found: NominationList) -> list[Listed]:
    """Everybody on the list, numbered in its order."""
    stands: dict[str, list[int]] = {}
    for number, one in enumerate(found.nominees, 1):
        for key in one.keys:
            stands.setdefault(key, []).append(number)
    folded = {word: name for word, (_code, name) in agency_words(workspace).items()}
    names = {**agency_names(workspace), **folded}
    return [_listed(number, one, stands, names) for number, one in enumerate(found.nominees, 1)]


def heading(count: int) -> str:
    """How many are on it."""
    if not count:
        return _("Nobody and no place is nominated")
    return ngettext("%(n)d nomination", "%(n)d nominations", count) % {"n": count}


def of_which(found: NominationList) -> list[str]:
    """How many of the list are people, pairs and places; where it has several kinds."""
    counts = Counter(one.unit for one in found.nominees)
    told = {
        "person": ngettext("%(n)d person", "%(n)d people", counts["person"]),
        "pair": ngettext("%(n)d pair of people", "%(n)d pairs of people", counts["pair"]),
        "place": ngettext("%(n)d place", "%(n)d places", counts["place"]),
    }
    kinds = [words % {"n": counts[unit]} for unit, words in told.items() if counts[unit]]
    return kinds if len(kinds) > 1 else []


def _listed(
    number: int, one: Nominee, stands: Mapping[str, Sequence[int]], names: Mapping[str, str]
) -> Listed:
    unit = {"person": _("Person"), "pair": _("Pair"), "place": _("Place")}.get(one.unit, one.unit)
    return Listed(
        number,
        unit,
        [_why(why.title, why.events, why.first, why.last, certain=why.certain) for why in one.reasons],
        [f"{name} ({events})" if events > 1 else name for _code, name, events in one.wards],
        f"{one.point[1]:.5f}, {one.point[0]:.5f}" if one.point else "",
        max(why.last for why in one.reasons),
        [_of_key(place, key, one, number, stands, names) for place, key in enumerate(one.keys)],
        one.records[0] if one.records else None,
    )


def _why(title: str, events: int, first: dt.date, last: dt.date, *, certain: bool) -> Why:
    words = ngettext("%(n)d time", "%(n)d times", events) % {"n": events}
    return Why(title.partition(":")[0], f"{words}, {_days(first, last)}", certain)


def _days(first: dt.date, last: dt.date) -> str:
    """From the first day to the last, the year once where it is the same."""
    if first == last:
        return day(first)
    return (
        f"{first.day} {first:%B} – {day(last)}" if first.year == last.year else f"{day(first)} – {day(last)}"
    )


def _of_key(
    place: int,
    key: str,
    one: Nominee,
    number: int,
    stands: Mapping[str, Sequence[int]],
    names: Mapping[str, str],
) -> OfKey:
    which = ""
    if len(one.keys) > 1:
        which = (_("First of the two"), _("Second of the two"))[min(place, 1)]
    return OfKey(
        "" if one.point else key,  # which is the point once more
        which,
        [other for other in stands[key] if other != number],
        _by_agency(((known.agency, _known(known)) for known in one.knows if known.key == key), names),
        _by_agency(_doing([done for done in one.does if done.key == key]), names),
    )


def _by_agency(told: Iterable[tuple[str, str]], names: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for agency, words in told:
        found.setdefault(names.get(agency, names.get(agency.casefold(), agency)), []).append(words)
    return sorted(found.items())


def _known(known: Known) -> str:
    """What one agency's records say: a part or a kind, how often, and when last."""
    words = known.role if known.what in _PLAIN else known.what
    if known.what not in _PLAIN and known.role not in {_PLACE, known.what}:
        words = _("%(what)s, as %(role)s") % {"what": known.what, "role": known.role}
    told = {"what": _plain(words), "n": known.records, "day": day(known.last)}
    return ngettext("%(what)s: once, on %(day)s", "%(what)s: %(n)d, last %(day)s", known.records) % told


def _doing(done: Sequence[Doing]) -> list[tuple[str, str]]:
    """What agencies do: the same again is told once, with how often and the last day."""
    alike: dict[tuple[str, str, str], list[Doing]] = {}
    for one in done:
        alike.setdefault((one.agency, one.kind, one.what), []).append(one)
    kinds = {"spell": _("open"), "order": _("in force"), "response": ""}
    told = []
    for (agency, kind, what), some in alike.items():
        last = max(some, key=lambda one: one.since)
        words = {"what": _plain(what), "n": len(some), "day": day(last.since)}
        if kind == "spell":
            sentence = _("%(what)s: since %(day)s") % words
        else:
            sentence = (
                ngettext("%(what)s: once, on %(day)s", "%(what)s: %(n)d, last %(day)s", len(some)) % words
            )
        if last.until:
            sentence = _("%(done)s, until %(day)s") % {"done": sentence, "day": day(last.until)}
        if kinds.get(kind, ""):
            sentence = _("%(done)s (%(state)s)") % {"done": sentence, "state": kinds[kind]}
        told.append((agency, sentence))
    return told


def _plain(words: str) -> str:
    return words.replace("_", " ").replace("-", " ")
