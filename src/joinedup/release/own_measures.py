"""Whether a measure of the partnership's own fits what it rests on, and adding one.

Its file is checked where definitions are; here it is held against the contracts of its source: it is as
closed as these are, and of closed data it reads what a measure may and no more (docs/decisions/0029).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import KEEPERS
from joinedup.errors import BadInput, NotPermitted
from joinedup.release import matters
from joinedup.release.decision import Access, Decision
from joinedup.release.sources import contracts_state, strictest
from joinedup.terms import AreaLevel, Role, Sensitivity, Viewer
from joinedup.wrongs import raise_all

if TYPE_CHECKING:
    from joinedup.feeds import Contract
    from joinedup.measures import Measure
    from joinedup.measures.own import OwnMeasure
    from joinedup.measures.own.fields import Use
    from joinedup.workspace import Workspace

_REFERENCE = re.compile(r"(.+_)?ref")
_kept: dict[tuple[str, str, int], tuple[object, tuple[str, ...]]] = {}


def faults(workspace: Workspace, measure: Measure) -> tuple[str, ...]:
    """Why an own measure does not fit the contracts as they stand, in sentences; none where it does."""
    place = (str(workspace.folder), measure.name, measure.version)
    state = (contracts_state(workspace), measure)
    kept = _kept.get(place)
    if kept is None or kept[0] != state:
        kept = _kept[place] = (state, tuple(_faults(workspace, measure)))
    return kept[1]


def held_back(workspace: Workspace, measure: Measure, decision: Decision) -> Decision:
    """The decision about a measure. An own one of closed data is shown whole or not at all, and of one that
    does not fit nothing is shown to those who would see it, with the sentence that says why."""
    if not measure.own or not decision.allowed:
        return decision
    if decision.protected:
        sentence = _(
            "This is a measure of the partnership's own, on closed data, which is shown whole or not at all: "
            "ask for one that joinedup comes with, or ask an analyst of the partnership."
        )
        return Decision(Access.NONE, sentence, "own-measure-whole", owners=decision.owners)
    found = faults(workspace, measure)
    if not found:
        return decision
    sentence = _("This measure of the partnership's own does not fit its source's contracts: %(why)s.")
    return Decision(Access.NONE, sentence % {"why": found[0]}, "own-measure", owners=decision.owners)


def demanded(workspace: Workspace, source: str) -> Sensitivity:
    """How closed a source is, by the strictest that speaks of it."""
    return strictest([one.sensitivity for one in matters.known(workspace).of_source(source)])


def check(workspace: Workspace, viewer: Viewer, file: Path) -> OwnMeasure:
    """Read a file and check it as one that is in force is. Raises BadInput with all that is wrong with it.

    For those who keep contracts: what is wrong may tell of a source that does not exist for others.
    """
    if viewer.role not in KEEPERS:
        raise NotPermitted(
            _("Measures are checked by those who keep the contracts that they rest on."),
            next_step=_("Ask an analyst of the partnership"),
        )
    return _checked(workspace, file)


def _checked(workspace: Workspace, file: Path) -> OwnMeasure:
    from joinedup.measures import words_taken
    from joinedup.measures.own import read_file
    from joinedup.measures.own.binding import require_types

    own = read_file(file, words_taken())
    raise_all(
        BadInput(what, where=f"{own.file}, line {line}")
        for what, line in _with_lines(own, _faults(workspace, own.measure))
    )
    require_types(workspace, own)
    return own


def waits(own: OwnMeasure) -> str:
    """What is still to be done before this is in force; nothing where it is."""
    from joinedup.measures.own import ledger

    found = ledger.refusal(own, ledger.latest().get(own.measure.name))
    return found.sentence() if found else ""


def out_of_force(workspace: Workspace, viewer: Viewer) -> list[str]:
    """A sentence on each file of the folder that is not in force, and on each measure that is and does not
    fit its source; for those who keep the files, and nobody else."""
    from joinedup.measures import own_measures

    if viewer.role not in KEEPERS:
        return []
    return [one.error.sentence() for one in own_measures(workspace).broken] + unfit(workspace)


def unfit(workspace: Workspace) -> list[str]:
    """A sentence on each measure that is in force and does not fit its source's contracts."""
    from joinedup.measures import own_measures
    from joinedup.measures.own.lines import at

    return [
        at(one.file, line, what, _("Until it is mended nothing of it is shown")).sentence()
        for one in own_measures(workspace).measures.values()
        for what, line in _with_lines(one, iter(faults(workspace, one.measure)))
    ]


