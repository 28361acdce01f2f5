"""A definition in the reader's language. The catalogue marks its words; here they are translated."""

from __future__ import annotations

import functools
from dataclasses import replace

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from joinedup.measures.definition import Measure


def marked(words: str) -> str:
    """The words themselves, seen by the tool that collects them for translators (it looks for ``_``)."""
    return words


def language() -> str | None:
    """The reader's language; None where nobody has set Django up, so that words stay as they are written."""
    return get_language() if settings.configured and apps.ready else None


@functools.cache
def in_language(measure: Measure, spoken: str | None) -> Measure:
    """The same definition with its words in the language now spoken; names, codes and SQL stay.

    ``spoken`` is what ``language`` says: each definition is translated once for each.
    """
    if spoken is None:
        return measure
    return replace(
        measure,
        title=_(measure.title),
        noun=_(measure.noun),
        meaning=_(measure.meaning),
        unit=_(measure.unit),
        theme=_(measure.theme),
        caveats=tuple(_(caveat) for caveat in measure.caveats),
        breaks=tuple(replace(broken, sentence=_(broken.sentence)) for broken in measure.breaks),
        breakdowns={
            name: {value: _(label) for value, label in labels.items()}
            for name, labels in measure.breakdowns.items()
        },
    )
