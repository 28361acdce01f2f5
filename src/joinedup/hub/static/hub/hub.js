// The shell's own behaviour: theme, menu, and GOV.UK Frontend's components. Pages work without it.
import { initAll } from "../vendor/govuk-frontend-6.6.0/govuk-frontend.min.js";
import { isDark } from "./tokens.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

const toggle = document.querySelector("[data-theme-toggle]");
if (toggle) {
  const show = () => toggle.setAttribute("aria-pressed", String(isDark()));
  toggle.hidden = false;
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  toggle.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem("joinedup-theme", theme);
    } catch {
      // It lasts for this page only.
    }
    show();
    document.dispatchEvent(new CustomEvent("joinedup:theme", { detail: theme }));
  });
}

const menu = document.querySelector("[data-menu]");
if (menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
