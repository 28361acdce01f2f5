"""What a request is about, and the tables of an answer: questions of Intelligence, kept as their parameters.

Nothing of an answer is kept: whoever opens such a question is released what they may see at that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext as _

from joinedup.accounts import user_named
from joinedup.errors import BadInput
from joinedup.hub.information.seeing import may_see_measure
from joinedup.hub.intelligence.choices import read
from joinedup.hub.intelligence.doors import Doors
from joinedup.release import measure_known
from joinedup.terms import Period, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

LONGEST = 500
_WITHOUT_A_LOOK = ("measure", "within", "from", "to")
"""What is kept of a question about a measure of which this person may see no figure now."""


@dataclass(frozen=True)
class About:
    """The measure and the address (parameters) of a question; both empty where there is none."""

    measure: str = ""
    address: str = ""


@dataclass(frozen=True)
class Shown:
    """A question as somebody may read it: its words, and where it is asked (empty: not by them)."""

    words: str
    link: str


def parameters_of(address: str) -> dict[str, str]:
    """The parameters of an address: of a whole one, its path, or what stands behind the question mark.

    There are none in what is no address.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return {}
    query = parts.query or ("" if parts.scheme or parts.path.startswith("/") else address.strip())
    return dict(parse_qsl(query))


def read_about(workspace: Workspace, viewer: Viewer, parameters: Mapping[str, str]) -> About:
    """What a request is about. Raises NotFound where the measure does not exist for this person, and BadInput
    for an area or month that cannot be read."""
    name = parameters.get("measure", "")
    if not name:
        return About()
    measure_known(workspace, viewer, name)
    choices = Doors(workspace, viewer, asked_for=parameters.get("purpose", "")).choices
    if choices.measure(name) is not None and choices.levels:
        return _fitting(name, read(parameters, choices).question.query_string())
    within = parameters.get("within", "")
    if within and within not in choices.places:
        raise BadInput(_("That area is not known here"), next_step=_("See: joinedup places areas"))
    _period(parameters)
    kept = {key: parameters[key] for key in _WITHOUT_A_LOOK if parameters.get(key)}
    return _fitting(name, urlencode(kept))


def read_tables(
    workspace: Workspace, viewer: Viewer, asker: str, addresses: list[str]
) -> tuple[list[tuple[str, str]], list[str]]:
    """The tables of an answer, as pairs of measure and address, and sentences about what was fitted.

    Each is read with what whoever asked may choose now: a table that they could not be shown is refused, one
    that comes only in another period or shape takes the nearest. The answerer's own view plays no part, but
    the measure has to exist for them.
    """
    theirs = user_named(asker).viewer()
    tables, said = [], []
    for number, address in enumerate(addresses, start=1):
        parameters = parameters_of(address)
        where = _("table {n}").format(n=number)
        if not parameters.get("measure"):
            raise BadInput(
                _("That is no address of a question of Intelligence"),
                where=where,
                next_step=_("Ask the question in Intelligence and copy the address of the page"),
            )
        name = measure_known(workspace, viewer, parameters["measure"]).name
        choices = Doors(workspace, theirs, asked_for=parameters.get("purpose", "")).choices
        if choices.measure(name) is None or not choices.levels:
            raise BadInput(
                _("No table of that measure can be shown to whoever asked"),
                where=where,
                next_step=_("Say it in words, or point to a table that their role may see"),
            )
        reading = read(parameters, choices)
        tables.append((name, _fitting(name, reading.question.query_string()).address))
        said += [f"{where}: {sentence}" for sentence in reading.corrections]
    return tables, said


def shown(workspace: Workspace, viewer: Viewer, measure: str, address: str) -> Shown | None:
    """A question in words for this person; None where there is none."""
    if not address:
        return None
    if not may_see_measure(workspace, viewer, measure):
        return Shown(_("something that is not shown to you"), "")
    choices = Doors(workspace, viewer, asked_for=parameters_of(address).get("purpose", "")).choices
    title = measure_known(workspace, viewer, measure).title
    parameters = parameters_of(address)
    words = [title, choices.name_of(parameters.get("within", ""))]
    if (period := _period(parameters)) is not None:
        words.append(period.words)
    link = f"/intelligence/?{address}" if choices.measure(measure) is not None else ""
    return Shown(", ".join(words), link)


def _period(parameters: Mapping[str, str]) -> Period | None:
    """From the one end to the other, one end alone, or None; BadInput for what is no period."""
    ends = [parameters[end] for end in ("from", "to") if parameters.get(end)]
    return Period.parse(f"{ends[0]}..{ends[-1]}") if ends else None


def _fitting(measure: str, address: str) -> About:
    if len(address) > LONGEST:
        raise BadInput(_("That question of Intelligence is too long to be kept"))
    return About(measure, address)
