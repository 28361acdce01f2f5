"""Make tokens instead of names, on an agency's own side: needs no workspace, and sends nothing anywhere."""

from __future__ import annotations

from pathlib import Path

import click

from joinedup.cli.output import say

_NEW_FILE = click.Path(path_type=Path, dir_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(name="tokens", help=__doc__)
def command() -> None:
    """The group itself does nothing."""


@command.command(name="key")
@click.option("--out", type=_NEW_FILE, required=True, help="A new file, which only you will be able to read.")
def make_key(out: Path) -> None:
    """Make the key that the agencies share among themselves, and that never goes to the workspace."""
    from joinedup.people.tokens.key import write_new_key

    key = write_new_key(out)
    say(f"A new key is in {out}. Its fingerprint, which may be told to anybody, is {key.fingerprint}.")
    say(
        "Give it to the other agencies' information officers by a safe way of your own, never to the "
        "partnership's workspace or its analysts: whoever has it can find names in tokens. Without it no "
        "further files can be made that link to these."
    )


@command.command(name="make")
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--key", "key_file", type=_FILE, required=True, help="The key, from: joinedup tokens key")
@click.option("--columns", type=_FILE, required=True, help="Which columns say what: docs/tokens.md")
@click.option("--out", type=_NEW_FILE, required=True, help="A new CSV file, which is what you send.")
@click.option("--exact", is_flag=True, help="The simple choice: tokens that forgive no slip. Fewer of them.")
@click.option(
    "--keep-clear",
    is_flag=True,
    help="Keep what says who somebody is beside the tokens: only for an agency that may share names.",
)
def make_tokens(file: Path, key_file: Path, columns: Path, out: Path, exact: bool, keep_clear: bool) -> None:
    """Write FILE anew with tokens in the place of names, births, addresses and numbers."""
    from joinedup.cli.tokens_file import read_table, refuse_existing, write_table
    from joinedup.feeds.drafting.definitions import Likely
    from joinedup.feeds.drafting.personal import by_name
    from joinedup.people.tokens.key import read_key
    from joinedup.people.tokens.making import make
    from joinedup.people.tokens.mapping import read_mapping

    refuse_existing(out)
    key, mapping = read_key(key_file), read_mapping(columns)
    given = read_table(file, mapping)
    made = make(given.table, mapping, key, exact=exact, keep_clear=keep_clear)
    write_table(made.table, out)
    for name, persons in made.persons.items():
        say(f"{name}: tokens of a person in {persons:,} of {made.table.num_rows:,} rows.")
    if made.junk:
        told = ", ".join(f"{rule} ({number:,})" for rule, number in sorted(made.junk.items()))
        say(f"Left out as telling nothing: {told}.")
    if doubtful := [name for name in mapping.keep if by_name(name).likely is Likely.IDENTIFIES]:
        say(f"Look again at columns that are kept and sound as if they named people: {', '.join(doubtful)}.")
    gone = [*given.left_out, *(() if keep_clear else mapping.identifying)]
    if gone:
        say(f"Columns of the file that are not in {out.name}: {', '.join(gone)}.")
    say(f"Written: {out}, under the key with the fingerprint {key.fingerprint}.")
