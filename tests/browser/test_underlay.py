"""What a partnership lays under its map: tiles of a server, or one PMTiles archive."""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from sampling import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAGENTA = (255, 0, 255)  # no colour of ours
MAKER = "Invented Tiles Ltd"
HEADER = "<7sB11QBBBBBBiiiiBii"
WORLD = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)


def picture():
    """A tile all of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (256, 256), MAGENTA).save(out, "PNG")
    return out.getvalue()


def archive(tile, metadata):
    """A PMTiles archive (version 3) of the world in one uncompressed tile."""
    length = bytes([len(tile) & 127 | 128, len(tile) >> 7 & 127 | 128, len(tile) >> 14])
    directory = bytes([1, 0, 1]) + length + bytes([1])
    said = json.dumps(metadata).encode()
    start = struct.calcsize(HEADER)
    data = start + len(directory) + len(said)
    places = (start, len(directory), start + len(directory), len(said), data, 0, data, len(tile))
    png, plain = 2, 1
    header = struct.pack(HEADER, b"PMTiles", 3, *places, 1, 1, 1, 1, plain, plain, png, 0, 0, *WORLD, 0, 0, 0)
    return header + directory + said + tile


class Tiles(BaseHTTPRequestHandler):
    """Another host: one archive in parts, and the same picture for every tile."""

    def do_GET(self):
        self.server.asked.append(self.path)
        content = self.server.archive if self.path == "/area.pmtiles" else picture()
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        self.send_response(206 if part else 200)
        if part:
            first, last = int(part[1]), min(int(part[2]), len(content) - 1)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
            content = content[first : last + 1]
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Nothing to the console."""


@pytest.fixture
def tile_host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    server.asked = []
    server.archive = archive(picture(), {"attribution": MAKER})
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def name_tiles(folder, address, attribution):
    """Name tiles in a workspace's settings."""
    settings = folder / "joinedup.toml"
    text = settings.read_text(encoding="utf-8")
    for key, value in (("tiles", address), ("attribution", attribution)):
        text = text.replace(f'{key} = ""', f'{key} = "{value}"')
    settings.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("address", "file"),
    sampled(
        [("pmtiles://{host}/area.pmtiles", "/area.pmtiles"), ("{host}/{{z}}/{{x}}/{{y}}.png", ".png")], 2
    ),
)
def test_tiles_that_the_settings_name_lie_under_the_map(
    address, file, visit_hub_of, demo_folder, tile_host, tmp_path
):
    folder = tmp_path / "workspace"
    shutil.copytree(demo_folder, folder)
    host = f"http://127.0.0.1:{tile_host.server_port}"
    name_tiles(folder, address.format(host=host), "" if "pmtiles" in address else MAKER)
    with visit_hub_of(folder) as visit:
        page = visit("analyst")
        page.goto("/intelligence/")
        page.locator("#map[data-state=drawn]").wait_for()
        page.locator(".maplibregl-ctrl-attrib", has_text=MAKER).wait_for(state="attached")
        seen = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
        watch = page.watch
    colours = seen.getcolors(seen.width * seen.height)
    under = sum(count for count, colour in colours if colour == MAGENTA)
    assert under > 0.05 * seen.width * seen.height
    assert any(path.endswith(file) for path in tile_host.asked)
    assert {stray.split("/")[2] for stray in watch.strays} == {f"127.0.0.1:{tile_host.server_port}"}
    assert watch.complaints == []
