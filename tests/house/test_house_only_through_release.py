"""Hub and documents show data only through release: neither computes a figure nor reads records itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import joinedup

HOUSE = Path(joinedup.__file__).parent
MODULES = [path for room in ("hub", "documents") for path in sorted((HOUSE / room).rglob("*.py"))]
COMPUTING = {"figure", "compute", "explain", "engine", "movement", "plan", "views", "computing", "tallies"}
"""What the room of measures computes with; its definitions, questions and constants are for everybody."""


def ways_round(source: str) -> Iterator[str]:
    """Every place where a module's source would come by data without release."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("joinedup.measures"):
            named = {alias.name for alias in node.names}
            found = (set((node.module or "").split(".")) | named) & COMPUTING | named & {"quality"}
            yield from (f"line {node.lineno}: {name} of measures" for name in sorted(found))
        elif isinstance(node, ast.ImportFrom) and node.module == "joinedup":
            rooms = {alias.name for alias in node.names} & {"measures", "records"}
            yield from (f"line {node.lineno}: the whole room {room}" for room in sorted(rooms))
        elif isinstance(node, ast.Import):
            rooms = {alias.name for alias in node.names}
            whole = [name for name in rooms if name.startswith(("joinedup.measures", "joinedup.records"))]
            yield from (f"line {node.lineno}: the whole room {name}" for name in whole)
    yield from _readings(ast.parse(source))


def _readings(tree: ast.Module) -> Iterator[str]:
    """Readings of the record book that ask for more than its generation (whether anything has changed)."""
    lawful = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.With):
            for item in node.items:
                named = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
                if named and _is_reading(item.context_expr) and _asked_of(named, node) <= {"generation"}:
                    lawful.add(id(item.context_expr))
    for node in ast.walk(tree):
        if _is_reading(node) and id(node) not in lawful:
            yield f"line {getattr(node, 'lineno', 0)}: reads the record book"


def _is_reading(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reading"


def _asked_of(name: str, body: ast.With) -> set[str]:
    uses = [node for node in ast.walk(body) if isinstance(node, ast.Name) and node.id == name]
    asked = [
        node.attr
        for node in ast.walk(body)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    ]
    bare = len(uses) - len(asked) - 1  # once it is named after "as"
    return set(asked) | ({"handed on"} if bare else set())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_page_or_document_comes_by_data_through_release_only(module):
    assert list(ways_round(module.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from joinedup.measures import figure",
        "from joinedup.measures import FigureQuery, compute as count",
        "from joinedup.measures.engine import anything",
        "def page():\n    from joinedup.measures import explain",
        "from joinedup.measures.quality import QualityRow, quality",
        "from joinedup import measures",
        "import joinedup.records",
        "with RecordBook(workspace).reading() as reader:\n    reader.connection()",
        "with RecordBook(workspace).reading() as reader:\n    show(reader)",
        "book = RecordBook(workspace)\nreader = book.reading(None)",
    ],
)
def test_each_way_round_release_would_be_found(source):
    assert list(ways_round(source))


@pytest.mark.parametrize(
    "source",
    [
        "from joinedup.measures import FEW_FOR_A_PERCENTAGE, FigureQuery, Measure, catalogue",
        "with RecordBook(workspace).reading() as reader:\n    changed = reader.generation",
        "from joinedup.release import explain, release",
    ],
)
def test_definitions_and_questions_are_for_everybody(source):
    assert not list(ways_round(source))


WITHOUT_OWN = {
    "release/catalogue/ledger.py": "own measures are never published",
    "release/catalogue/tables.py": "own measures are never published",
    "release/existing.py": "what joinedup comes with first, then what of the own ones exists for who asks",
    "release/asking.py": "documents are of measures that joinedup comes with",
    "release/asking_log.py": "beside it, own measures of any time",
    "documents/writing.py": "the chapters name measures that joinedup comes with",
    "documents/chapters/quality.py": "the chapters name measures that joinedup comes with",
    "release/rhythms.py": "an example of what can be asked is one that everybody may know of",
    "cli/verbs/measures.py": "own ones are listed for those for whom they exist",
}
"""Where the catalogue is asked for without the partnership's own measures, and why."""


def test_the_partnerships_own_measures_are_left_out_only_where_it_is_said_why():
    found = set()
    for room in ("release", "hub", "documents", "cli"):
        for path in sorted((HOUSE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                if named and node.func.id == "catalogue" and not node.args:
                    found.add(path.relative_to(HOUSE).as_posix())
    assert found == set(WITHOUT_OWN)
