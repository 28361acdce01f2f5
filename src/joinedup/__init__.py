"""joinedup: one shared, honest picture for a community safety partnership."""

__version__ = "0.1.0"

__all__ = ["__version__"]
