"""The catalogue's words: marked for translators, and readable where nothing is set up."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from joinedup.measures import catalogue, registry

THEMES = Path(registry.__file__).with_name("catalogue")


def test_the_catalogue_can_be_read_without_a_workspace():
    """A definition is text: no settings, no database."""
    script = "from joinedup.measures import catalogue; print(catalogue()['recorded-crime'].title)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Recorded crime"


def test_every_word_of_a_definition_is_marked_for_translators():
    """What xgettext finds in the theme files holds every title, noun, meaning, unit, caveat and break."""
    marked = set()
    for file in THEMES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                marked.add(ast.literal_eval(node.args[0]))
    for measure in catalogue().values():
        words = [measure.title, measure.noun, measure.meaning, measure.unit, measure.theme, *measure.caveats]
        words += [broken.sentence for broken in measure.breaks]
        assert set(words) <= marked, measure.name