def add(workspace: Workspace, viewer: Viewer, file: Path) -> OwnMeasure:
    """Check a file, keep it in the workspace, and enter its version: from now on it is in force.

    Raises NotPermitted for anybody but an analyst, and BadInput where it is wrong or no next version.
    """
    from django.db import IntegrityError, transaction
    from django.utils.timezone import now as moment

    from joinedup import durable
    from joinedup.log import record_act
    from joinedup.measures.own import ledger

    if viewer.role is not Role.ANALYST:
        raise NotPermitted(
            _("Measures are added by analysts: they answer for what a figure means."),
            next_step=_("Ask an analyst of the partnership"),
        )
    own = _checked(workspace, file)
    name, version = own.measure.name, own.measure.version
    ledger.require_next(own, ledger.latest().get(name))
    target = workspace.measures_folder / f"{name}.toml"
    try:
        with transaction.atomic():
            ledger.enter(own, viewer.username, moment())
            record_act(
                "administration",
                by=viewer,
                purpose=None,
                what=f"added the measure {name}, version {version}",
                reason=own.says,
                detail={
                    "measure": name,
                    "version": version,
                    "sources": list(own.measure.sources),
                    "fingerprint": own.fingerprint,
                },
            )
            if not (target.is_file() and target.samefile(file)):
                durable.write_text(target, own.text)
    except IntegrityError as error:
        raise BadInput("Somebody added this version just now", where=own.file) from error
    return own


def _faults(workspace: Workspace, measure: Measure) -> Iterator[str]:
    from joinedup.measures.own.fields import misuses

    (source,) = measure.sources
    known = matters.known(workspace)
    if not any(one.source == source for one in known.matters):
        there = ", ".join(sorted({one.source for one in known.matters if not one.is_restricted}))
        yield _("There is no feed of the source %(source)s; there are: %(there)s") % {
            "source": source,
            "there": there,
        }
        return
    asked = demanded(workspace, source)
    if strictest([measure.sensitivity, asked]) is not measure.sensitivity:
        yield _("The sensitivity is %(said)s, and its source is %(asked)s") % {
            "said": measure.sensitivity.value,
            "asked": asked.value,
        }
    limited = asked is not Sensitivity.OPEN
    uses = _uses(workspace, measure)
    yield from misuses(measure.select(), uses, limited)
    if limited:
        yield from _of_breakdowns(measure, uses)


def _of_breakdowns(measure: Measure, uses: dict[str, Use]) -> Iterator[str]:
    from joinedup.measures.own.fields import Use

    for name, labels in measure.breakdowns.items():
        if not labels:
            yield _("In breakdowns, %(name)s names no values: of closed data only those named are shown") % {
                "name": name
            }
        if uses.get(name, Use.FREE) is not Use.FREE:
            yield _("In breakdowns, %(name)s is the name of a field that is not shown") % {"name": name}


def _with_lines(own: OwnMeasure, found: Iterator[str]) -> Iterator[tuple[str, int]]:
    from joinedup.measures.own.lines import line_of

    for what in found:
        key = "sql"
        for word, of_it in (
            ("The sensitivity", "sensitivity"),
            ("the source", "source"),
            ("In b", "breakdowns"),
        ):
            if what.startswith(word) or (word == "the source" and "no feed of the source" in what):
                key = of_it if "has the field" not in what else "sql"
        yield what, line_of(own.text, key)


def _uses(workspace: Workspace, measure: Measure) -> dict[str, Use]:
    """Every name that the views of a measure have, and what may be done with it."""
    from joinedup import places
    from joinedup.feeds import contracts
    from joinedup.measures.own.fields import ENVELOPE, Use

    order = list(Use)
    uses: dict[str, Use] = dict(ENVELOPE)
    levels = {one.value for one in AreaLevel} - {AreaLevel.ALL.value, AreaLevel.PARTNERSHIP.value}
    loaded = {f"{one.level}_{one.vintage}" for one in places.catalogue(workspace) if one.kind == "boundaries"}
    uses |= dict.fromkeys(levels | loaded, Use.FREE)
    uses |= dict.fromkeys(("easting", "northing"), Use.SHUT)
    for contract in contracts(workspace).values():
        if contract.source not in measure.sources or contract.record_type not in measure.record_types:
            continue
        for name, use in _of_contract(contract):
            uses[name] = max(use, uses.get(name, Use.FREE), key=order.index)
    return uses


def _of_contract(contract: Contract) -> Iterator[tuple[str, Use]]:
    from joinedup.feeds.contract import Kind, Personal
    from joinedup.measures.own.fields import Use

    columns = {column.field: column for column in contract.columns if column.field}
    for name in contract.field_names():
        column = columns.get(name)
        if _REFERENCE.fullmatch(name):
            yield name, Use.JOINING
        elif column is None or column.personal is Personal.NO or column.kind in {Kind.CODE, Kind.BOOLEAN}:
            yield name, Use.FREE
        else:
            counted = column.kind in {Kind.INTEGER, Kind.NUMBER}
            yield name, Use.COMPARED if counted else Use.SHUT
