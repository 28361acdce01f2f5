"""A small invented partnership to ask about: two districts, a measure, 27 months."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from joinedup.hub.intelligence.choices import Choices, Place
from joinedup.hub.intelligence.question import Question
from joinedup.terms import AreaLevel, Form, Period
from joinedup.workspace import Workspace


@pytest.fixture(scope="session")
def words(tmp_path_factory) -> None:
    """Django made ready once, so that sentences can be written."""
    Workspace.create(tmp_path_factory.mktemp("words") / "workspace", partnership="Testshire").close()


@pytest.fixture
def measure() -> SimpleNamespace:
    """What the page needs of a measure."""
    return SimpleNamespace(
        name="fires",
        version=1,
        title="Deliberate fires",
        noun="deliberate fires",
        unit="fires",
        meaning="Fires that somebody set.",
        sources=("fire-service",),
        forms=(Form.COUNT, Form.RATE, Form.CHANGE),
        breakdowns={"type": {"bin": "Bin", "car": "Car"}},
        caveats=(),
        own=False,
    )


@pytest.fixture
def choices(words, measure) -> Choices:
    """What can be asked."""
    other = SimpleNamespace(**{**vars(measure), "name": "stops", "forms": (Form.COUNT,), "breakdowns": {}})
    listed = [
        Place(AreaLevel.DISTRICT, "D1", "Northby"),
        Place(AreaLevel.DISTRICT, "D2", "Southby"),
        Place(AreaLevel.WARD, "W1", "Abbey", {"district": "D1"}),
        Place(AreaLevel.WARD, "W2", "Bridge", {"district": "D1"}),
        Place(AreaLevel.LSOA, "L1", "Northby 001A", {"district": "D1", "ward": "W1"}),
    ]
    covered = Period.parse("2023-01..2025-03")
    return Choices(
        partnership="Testshire",
        measures=(measure, other),
        covered={"fires": covered, "stops": covered},
        levels=(AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.LSOA, AreaLevel.SQUARE),
        places={place.code: place for place in listed},
    )


@pytest.fixture
def question() -> Question:
    """The usual question."""
    return Question(Form.RATE, "fires", AreaLevel.WARD, Period.parse("2024-04..2025-03"), within="D1")
