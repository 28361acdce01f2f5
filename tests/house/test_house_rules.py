"""Rules of the whole house that no single room can test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from joinedup.cli import discovery, main

ROOT = Path(__file__).parents[2]
FLOORS = {
    "accounts": 2,
    "log": 2,
    "records": 3,
    "places": 3,
    "feeds": 4,
    "measures": 4,
    "partnership": 4,
    "people": 4,
    "release": 5,
    "hub": 7,
}
COMMAND_LINE = ROOT / "docs" / "command-line.md"


def _links():
    """Every foreign key or relation of our models: who points to whom."""
    from django.apps import apps

    for config in apps.get_app_configs():
        if not config.name.startswith("joinedup."):
            continue
        for model in config.get_models():
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model is not None:
                    yield config.label, f"{model.__name__}.{field.name}", field.related_model._meta.app_label


def test_no_foreign_key_points_upwards_or_sideways(workspace):
    links = list(_links())
    assert links
    for room, field, target in links:
        assert room in FLOORS, f"{room} stands on no floor"
        assert target == room or FLOORS[target] < FLOORS[room], f"{room}: {field} points to {target}"


def test_every_room_with_models_has_all_its_migrations(workspace):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("verb", discovery.verbs())
def test_every_verb_explains_itself_in_the_help_and_in_the_documentation(verb):
    summary = discovery.summary(verb)
    assert summary.endswith("."), f"the first line of {verb}'s docstring is its help"
    assert len(summary) < 120
    text = COMMAND_LINE.read_text(encoding="utf-8")
    assert f"## `joinedup {verb}`" in text
    command = discovery.command(verb)
    assert command is not None
    assert command.name == verb


def test_the_documentation_names_no_verb_that_there_is_not():
    text = COMMAND_LINE.read_text(encoding="utf-8")
    assert set(re.findall(r"^## `joinedup ([a-z0-9-]+)`", text, re.MULTILINE)) == set(discovery.verbs())


@pytest.mark.parametrize("verb", discovery.verbs())
def test_every_example_in_the_documentation_names_what_the_verb_knows(verb):
    """Subcommands and options of the examples are those that the verb has."""
    text = COMMAND_LINE.read_text(encoding="utf-8")
    root = discovery.command(verb)
    for line in re.findall(rf"^    joinedup {verb}(?!\S)(.*)$", text, re.MULTILINE):
        words = line.split()
        command = root
        if hasattr(root, "commands") and words and words[0] in root.commands:
            command = root.commands[words[0]]
        known = {option for each in (root, command) for parameter in each.params for option in parameter.opts}
        for option in re.findall(r"(?<!\S)--[a-z-]+", line):
            assert option in known | {"--help"} | _second_names(command), f"{verb}: {option}"


def _second_names(command):
    return {option for parameter in command.params for option in parameter.secondary_opts}


def test_every_python_example_uses_what_there_is():
    import joinedup
    from joinedup.api import Partnership

    text = COMMAND_LINE.read_text(encoding="utf-8")
    verbs = set(re.findall(r"partnership\.(\w+)\(", text))
    assert verbs
    assert all(hasattr(Partnership, verb) for verb in verbs)
    assert callable(joinedup.open)


def test_the_help_of_the_whole_command_imports_no_verb():
    import subprocess
    import sys

    script = (
        "import sys; from joinedup.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'duckdb', 'pyarrow', 'numpy'} & set(sys.modules)\n"
        "verbs = [name for name in sys.modules if name.startswith('joinedup.cli.verbs.')]\n"
        "assert not heavy and not verbs, (heavy, verbs)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert main.name
