"""Which items of OWASP's Application Security Verification Standard 5.0 the tests hold true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TESTED: dict[str, list[str]] = {}
"""Item number to the tests for it; filled when the test modules are imported."""


def asvs(*items: str) -> Callable[[Any], Any]:
    """Says which items a test is for."""

    def note(test: Any) -> Any:
        for item in items:
            TESTED.setdefault(item, []).append(test.__name__)
        return test

    return note
