"""Invented people of the demonstration, and what really happened to them. The door is ``simulate``.

Its truth is for the exporters of ``joinedup.demo`` and for evaluation; no room of the product reads it.
"""

from joinedup.demo.people.simulation import simulate

__all__ = ["simulate"]
