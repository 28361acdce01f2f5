"""From one Markdown text to an accessible page and a tagged PDF. The only place that calls pandoc and Typst.

Nothing is fetched: fonts, styles and charts are carried by the product or drawn before. The Markdown reader
takes no raw HTML, so nothing a person wrote can become markup.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from joinedup.documents.citing import escape
from joinedup.errors import JoinedupError, MissingPart

ROOM = Path(__file__).parent
FONTS = ROOM / "fonts"
TEMPLATES = ROOM / "templates"
READER = (
    "markdown-raw_html-raw_tex-raw_attribute-smart-tex_math_dollars-citations-footnotes-yaml_metadata_block"
    "-pandoc_title_block+all_symbols_escapable+bracketed_spans+fenced_divs+implicit_figures+pipe_tables"
    "+table_captions"
)
_LONGEST_SECONDS = 120
_FACES = (("400-normal", 400, "normal"), ("700-normal", 700, "normal"), ("400-italic", 400, "italic"))


@dataclass(frozen=True)
class Cover:
    """What stands on the cover and in the running header."""

    title: str
    area: str
    period: str
    partnership: str
    known_on: dt.datetime
    facts: tuple[tuple[str, str], ...]
    footer: tuple[str, ...]
    words: Mapping[str, str]


def as_html(markdown: str, cover: Cover, folder: Path) -> str:
    """One self-contained page. ``folder`` holds the charts that the text names. Raises JoinedupError."""
    template = folder / "document.html"
    template.write_text((TEMPLATES / "document.html").read_text(encoding="utf-8"), encoding="utf-8")
    return _pandoc(
        markdown,
        _metadata(cover, "html"),
        folder,
        ["--to=html5", "--toc", "--toc-depth=3", "--section-divs", "--shift-heading-level-by=1"],
        template,
        "html.lua",
    )


def as_pdf(markdown: str, cover: Cover, folder: Path) -> bytes:
    """A tagged PDF (PDF/UA-1). Raises JoinedupError, and where an image has no alternative text."""
    template = folder / "document-template.typ"
    template.write_text((TEMPLATES / "document.typ").read_text(encoding="utf-8"), encoding="utf-8")
    source = folder / "document.typ"
    source.write_text(
        _pandoc(markdown, _metadata(cover, "typst"), folder, ["--to=typst"], template, "typst.lua"),
        encoding="utf-8",
    )
    return _compile(source, cover.known_on)


def _compile(source: Path, moment: dt.datetime) -> bytes:
    try:
        import typst
    except ImportError as error:  # pragma: no cover - the wheel is a dependency
        raise MissingPart("Typst is not installed", next_step="Install joinedup's requirements") from error
    try:
        made = typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(moment.timestamp()),
        )
    except Exception as error:
        raise JoinedupError(
            "The PDF could not be set",
            where=str(error).splitlines()[0][:200],
            next_step="Report it as a fault",
        ) from error
    return bytes(made)


def _metadata(cover: Cover, kind: str) -> dict[str, object]:
    literal = _typst_text if kind == "typst" else _html_text
    known = cover.known_on
    values: dict[str, object] = {
        "title": literal(cover.title),
        "area": literal(cover.area),
        "period": literal(cover.period),
        "partnership": literal(cover.partnership),
        "plain-title": f"{cover.title}: {cover.area}, {cover.period}".replace('"', ""),
        "plain-partnership": cover.partnership.replace("\\", "").replace('"', ""),
        "known-on": literal(cover.words["known-on"]),
        "known-on-iso": known.isoformat(),
        "known-year": str(known.year),
        "known-month": str(known.month),
        "known-day": str(known.day),
        "contents": literal(cover.words["contents"]),
        "skip": literal(cover.words["skip"]),
        "lang": "en-GB",
        "facts": [{"term": literal(term), "text": literal(text)} for term, text in cover.facts],
        "footer": [literal(line) for line in cover.footer],
    }
    if kind == "html":
        values["style"] = _style()
    return values


def _html_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _typst_text(text: str) -> str:
    return "".join(
        f"\\{character}" if character in "\\#*_`$<>@[]~/=-+\"'" else character for character in text
    )


@cache
def _style() -> str:
    faces = []
    for name, weight, slant in _FACES:
        data = (FONTS / f"atkinson-hyperlegible-latin-{name}.woff2").read_bytes()
        faces.append(
            f'@font-face {{ font-family: "Atkinson Hyperlegible"; font-weight: {weight}; '
            f"font-style: {slant}; "
            f"font-display: swap; src: url(data:font/woff2;base64,{base64.b64encode(data).decode()}) "
            'format("woff2"); }'
        )
    return "\n".join(faces) + "\n" + (TEMPLATES / "document.css").read_text(encoding="utf-8")


def _pandoc(
    markdown: str, variables: dict[str, object], folder: Path, options: list[str], template: Path, script: str
) -> str:
    defaults = folder / f"{template.stem}.json"
    defaults.write_text(json.dumps({"variables": variables, "template": str(template)}), encoding="utf-8")
    command = [
        _pandoc_path(),
        f"--from={READER}",
        "--standalone",
        f"--defaults={defaults}",
        "--wrap=preserve",
        f"--lua-filter={TEMPLATES / script}",
        "--metadata=lang:en-GB",
        "--metadata=title:-",
        *options,
    ]
    done = subprocess.run(
        command,
        input=markdown.encode(),
        capture_output=True,
        cwd=folder,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        raise JoinedupError(
            "The document could not be put together",
            where=done.stderr.decode(errors="replace").strip().splitlines()[-1][:200],
            next_step="Report it as a fault",
        )
    return done.stdout.decode()


@cache
def _pandoc_path() -> str:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError) as error:  # pragma: no cover - the wheel carries pandoc
        raise MissingPart("pandoc is not installed", next_step="Install joinedup's requirements") from error


def image(name: str, alt: str, caption: str) -> str:
    """A figure in Markdown: a drawn chart with its alternative text (plain) and its caption (Markdown)."""
    return f'![{caption}]({name}){{alt="{_attribute(alt)}"}}\n\n'


def _attribute(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "”")


__all__ = ["Cover", "as_html", "as_pdf", "escape", "image"]
