// Intelligence: asks the server again whenever the question changes, and shows its one answer everywhere.
import { drawGraph } from "./graph.js";
import { drawMap } from "./map.js";
import { makeSortable } from "./table.js";
import { listenForWorkings } from "./workings.js";

const page = document.getElementById("intelligence");
const PAUSE = 200; // long enough that running through a list with the arrow keys asks once
let asking = null;
let waiting = 0;

const answerOf = (root) => JSON.parse(root.getElementById("answer").textContent);

/** The address of the question that the controls hold. */
function addressOfControls() {
  const form = document.getElementById("question");
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) parameters.append(name, value);
  return `${form.action}?${parameters}`;
}

/** Ask for an answer and show it; `push` keeps the question in the browser's history. */
async function ask(address, { push = true } = {}) {
  asking?.abort();
  asking = new AbortController();
  page.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(String(response.status));
    const arrived = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!arrived.getElementById("answer")) throw new Error("no answer");
    show(arrived);
    const answer = answerOf(document);
    if (push && answer.address !== location.pathname + location.search) history.pushState(null, "", answer.address);
  } catch (error) {
    if (error.name === "AbortError") return;
    location.assign(address); // signed out, or the server refuses: its own page says why
  }
  page.removeAttribute("aria-busy");
}

/** Put the parts of the page that arrived in the place of those here; the map's and graph's canvases stay. */
function show(arrived) {
  const held = focused();
  for (const part of page.querySelectorAll("[data-part]")) {
    const fresh = arrived.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceChildren(...fresh.childNodes);
  }
  document.title = arrived.title;
  announce(arrived.getElementById("announcement").dataset.announcement);
  document.getElementById("answer").textContent = arrived.getElementById("answer").textContent;
  restore(held);
  const finding = document.getElementById("finding");
  const said = arrived.getElementById("finding");
  if (finding.textContent !== said.textContent) finding.replaceChildren(...said.childNodes);
  draw();
}

/** Say in a few words that the answer has changed; the same words twice are still two messages. */
function announce(words) {
  const line = document.getElementById("announcement");
  line.textContent = "";
  setTimeout(() => { line.textContent = words; }, 50);
}

/** Where the focus is, in words that still hold when the page's parts have been replaced. */
function focused() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const row = element.closest("tr[data-code]");
  return {
    element,
    id: element.id,
    row: row?.dataset.code,
    place: row ? [...row.querySelectorAll("a")].indexOf(element) : -1,
    inPlace: Boolean(element.closest("[data-part='place']")),
  };
}

function restore(held) {
  if (!held || held.element.isConnected) return;
  const row = held.row && page.querySelector(`tr[data-code="${CSS.escape(held.row)}"]`);
  const again =
    (held.id && document.getElementById(held.id)) ||
    (row && row.querySelectorAll("a")[held.place]) ||
    (held.inPlace && page.querySelector("[data-part='place'] a[data-opens], [data-part='place'] a")) ||
    page.querySelector("#table tbody a");
  again?.focus({ preventScroll: true });
}

function draw() {
  const answer = answerOf(document);
  makeSortable(document.getElementById("table"));
  bringIntoView(document.querySelector("#table tr.in-chosen"));
  drawGraph(answer.graph);
  drawMap(answer.map, choose);
}

/** Scroll the table, and only the table, to the chosen row. */
function bringIntoView(row) {
  if (!row) return;
  const region = row.closest(".in-scroll");
  const above = row.offsetTop - row.closest("table").tHead.offsetHeight;
  const below = row.offsetTop + row.offsetHeight - region.clientHeight;
  if (region.scrollTop > above || region.scrollTop < below) region.scrollTop = above;
}

/** Choose an area, or none when it is chosen already. */
function choose(code) {
  const pick = document.getElementById("pick-area");
  pick.value = pick.value === code ? "" : code;
  ask(addressOfControls());
}

document.addEventListener("change", (event) => {
  if (event.target.form?.id !== "question") return;
  if (["level", "within"].includes(event.target.name)) document.getElementById("pick-area").value = "";
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(addressOfControls()), PAUSE);
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "question") return;
  event.preventDefault();
  ask(addressOfControls());
});
page.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  ask(link.href);
});
addEventListener("popstate", () => ask(location.href, { push: false }));

page.classList.add("in-live");
listenForWorkings(page);
draw();
