"""Repeat callers about anti-social behaviour: in the period or a window, with requested calls or without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from joinedup.measures.repeats.definitions import Clock, Repeat, Unit, Window
from joinedup.measures.repeats.shared_parts import ANONYMOUS, CALLERS, OUR_SAME, TOLD_TO_SEVERAL

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REPEAT_CALLER = Repeat(
    name="repeat-caller",
    version=1,
    title=_("Repeat caller: three or more in the period"),
    meaning=_("People who called three times or more about anti-social behaviour in the whole period."),
    origin=_("A partnership's report on its hotline, April 2011 to February 2012: 3 calls or more."),
    unit=Unit.PERSON,
    parts=CALLERS,
    roles=("caller",),
    window=Window(Clock.PERIOD),
    threshold=3,
    same_incident=TOLD_TO_SEVERAL,
    caveats=(
        ANONYMOUS,
        OUR_SAME,
        _("Calls made at an officer's request are in it; where nobody said whether one was, it counts."),
    ),
)
REPEAT_CALLER_JAG = replace(
    REPEAT_CALLER,
    name="repeat-caller-jag",
    title=_("Repeat caller: three or more within two months"),
    meaning=_("People who called three times or more within any two months of the period."),
    origin=_(
        "A partnership's criterion of its joint action groups: 3 calls or more within the JAG "
        "period, usually two months."
    ),
    window=Window(Clock.ROLLING, 2),
)
CASE_REVIEW = replace(
    REPEAT_CALLER,
    name="repeat-caller-case-review",
    title=_("Repeat caller: three or more within six months"),
    meaning=_("People who reported three times or more within any six months of the period."),
    origin=_("Cleveland Police and Crime Commissioner, threshold of the ASB case review for one person."),
    window=Window(Clock.ROLLING, 6),
    caveats=(*REPEAT_CALLER.caveats, _("That five reports by several people qualify too is not in it.")),
)


def _unrequested(definition: Repeat, title: _StrPromise) -> Repeat:
    """The same without calls that were made at an officer's request."""
    return replace(
        definition,
        name=f"{definition.name}-unrequested",
        title=title,
        requested=False,
        caveats=(ANONYMOUS, OUR_SAME, _("Calls of which nobody said whether they were requested count.")),
    )


UNREQUESTED = _unrequested(
    REPEAT_CALLER, _("Repeat caller: three or more in the period, without requested calls")
)
UNREQUESTED_JAG = _unrequested(
    REPEAT_CALLER_JAG, _("Repeat caller: three or more within two months, without requested calls")
)
