// What may lie under the map: tiles of a server, or one PMTiles archive, pictures or shapes. None by default.
import { colour } from "../tokens.js";

const SHAPES = 1; // PMTiles' number for vector tiles; the other kinds are pictures
const ARCHIVE = "pmtiles://";

// Of an archive of shapes, the layers of these names are drawn, quietly: the areas are what is looked at.
const DRAWN = {
  earth: { type: "fill", token: "surface" },
  water: { type: "fill", token: "map-water" },
  roads: { type: "line", token: "line-strong", paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.3, 15, 2] } },
  boundaries: { type: "line", token: "line-strong", paint: { "line-dasharray": [3, 2] } },
};

/** Lay the tiles of `address` under everything. `by` is who must be named as their maker. */
export async function layUnder(map, library, address, by) {
  map.addControl(new library.AttributionControl({ compact: true, customAttribution: by || undefined }), "bottom-right");
  try {
    if (address.startsWith(ARCHIVE)) await layArchive(map, library, address);
    else layPictures(map, { tiles: [address] });
  } catch (error) {
    console.warn(`The tiles under the map could not be read: ${error.message}`);
  }
}

/** Colours for the theme in force. */
export function paintUnder(map) {
  for (const [name, drawn] of Object.entries(DRAWN)) {
    if (map.getLayer(`under-${name}`)) map.setPaintProperty(`under-${name}`, `${drawn.type}-color`, colour(drawn.token));
  }
}

async function layArchive(map, library, address) {
  const protocol = new globalThis.pmtiles.Protocol({ metadata: true });
  const archive = new globalThis.pmtiles.PMTiles(address.slice(ARCHIVE.length));
  protocol.add(archive);
  library.addProtocol("pmtiles", protocol.tile);
  const header = await archive.getHeader();
  if (header.tileType !== SHAPES) return layPictures(map, { url: address });
  map.addSource("under", { type: "vector", url: address });
  const { vector_layers: held = [] } = await archive.getMetadata();
  for (const [name, { type, paint }] of Object.entries(DRAWN)) {
    if (held.some((layer) => layer.id === name)) {
      map.addLayer({ id: `under-${name}`, type, source: "under", "source-layer": name, paint: paint ?? {} });
    }
  }
}

function layPictures(map, source) {
  map.addSource("under", { type: "raster", tileSize: 256, ...source });
  map.addLayer({ id: "under", type: "raster", source: "under" });
}
