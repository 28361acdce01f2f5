// Workings open in a dialog here; without scripts, or with a modifier key, they are a page of their own.
const dialog = document.getElementById("workings-dialog");

export function listenForWorkings(page) {
  page.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-workings-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    try {
      const response = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(String(response.status));
      const arrived = new DOMParser().parseFromString(await response.text(), "text/html");
      const title = arrived.getElementById("workings-title");
      const heading = arrived.createElement("h2"); // the page below has its own first heading
      heading.id = title.id;
      heading.tabIndex = -1;
      heading.append(...title.childNodes);
      title.replaceWith(heading);
      for (const lower of arrived.querySelectorAll("#workings section h2")) {
        const third = arrived.createElement("h3");
        third.append(...lower.childNodes);
        lower.replaceWith(third);
      }
      dialog.querySelector("[data-workings]").replaceChildren(arrived.getElementById("workings"));
      dialog.showModal();
      dialog.scrollTop = 0;
    } catch {
      location.assign(link.href);
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
