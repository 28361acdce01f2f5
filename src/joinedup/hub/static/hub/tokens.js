// Design tokens for scripts: charts and maps take their colours from tokens.css through here.

const probe = document.createElement("span");
probe.hidden = true;

/** The colour of a token in the theme of this moment, as `rgb(…)`: colour("series-1"). */
export function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** The five colours of a ramp, least first: ramp("sequential"), ramp("diverging"). */
export function ramp(name) {
  return [1, 2, 3, 4, 5].map((step) => colour(`${name}-${step}`));
}

/** Whether the page is dark at this moment. */
export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Call `redraw` whenever the theme changes, by the person or by the system. */
export function onThemeChange(redraw) {
  document.addEventListener("joinedup:theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}
