"""What only people can say: the open questions of regulation 7, and the file in which they are answered.

The file is made with its questions at the first writing and is never overwritten afterwards.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from joinedup import durable
from joinedup.documents.citing import escape
from joinedup.errors import BadInput

SLOTS = ("c", "d", "e", "f", "g")


def questions() -> dict[str, str]:
    """The question of each open paragraph of regulation 7(1)."""
    return {
        "c": _("Why have the levels and patterns changed since the previous assessment?"),
        "d": _("Which matters should the responsible authorities prioritise?"),
        "e": _("Which matters do people living and working in the area consider should be prioritised?"),
        "f": _("How far was last year's partnership plan implemented?"),
        "g": _("Which matters should be brought to the attention of the county strategy group?"),
    }


@dataclass(frozen=True)
class Answer:
    """What somebody wrote, who, and when they say they did; all as plain text."""

    text: str
    by: str = ""
    date: str = ""


@dataclass(frozen=True)
class Answers:
    """The answers that are written in so far, by paragraph letter, and where the file is."""

    path: Path
    given: dict[str, Answer]

    @property
    def open_slots(self) -> list[str]:
        """The paragraphs nobody has answered."""
        return [slot for slot in SLOTS if slot not in self.given]


def read_answers(path: Path, title: str) -> Answers:
    """Read the file beside the document; make it, with the questions, where there is none yet.

    Raises BadInput, naming the line, when the file is not valid TOML or holds something else than answers.
    """
    if not path.exists():
        durable.write_text(path, _empty(title))
        return Answers(path, {})
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            "The file of answers is not valid TOML",
            where=f"{path}: {error}",
            next_step="Correct that line; nothing was overwritten",
        ) from error
    given = {}
    for slot, part in content.items():
        if slot not in SLOTS or not isinstance(part, dict):
            raise BadInput(
                f"The file of answers has a part [{slot}] that is no open question",
                where=str(path),
                next_step=f"Keep only {', '.join(f'[{known}]' for known in SLOTS)}",
            )
        fields = {name: str(part.get(name, "")).strip() for name in ("answer", "answered_by", "date")}
        if fields["answer"]:
            given[slot] = Answer(fields["answer"], fields["answered_by"], fields["date"])
    return Answers(path, given)


def _empty(title: str) -> str:
    lines = [
        f"# {_('Answers for:')} {title}",
        f"# {_('Write between the triple quotes and write the document again. Plain text: a blank line')}",
        f"# {_('starts a new paragraph, a line that begins with - is a bullet. It is never overwritten.')}",
    ]
    for slot, question in questions().items():
        lines += ["", f"[{slot}]", f"# {question}", "answer = '''", "'''", 'answered_by = ""', 'date = ""']
    return "\n".join(lines) + "\n"


def as_markdown(text: str) -> str:
    """Plain text as Markdown that cannot become anything but paragraphs and bullets."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            blocks.append("\n".join(f"- {escape(line[2:])}" for line in lines))
        else:
            blocks.append(escape(" ".join(lines)))
    return "\n\n".join(blocks) + "\n\n"
