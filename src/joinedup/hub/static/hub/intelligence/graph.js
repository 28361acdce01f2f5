// The graph: the server's Vega-Lite specification, in the colours of the page's theme.
import { colour, onThemeChange } from "../tokens.js";

const holder = document.getElementById("graph");
let shown = null;
let view = null;
let turn = 0;

onThemeChange(() => shown && drawGraph(shown));

function config() {
  const [ink, soft, line] = [colour("ink"), colour("ink-soft"), colour("line")];
  const now = colour("series-1");
  const before = colour("series-4");
  return {
    background: "transparent",
    font: getComputedStyle(document.body).fontFamily,
    view: { stroke: null },
    axis: {
      labelColor: soft, titleColor: soft, labelFontSize: 13, titleFontSize: 13, titleFontWeight: 400,
      gridColor: line, domainColor: line, tickColor: line, labelPadding: 6,
    },
    axisY: { titleAngle: 0, titleAlign: "left", titleAnchor: "end", titleY: -12, titleX: 0, tickCount: 5, domain: false, ticks: false },
    text: { color: ink },
    style: {
      band: { color: now, fillOpacity: 0.16, strokeWidth: 0 },
      now: { color: now, strokeWidth: 3, strokeJoin: "round" },
      before: { color: before, strokeWidth: 2, strokeDash: [6, 4] },
      young: { color: now, strokeWidth: 2.5, strokeDash: [2, 5], strokeCap: "round" },
      "young-point": { color: now, fill: colour("surface"), stroke: now, strokeWidth: 2, shape: "circle", size: 60, filled: true, opacity: 1 },
      "now-point": { color: now, fill: now, stroke: colour("surface"), strokeWidth: 1.5, shape: "circle", size: 70, filled: true, opacity: 1 },
      "before-point": { color: before, fill: before, stroke: colour("surface"), strokeWidth: 1, shape: "diamond", size: 50, filled: true, opacity: 1 },
    },
  };
}

/** Draw the answer's graph; the last one asked for wins. */
export async function drawGraph(graph) {
  shown = graph;
  const mine = ++turn;
  holder.hidden = false;
  const specification = structuredClone(graph.specification);
  delete specification.config;
  const result = await globalThis.vegaEmbed(holder, specification, {
    actions: false,
    ast: true,
    config: config(),
    defaultStyle: false,
    expr: globalThis.vegaInterpreter.expressionInterpreter,
    renderer: "svg",
    tooltip: { theme: "joinedup", disableDefaultStyle: true },
  });
  if (mine !== turn) {
    result.finalize();
    return;
  }
  view?.finalize();
  view = result;
  describe(graph);
}

/** One image with one text: the marks' own descriptions would read out every point twice. */
function describe(graph) {
  const drawing = holder.querySelector("svg");
  holder.removeAttribute("role");
  for (const inner of drawing.querySelectorAll("[role], [aria-label], [aria-roledescription]")) {
    for (const name of ["role", "aria-label", "aria-roledescription", "aria-hidden"]) inner.removeAttribute(name);
  }
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", graph.alternative);
}
