"""What every page knows: the partnership, the version, who looks, where they are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

import joinedup
from joinedup.hub import served
from joinedup.hub.attributions import attributions
from joinedup.partnership.retention import DECIDERS
from joinedup.terms import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, for the rooms that decide and log; only for pages that need sign-in."""
    viewer: Viewer = request.user.viewer()
    return viewer


def house(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor: partnership, version, viewer (None before sign-in), section."""
    from joinedup.feeds import forms
    from joinedup.release.watch_lists import watch_lists

    user = getattr(request, "user", None)
    viewer = user.viewer() if user is not None and user.is_authenticated else None
    match = request.resolver_match
    section = (match.namespaces[0] if match.namespaces else match.url_name or "") if match else ""
    settings = served.workspace().settings
    return {
        "partnership": settings.partnership,
        "deliveries_note": settings.deliveries_note,
        "version": joinedup.__version__,
        "viewer": viewer,
        "attributions": attributions() if viewer else [],
        "may_retain": viewer is not None and viewer.role in DECIDERS,
        "may_report": viewer is not None and bool(forms(served.workspace(), viewer)),
        "may_watch": viewer is not None and bool(watch_lists(served.workspace(), viewer)),
        "section": section.split("-")[0],
    }
