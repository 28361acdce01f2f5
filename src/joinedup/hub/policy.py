"""The content security policy: what a page may load, run and send."""

from __future__ import annotations

import re

_ORIGIN = re.compile(r"(?:pmtiles://)?(https?://[a-z0-9.-]+(?::\d{1,5})?)(?:/\S*)?", re.IGNORECASE)


def content_security_policy(map_tiles: str = "") -> str:
    """Only what we serve ourselves, and the map tiles' origin where the settings name one.

    No ``unsafe-inline`` and no ``unsafe-eval``: MapLibre and Vega set styles through the object model, Vega
    runs its interpreter. A tile address that is not a plain http(s) URL opens nothing.
    """
    named = _ORIGIN.fullmatch(map_tiles.strip())
    tiles = f" {named[1].lower()}" if named else ""
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "worker-src": "'self'",
        "img-src": f"'self' data: blob:{tiles}",
        "connect-src": f"'self'{tiles}",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
