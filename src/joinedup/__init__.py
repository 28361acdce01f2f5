"""joinedup: one shared, honest picture for a community safety partnership."""

from typing import Any

__version__ = "0.1.0"

__all__ = ["__version__"]


def __getattr__(name: str) -> Any:
    """``joinedup.open`` comes from the top floor, and only when it is asked for."""
    if name == "open":
        import importlib

        return importlib.import_module("joinedup.api").open
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
