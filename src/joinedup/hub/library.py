"""The written documents of the workspace: listed from the folder, never a path from a request."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from pathlib import Path

from joinedup.workspace import Workspace

FORMATS = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_HEAD = 20_000


@dataclass(frozen=True)
class File:
    """One format of a document. ``kind`` is the suffix without its dot."""

    kind: str
    path: Path
    bytes: int


@dataclass(frozen=True)
class Document:
    """One written document, in one or more formats. ``name`` is its files' common stem."""

    name: str
    title: str
    written: dt.datetime
    files: tuple[File, ...]

    def file(self, kind: str) -> File | None:
        """The document in this format, if it was written in it."""
        return next((file for file in self.files if file.kind == kind), None)


def documents(workspace: Workspace) -> list[Document]:
    """Every written document, newest first. Links out of the folder are not followed."""
    found: dict[str, list[Path]] = {}
    for path in sorted(workspace.documents_folder.iterdir()):
        if path.suffix in FORMATS and path.is_file() and not path.is_symlink():
            found.setdefault(path.stem, []).append(path)
    listed = [_document(name, paths) for name, paths in found.items()]
    return sorted(listed, key=lambda document: (-document.written.toordinal(), document.title))


def document_named(workspace: Workspace, name: str) -> Document | None:
    """The document of that name, if it is one of those listed."""
    return next((document for document in documents(workspace) if document.name == name), None)


def _document(name: str, paths: list[Path]) -> Document:
    files = tuple(File(path.suffix[1:], path, path.stat().st_size) for path in paths)
    written = max(path.stat().st_mtime for path in paths)
    title = next((title for file in files if file.kind == "html" and (title := _title(file.path))), "")
    return Document(name, title or name.replace("-", " "), dt.datetime.fromtimestamp(written, dt.UTC), files)


def _title(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as page:
        match = _TITLE.search(page.read(_HEAD))
    return " ".join(html.unescape(match[1]).split()) if match else ""
