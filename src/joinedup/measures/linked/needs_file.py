"""Estimates of need that the partnership supplies: ``needs.toml`` in the workspace, if there is one.

    [opiates-and-crack-2023]
    title = "Adults who use opiates or crack"
    definition = "people-in-treatment"
    groups = ["opiates", "opiates-and-crack", "crack"]
    year = "2023/24"
    estimate = 5200
    low = 4700
    high = 5900
    where = "The four districts, aged 15 to 64"
    source = "The estimate that public health handed in"
    known_on = 2024-11-07

No estimate comes with joinedup, and none is made up: without the file there is no penetration.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, JoinedupError
from joinedup.measures.linked.need import Need
from joinedup.terms import Period
from joinedup.toml_sections import Section, document
from joinedup.workspace import Workspace

FILE = "needs.toml"
_TOLD_IN = "docs/treatment.md"


def needs_of(workspace: Workspace, definition: str) -> list[Need]:
    """Every estimate for this definition, in the order of the file. Raises BadInput for what is wrong in it,
    with the section and key."""
    return [one for one in _read(workspace) if one.definition == definition]


def _read(workspace: Workspace) -> list[Need]:
    content = document(
        workspace.folder / FILE,
        unreadable=_("The estimates of need cannot be read as UTF-8"),
        not_toml=_("The estimates of need are not valid TOML"),
    )
    return [_need(name, one) for name, one in content.items()]


def _need(name: str, content: object) -> Need:
    try:
        section = Section(content, f"[{name}]", told_in=_TOLD_IN)
        found = Need(
            name=name,
            title=section.take("title", str),
            definition=section.take("definition", str),
            groups=section.texts("groups"),
            year=Period.parse(section.take("year", str)),
            estimate=section.take("estimate", int),
            low=section.take("low", int),
            high=section.take("high", int),
            where=section.take("where", str),
            source=section.take("source", str),
            known_on=section.take("known_on", dt.date),
        )
        section.done()
    except JoinedupError as error:
        raise BadInput(
            error.what, where=f"{FILE}, {error.where or name}", next_step=error.next_step
        ) from error
    return found
