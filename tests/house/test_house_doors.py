"""Rooms are entered quickly: what a room gives is imported when it is asked for, and is what it says."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import joinedup

HOUSE = Path(joinedup.__file__).parent
ROOMS = sorted(
    path.parent.relative_to(HOUSE.parent).as_posix().replace("/", ".")
    for path in HOUSE.rglob("__init__.py")
    if "when_asked(" in path.read_text(encoding="utf-8")
)
SLOW = {"numpy", "pandas", "pyarrow", "scipy", "shapely", "splink", "sqlglot"}


def _told_to_the_type_checker(room):
    """Name to the module that gives it, by the imports that only a type checker follows."""
    tree = ast.parse(Path(importlib.import_module(room).__file__).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    return {name.name: node.module for node in block.body for name in node.names}


@pytest.mark.parametrize("room", ROOMS)
def test_every_door_gives_what_the_type_checker_is_told_of_it(room, workspace):
    package = importlib.import_module(room)
    told = _told_to_the_type_checker(room)
    assert sorted(told) == sorted(package.__all__)
    for name, module in told.items():
        assert getattr(package, name) is getattr(importlib.import_module(module), name), name
    assert set(told) <= set(dir(package))
    with pytest.raises(AttributeError, match="no_such_door"):
        package.no_such_door  # noqa: B018 - asking is what is tested


def _alone(program, *arguments):
    """Run a program in a process of its own; what it printed."""
    environment = {**os.environ, "PYTHONPATH": str(HOUSE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_module_with_the_name_of_a_door_does_not_hide_it():
    program = (
        "from joinedup.doors import when_asked\n"
        "import joinedup.places.postcodes\n"
        "from joinedup.places import postcodes\n"
        "import joinedup.places.postcodes\n"
        "from joinedup import places\n"
        "print(callable(postcodes), places.postcodes is postcodes)\n"
    )
    assert _alone(program).split() == ["True", "True"]


def test_opening_a_workspace_loads_no_library_that_is_slow_to_load(workspace):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from joinedup.workspace import Workspace\n"
        "Workspace.open(Path(sys.argv[1])).close()\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    loaded = set(_alone(program, str(workspace.folder)).split())
    assert "django" in loaded
    assert not SLOW & loaded
