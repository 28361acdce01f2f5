"""Every command that reads, as different people: in a file of its own, to run beside the addresses."""

from __future__ import annotations

import pytest
from doors_rules import figures
from doors_table import COMMANDS
from doors_town import MEASURES
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


@pytest.mark.parametrize("agency", ["helpline", "council", "hospital"])
def test_a_report_that_names_a_measure_tells_nobody_more_than_a_figure_does(shell, town, tmp_path, agency):
    """Whoever may not see a measure is told what they are told of a report that names none."""
    from joinedup.measures import measure_named

    file = tmp_path / "report.txt"
    for feed, name in MEASURES.items():
        title = measure_named(name).title
        place = town.settings.partnership
        for person in [(agency, role) for role in READERS[agency]]:
            file.write_text(f"There were 7 cases of {title} in {place} in April 2024.")
            given = shell(person, f"check-report {file}")
            file.write_text(f"There were 7 cases of nothing in {place} in April 2024.")
            plain = shell(person, f"check-report {file}")
            shown = "the records" in given.text.replace("the records were not asked", "")
            allowed = figures(*person, feed) != "none"
            assert shown == allowed, (person, feed, given)
            if not allowed:
                assert given.text == plain.text.replace("of nothing", f"of {title}"), (person, feed)


@pytest.mark.parametrize("agency", ["helpline", "council", "hospital"])
def test_areas_are_compared_for_whoever_may_see_the_figure_and_for_nobody_else(shell, agency):
    """The town's measures have no rates: each person is told what the figure of rates tells them; and the
    same of ranking them by deprivation, and of laying two sources side by side."""
    for feed, name in MEASURES.items():
        for person in [(agency, role) for role in READERS[agency]]:
            given = shell(person, f"compare {name} --period 2024-04")
            rates = shell(person, f"figure {name} --form rate --area-level ward --period 2024-04")
            ranked = shell(person, f"by-deprivation {name} --area-level ward --period 2024-04")
            plain = shell(person, f"figure {name} --period 2024-Q2")
            assert given.status != 0 and given.text == rates.text, (person, feed, given, rates)
            assert ranked == given, (person, feed, ranked, given)
            assert (given.text == plain.text) == (figures(*person, feed) == "none"), (person, feed, given)
            beside = shell(person, f"compare-sources {name} {name} --period 2024-04")
            assert beside.status != 0, (person, feed, beside)
            assert (beside.text == plain.text) == (figures(*person, feed) == "none"), (person, feed, beside)


@pytest.mark.parametrize("agency", ["helpline", "council", "hospital"])
def test_a_target_is_judged_for_whoever_may_see_exact_counts_and_for_nobody_else(shell, agency):
    """The town's measures have no change of a year, which is told to whom the counts may be shown."""
    told = {"full": "does not come as change", "protected": "not shown to you"}
    for feed, name in MEASURES.items():
        for person in [(agency, role) for role in READERS[agency]]:
            given = shell(person, f"target {name} --year 2024/25 --change -5")
            seen = figures(*person, feed)
            plain = shell(person, f"figure {name} --period 2024-Q2")
            assert given.status != 0, (person, feed, given)
            assert told[seen] in given.text if seen in told else given.text == plain.text, (
                person,
                feed,
                given,
            )
