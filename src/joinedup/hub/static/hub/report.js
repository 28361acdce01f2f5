// The place of a report: chosen on a map, or where the device is. Without this, the field is filled in by hand.
import { colour, onThemeChange } from "./tokens.js";
import { layUnder, paintUnder } from "./intelligence/underlay.js";

const ABOUT_A_METRE = 5; // decimal places of a degree
const NOTHING = { type: "FeatureCollection", features: [] };

for (const place of document.querySelectorAll("[data-place]")) begin(place);

function begin(place) {
  const field = document.getElementById(place.dataset.place);
  const canvas = place.querySelector("[data-place-canvas]");
  const centre = place.querySelector("[data-place-centre]");
  const said = place.querySelector("[data-place-said]");
  const opener = place.querySelector("[data-place-map]");
  let map = null;

  const choose = ({ lng, lat }) => {
    field.value = `${lat.toFixed(ABOUT_A_METRE)}, ${lng.toFixed(ABOUT_A_METRE)}`;
    said.textContent = `${said.dataset.chosen} ${field.value}`;
    mark(map, [lng, lat]);
  };

  place.hidden = false;
  opener.addEventListener("click", async () => {
    const opened = opener.getAttribute("aria-expanded") === "true";
    opener.setAttribute("aria-expanded", String(!opened));
    canvas.hidden = centre.hidden = opened;
    if (opened || map) return;
    try {
      map = await draw(canvas, place.dataset, choose);
      mark(map, degrees(field.value));
      near(map, field.form);
    } catch (error) {
      canvas.hidden = centre.hidden = true;
      said.textContent = said.dataset.noMap;
      throw error;
    }
  });
  field.form.addEventListener("change", () => map && near(map, field.form));
  centre.querySelector("button").addEventListener("click", () => map && choose(map.getCenter()));
  place.querySelector("[data-place-here]").addEventListener("click", () => {
    const refused = () => (said.textContent = said.dataset.notHere);
    if (!navigator.geolocation) return refused();
    navigator.geolocation.getCurrentPosition(({ coords }) => choose({ lng: coords.longitude, lat: coords.latitude }), refused, { enableHighAccuracy: true, timeout: 15000 });
  });
}

async function draw(canvas, { areas, tiles, tilesBy }, choose) {
  const library = await import("../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs");
  const response = await fetch(`${areas}?level=ward`);
  const wards = response.ok ? await response.json() : NOTHING;
  const map = new library.Map({
    container: canvas,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: {} }] },
    attributionControl: false,
    dragRotate: false,
    touchPitch: false,
    cooperativeGestures: true,
    fadeDuration: 0,
    renderWorldCopies: false,
    ...(wards.features.length ? { bounds: extent(library, wards.features), fitBoundsOptions: { padding: 16 } } : {}),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  await map.once("load");
  if (tiles) await layUnder(map, library, tiles, tilesBy);
  map.addSource("wards", { type: "geojson", data: wards });
  map.addSource("chosen", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "ward", type: "fill", source: "wards", paint: { "fill-opacity": tiles ? 0 : 1 } });
  map.addLayer({ id: "line", type: "line", source: "wards", paint: { "line-width": 1 } });
  map.addLayer({ id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 8, "circle-stroke-width": 3 } });
  paint(map, tiles);
  onThemeChange(() => paint(map, tiles));
  map.wards = new Map(wards.features.map((feature) => [feature.id, extent(library, [feature])]));
  map.getCanvas().setAttribute("aria-label", canvas.dataset.label);
  map.on("click", (event) => choose(event.lngLat));
  map.once("idle", () => (canvas.dataset.state = "drawn"));
  return map;
}

function paint(map, tiles) {
  map.setPaintProperty("ground", "background-color", colour("map-water"));
  if (tiles) paintUnder(map);
  map.setPaintProperty("ward", "fill-color", colour("surface"));
  map.setPaintProperty("line", "line-color", colour("line-strong"));
  map.setPaintProperty("chosen", "circle-color", colour("map-chosen"));
  map.setPaintProperty("chosen", "circle-stroke-color", colour("map-chosen-halo"));
}

function mark(map, point) {
  if (!map || !point) return;
  map.getSource("chosen").setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: point } });
}

/** Show the ward that the form names, once it names another. */
function near(map, form) {
  const named = [...form.querySelectorAll("select")].map((select) => select.value).find((value) => map.wards.has(value));
  if (!named || named === map.shown) return;
  map.shown = named;
  map.fitBounds(map.wards.get(named), { padding: 16, animate: false });
}

/** "54.57, -1.23" as [longitude, latitude]; null for anything else. */
function degrees(text) {
  const found = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  return found && [Number(found[2]), Number(found[1])];
}

function extent(library, features) {
  const bounds = new library.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? bounds.extend(part) : part.forEach(walk));
  for (const feature of features) walk(feature.geometry.coordinates);
  return bounds;
}
