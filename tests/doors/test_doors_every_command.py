"""Every command that reads, as different people: in a file of its own, to run beside the addresses."""

from __future__ import annotations

import pytest
from doors_table import COMMANDS
from test_doors_every_door import READERS, asked_everywhere, command_says

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("agency", ["helpline", "council", "hospital"])
def test_every_command_that_reads_answers_each_person_as_the_rules_say(shell, agency):
    wrong = []
    for person in [(agency, role) for role in READERS[agency]]:
        for name, door in COMMANDS.items():
            for words in door.asks:
                line = f"{name} {words}".strip()
                wrong += list(asked_everywhere(shell, person, name, door.shows, line, command_says))
    assert not wrong, "\n".join(wrong)
