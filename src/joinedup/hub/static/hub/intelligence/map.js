// The map: boundaries from the server, coloured by the answer that graph and table show.
import { colour, onThemeChange } from "../tokens.js";
import { patterns } from "./patterns.js";
import { layUnder, paintUnder } from "./underlay.js";

const holder = document.getElementById("map");
const { tiles, tilesBy } = document.getElementById("intelligence").dataset;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const NOTHING = { type: "FeatureCollection", features: [] };
const boundaries = new Map(); // by address: they change only with the places
let map = null;
let library = null;
let shown = null;
let fitted = "";
let popup = null; // follows the pointer
const label = document.createElement("div"); // says what the chosen area's number is
let choose = () => {};

onThemeChange(() => map && shown && repaint());

/** Draw the answer's map. `onChoose` gets the code of an area that is clicked. */
export async function drawMap(answer, onChoose) {
  shown = answer;
  choose = onChoose;
  holder.hidden = false;
  try {
    await start();
    const shapes = await boundariesAt(answer.geometry);
    const around = answer.around ? await boundariesAt(answer.around) : NOTHING;
    if (shown !== answer) return;
    map.getSource("around").setData(around);
    show(answer, shapes, around);
  } catch (error) {
    holder.textContent = holder.dataset.without ?? "";
    holder.dataset.state = "absent";
    throw error;
  }
}

async function start() {
  if (map) return;
  library = await import("../../vendor/maplibre-gl-6.17.0/maplibre-gl.mjs");
  if (map) return;
  map = new library.Map({
    container: holder,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: {} }] },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: true,
    fadeDuration: 0,
    renderWorldCopies: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  popup = new library.Popup({ closeButton: false, closeOnClick: false, focusAfterOpen: false, className: "in-popup", maxWidth: "16rem" });
  label.className = "in-map__chosen";
  holder.append(label);
  await map.once("load");
  if (tiles) await layUnder(map, library, tiles, tilesBy);
  addLayers();
  listen();
}

async function boundariesAt(address) {
  if (!boundaries.has(address)) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`boundaries: ${response.status}`);
    boundaries.set(address, await response.json());
  }
  return boundaries.get(address);
}

function addLayers() {
  map.addSource("areas", { type: "geojson", data: NOTHING, promoteId: "code" });
  map.addSource("around", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "place", type: "fill", source: "around" });
  map.addLayer({ id: "fill", type: "fill", source: "areas", paint: { "fill-opacity": tiles ? 0.75 : 1 } });
  map.addLayer({ id: "hatch", type: "fill", source: "areas", filter: ["in", ["get", "class"], ["literal", ["few", "no-base", "none", "hidden"]]] });
  map.addLayer({ id: "line", type: "line", source: "areas", paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 13, 1.5] } });
  map.addLayer({ id: "outline", type: "line", source: "around", paint: { "line-width": 2 } });
  map.addLayer({ id: "hover", type: "line", source: "areas", filter: ["==", ["get", "code"], ""], paint: { "line-width": 2.5 } });
  map.addLayer({ id: "halo", type: "line", source: "areas", filter: ["==", ["get", "code"], ""], paint: { "line-width": 7 } });
  map.addLayer({ id: "chosen", type: "line", source: "areas", filter: ["==", ["get", "code"], ""], paint: { "line-width": 3 } });
}

const CLASS_TOKENS = {
  "class-1": "sequential-1", "class-2": "sequential-2", "class-3": "sequential-3", "class-4": "sequential-4",
  "class-5": "sequential-5", "down-2": "diverging-1", "down-1": "diverging-2", same: "diverging-3",
  "up-1": "diverging-4", "up-2": "diverging-5", few: "map-no-data", "no-base": "map-no-data", none: "map-no-data", hidden: "map-suppressed",
};

function repaint() {
  const colours = Object.entries(CLASS_TOKENS).flatMap(([key, token]) => [key, colour(token)]);
  map.setPaintProperty("ground", "background-color", colour("map-water"));
  if (tiles) paintUnder(map);
  map.setPaintProperty("place", "fill-color", colour("surface"));
  map.setPaintProperty("place", "fill-opacity", tiles ? 0 : 1);
  map.setPaintProperty("outline", "line-color", colour("line-strong"));
  map.setPaintProperty("fill", "fill-color", ["match", ["get", "class"], ...colours, colour("map-no-data")]);
  for (const [name, image] of Object.entries(patterns(colour("ink-soft")))) {
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, image);
  }
  map.setPaintProperty("hatch", "fill-pattern", ["match", ["get", "class"], "hidden", "hatch-hidden", "few", "dots-few", "no-base", "rings-no-base", "hatch-none"]);
  const pale = ["in", ["get", "class"], ["literal", ["same", "few", "no-base", "none", "hidden"]]];
  map.setPaintProperty("line", "line-color", ["case", pale, colour("line-strong"), colour("map-line")]);
  map.setPaintProperty("hover", "line-color", colour("ink"));
  map.setPaintProperty("halo", "line-color", colour("map-chosen-halo"));
  map.setPaintProperty("chosen", "line-color", colour("map-chosen"));
}

function show(answer, shapes, around) {
  map.getCanvas().setAttribute("aria-label", answer.description);
  const features = shapes.features
    .filter((feature) => answer.features[feature.id])
    .map((feature) => ({ ...feature, properties: { code: feature.id, ...answer.features[feature.id] } }));
  map.getSource("areas").setData({ type: "FeatureCollection", features });
  const chosen = ["==", ["get", "code"], answer.chosen];
  map.setFilter("halo", chosen);
  map.setFilter("chosen", chosen);
  popup.remove();
  name(features.find((feature) => feature.id === answer.chosen));
  repaint();
  if (fitted !== answer.geometry && features.length) {
    const padding = 16;
    map.fitBounds(extent([...features, ...around.features]), { padding, animate: Boolean(fitted) && !still.matches, duration: 500 });
    fitted = answer.geometry;
  }
  map.once("idle", () => {
    holder.dataset.state = "drawn";
    holder.dataset.features = String(features.length);
  });
  map.triggerRepaint();
}

/** Say the chosen area's value in the map's corner: the number of graph and table. */
function name(feature) {
  label.hidden = !feature;
  if (feature) label.replaceChildren(words(feature.properties));
}

function extent(features) {
  const bounds = new library.LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? bounds.extend(part) : part.forEach(walk));
  for (const feature of features) walk(feature.geometry.coordinates);
  return bounds;
}

function listen() {
  map.on("click", "fill", (event) => choose(event.features[0].properties.code));
  map.on("mousemove", "fill", (event) => point(event.features[0].properties, event.lngLat));
  map.on("mouseleave", "fill", () => {
    map.getCanvas().style.cursor = "";
    map.setFilter("hover", ["==", ["get", "code"], ""]);
    popup.remove();
  });
}

function point(properties, where) {
  map.getCanvas().style.cursor = "pointer";
  map.setFilter("hover", ["==", ["get", "code"], properties.code]);
  if (properties.code === shown.chosen) return void popup.remove();
  popup.setLngLat(where).setDOMContent(words(properties)).addTo(map);
}

/** The popup: the same value as the table's cell. */
function words(properties) {
  const box = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = properties.name;
  const value = document.createElement("span");
  value.className = "in-popup__value";
  value.dataset.value = properties.value ?? "";
  value.textContent = properties.text;
  const detail = document.createElement("span");
  detail.className = "in-popup__detail";
  detail.textContent = [properties.interval && `95%: ${properties.interval}`, properties.caution].filter(Boolean).join(" · ");
  box.append(name, value, detail);
  return box;
}
