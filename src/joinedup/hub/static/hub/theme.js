// Runs before the page is painted, so that a chosen theme never flashes the other one.
(() => {
  try {
    const chosen = localStorage.getItem("joinedup-theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is closed to us: the system's theme will do.
  }
})();
