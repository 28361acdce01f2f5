// The table's headers become buttons that sort it; the order chosen lasts while the page does.
let chosen = null; // { column, direction }

export function makeSortable(table) {
  const headers = [...table.querySelectorAll("thead th")];
  headers.forEach((header, column) => {
    if (!header.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "in-sort";
    button.id = `sort-${column}`;
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const usual = header.dataset.sort === "number" ? "descending" : "ascending";
      const now = header.getAttribute("aria-sort");
      chosen = { title: button.textContent, direction: now ? opposite(now) : usual };
      sort(table, headers, column, chosen.direction);
    });
    if (chosen && chosen.title === button.textContent) sort(table, headers, column, chosen.direction);
  });
}

const opposite = (direction) => (direction === "descending" ? "ascending" : "descending");

function sort(table, headers, column, direction) {
  for (const header of headers) header.removeAttribute("aria-sort");
  headers[column].setAttribute("aria-sort", direction);
  const body = table.tBodies[0];
  const number = headers[column].dataset.sort === "number";
  const sign = direction === "ascending" ? 1 : -1;
  const rows = [...body.rows].map((row) => ({ row, key: row.cells[column].dataset.sortValue ?? "" }));
  rows.sort((one, other) => {
    if (!one.key || !other.key) return Number(!one.key) - Number(!other.key); // no figure: always last
    return sign * (number ? one.key - other.key : one.key.localeCompare(other.key, "en-GB", { numeric: true }));
  });
  body.append(...rows.map(({ row }) => row));
}
