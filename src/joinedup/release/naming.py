"""What a register that everybody reads may name, and which of its lines exist for somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound
from joinedup.release import matters
from joinedup.release.existing import measure_known
from joinedup.terms import Form, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.partnership.keeping import Where
    from joinedup.workspace import Workspace


def require_counts(measure: Measure) -> None:
    """Raise BadInput for a measure whose counts of months of a place cannot be added up."""
    if Form.COUNT not in measure.forms or not (measure.additive_over_areas and measure.additive_over_time):
        raise BadInput(
            _("Only counts that add up over areas and months are read so"),
            where=f"measure {measure.name}",
        )


def require_nameable(workspace: Workspace, viewer: Viewer, name: str, where: Where, *, of: str) -> None:
    """Raise unless a register may name this measure, narrowed so: it exists for who enters it, adds up over
    areas and months, has these breakdowns, and no source of it is restricted, as everybody reads it.
    """
    measure = measure_known(workspace, viewer, name)
    if any(one.is_restricted for one in matters.known(workspace).of_measure(measure)):
        raise BadInput(
            _("Everybody reads this register, so it names no measure of restricted data"), where=of
        )
    require_counts(measure)
    for breakdown, value in where:
        values = measure.breakdowns.get(breakdown)
        if values is None or value not in values:
            raise BadInput(
                _("The measure has no such breakdown, or no such value of it"),
                where=f"{of}: {breakdown}={value}",
                next_step=_("See: joinedup measures show {name}").format(name=name),
            )


def all_exist(workspace: Workspace, viewer: Viewer, names: Iterable[str]) -> bool:
    """Whether every measure that a line names exists for this person; what became restricted does not."""
    try:
        for name in names:
            measure_known(workspace, viewer, name)
    except NotFound:
        return False
    return True
