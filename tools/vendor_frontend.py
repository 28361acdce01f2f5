"""Bring the front-end libraries into the package: ``python tools/vendor_frontend.py`` (needs npm).

Run by a developer when a version changes; whoever installs joinedup needs no Node. Exact versions come from
npm, only the built files that pages load are copied, and ``vendor.json`` records each with its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parent
PROJECT = TOOLS.parent
STATIC = PROJECT / "src/joinedup/hub/static/vendor"
BROWSER_TESTS = PROJECT / "tests/browser/vendor"
SASS = "sass@1.108.2"

GOVUK_LICENCE = """The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""

PMTILES_LICENCE = """BSD 3-Clause License

Copyright 2021 Protomaps LLC

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
this list of conditions and the following disclaimer in the documentation
and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors
may be used to endorse or promote products derived from this software without
specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND
ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
"""


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files are kept, and under which licence."""

    npm: str
    version: str
    licence: str
    files: tuple[str, ...]
    name: str = ""
    licence_files: tuple[str, ...] = ("LICENSE",)
    licence_text: str = ""

    @property
    def folder(self) -> str:
        """Folder under the vendor folder."""
        return f"{self.name or self.npm}-{self.version}"


PACKAGES = (
    Package(
        "maplibre-gl",
        "6.17.0",
        "BSD-3-Clause",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
        licence_files=("LICENSE.txt",),
    ),
    Package(
        "pmtiles",
        "4.5.0",
        "BSD-3-Clause",
        ("dist/pmtiles.js",),
        licence_files=(),
        licence_text=PMTILES_LICENCE,
    ),
    Package("fflate", "0.8.3", "MIT", ()),  # within pmtiles.js
    Package("vega", "6.4.0", "BSD-3-Clause", ("build/vega.min.js",)),
    Package("vega-lite", "6.5.0", "BSD-3-Clause", ("build/vega-lite.min.js",)),
    Package("vega-embed", "7.3.0", "BSD-3-Clause", ("build/vega-embed.min.js",)),
    Package("vega-interpreter", "2.3.2", "BSD-3-Clause", ("build/vega-interpreter.js",)),
    Package(
        "govuk-frontend",
        "6.6.0",
        "MIT",
        ("dist/govuk/govuk-frontend.min.js",),
        licence_files=(),
        licence_text=GOVUK_LICENCE,
    ),
    Package(
        "@fontsource-variable/atkinson-hyperlegible-next",
        "5.3.0",
        "OFL-1.1",
        tuple(
            f"files/atkinson-hyperlegible-next-{script}-wght-{style}.woff2"
            for script in ("latin", "latin-ext")
            for style in ("normal", "italic")
        ),
        name="atkinson-hyperlegible-next",
    ),
)
AXE = Package(
    "axe-core",
    "4.14.1",
    "MPL-2.0",
    ("axe.min.js",),
    licence_files=("LICENSE", "LICENSE-3RD-PARTY.txt"),
)


def main() -> None:
    """Fetch, copy, compile, and write the list and the licences."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed; it is needed only to change the vendored libraries")
    with tempfile.TemporaryDirectory() as scratch:
        wanted = [f"{package.npm}@{package.version}" for package in (*PACKAGES, AXE)]
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", scratch]
        subprocess.run([npm, "install", *options, *wanted, SASS], check=True)
        modules = Path(scratch) / "node_modules"
        vendor(PACKAGES, modules, STATIC)
        vendor((AXE,), modules, BROWSER_TESTS)


def vendor(packages: tuple[Package, ...], modules: Path, target: Path) -> None:
    """Replace everything in ``target`` by the packages' files, their list and their licences."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    entries = []
    for package in packages:
        if not package.files:  # only its licence: it is built into another's file
            continue
        folder = target / package.folder
        folder.mkdir()
        for source in package.files:
            shutil.copyfile(modules / package.npm / source, folder / Path(source).name)
        if package.npm == "govuk-frontend":
            _compile_govuk(modules, folder / "govuk-frontend.css")
        if package.npm == "vega-interpreter":
            _as_plain_script(folder / "vega-interpreter.js")
        entries += [_entry(package, path, target) for path in sorted(folder.iterdir())]
    (target / "vendor.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    (target / "LICENCES.md").write_text(_licences(packages, modules), encoding="utf-8")


def _entry(package: Package, path: Path, target: Path) -> dict[str, str]:
    content = path.read_bytes()
    return {
        "name": package.npm,
        "version": package.version,
        "licence": package.licence,
        "file": path.relative_to(target).as_posix(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "integrity": "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode(),
    }


def _compile_govuk(modules: Path, css: Path) -> None:
    sass = modules / "sass" / "sass.js"
    entry = TOOLS / "govuk.scss"
    options = ["--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={modules}"]
    subprocess.run(["node", str(sass), *options, str(entry), str(css)], check=True)  # noqa: S607
    text = css.read_text(encoding="utf-8")
    for unwanted in ("GDS Transport", "crest", "url("):
        if unwanted in text:
            sys.exit(f"The compiled GOV.UK style sheet holds '{unwanted}', which joinedup may not use")


def _as_plain_script(path: Path) -> None:
    """The interpreter is an ES module importing from another package by name, which pages cannot resolve.

    Everything it imports is in the global ``vega``, so it becomes a script giving ``vegaInterpreter``.
    """
    text = path.read_text(encoding="utf-8")
    exported = "export { expression as expressionInterpreter };"
    first, rest = text.split("\n", 1)
    if not first.startswith("import {") or "'vega-util'" not in first or exported not in rest:
        sys.exit("vega-interpreter is built differently now: look at how to load it")
    names = first[first.index("{") : first.index("}") + 1]
    rest = rest.replace(exported, "globalThis.vegaInterpreter = { expressionInterpreter: expression };")
    path.write_text(f"(() => {{\nconst {names} = globalThis.vega;\n{rest}\n}})();\n", encoding="utf-8")


def _licences(packages: tuple[Package, ...], modules: Path) -> str:
    parts = [
        "# Licences of the vendored files\n",
        "Written by `tools/vendor_frontend.py`; the files are listed in `vendor.json`.\n",
    ]
    for package in packages:
        texts = [package.licence_text] if package.licence_text else []
        texts += [
            (modules / package.npm / name).read_text(encoding="utf-8") for name in package.licence_files
        ]
        parts.append(f"## {package.npm} {package.version} ({package.licence})\n")
        parts += [f"```text\n{text.strip()}\n```\n" for text in texts]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
