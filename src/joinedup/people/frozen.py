"""The models that are frozen with the product: each is a dated file, and the latest is the one in use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from joinedup.people.model import Model, read_model

_FOLDER = Path(__file__).with_name("models")


@cache
def standing_model() -> Model:
    """The latest frozen model."""
    return read_model(max(_FOLDER.glob("*.json")))
