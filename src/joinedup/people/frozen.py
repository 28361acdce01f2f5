"""The models that are frozen with the product: each is a dated file, and the latest is the one in use."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from joinedup.people.model import Model, read_model

_FOLDER = Path(__file__).with_name("models")


@cache
def standing_model() -> Model | None:
    """The latest frozen model; None where there is none, so that one is learnt from what is linked."""
    found = sorted(_FOLDER.glob("*.json"))
    return read_model(found[-1]) if found else None
