"""What each figure means: definition, unit, source, SQL, caveats."""

from __future__ import annotations

import textwrap

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from joinedup.hub import served
from joinedup.hub.context import viewer_of
from joinedup.measures.history import history
from joinedup.release import available
from joinedup.terms import Form


def form_words(form: Form) -> str:
    """What a form of a measure is called."""
    words = {
        Form.COUNT: _("count"),
        Form.RATE: _("rate per 1,000 residents"),
        Form.SHARE: _("share"),
        Form.CHANGE: _("change on the period before"),
        Form.YEAR_TO_DATE: _("year to date, against the same months before"),
        Form.ROLLING_12: _("rolling 12 months"),
    }
    return words[form]


@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure this person may see, in the order of the catalogue."""
    found = available(served.workspace(), viewer_of(request))
    return render(request, "hub/measures.html", {"measures": found})


@require_safe
def measure(request: HttpRequest, name: str) -> HttpResponse:
    """One measure, in full."""
    found = next((m for m in available(served.workspace(), viewer_of(request)) if m.name == name), None)
    if found is None:
        raise Http404
    context = {
        "measure": found,
        "forms": [form_words(form) for form in found.forms],
        "sql": textwrap.dedent(found.sql).strip(),
        "breakdowns": [(breakdown, list(labels.items())) for breakdown, labels in found.breakdowns.items()],
        "changes": history(found),
        "positive": [value.replace("-", " ") for value in found.positive_values],
    }
    return render(request, "hub/measure.html", context)
