"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const csv = JSON.parse(document.getElementById("melian-csv").textContent);
  const light = JSON.parse(document.getElementById("melian-light").textContent);

  const save = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const drawing = (name) => {
    const svg = document.querySelector(`#${name} .wide svg`).cloneNode(true);
    svg.setAttribute("font-family", "Helvetica, Arial, sans-serif");
    svg.setAttribute("style", "background:#ffffff");
    return svg.outerHTML.replace(/var\(--([a-z]+)\)/g, (_, key) => light[key]);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.csv) save(`${button.dataset.csv}.csv`, "text/csv", csv[button.dataset.csv]);
    if (button.dataset.svg) save(`${button.dataset.svg}.svg`, "image/svg+xml", drawing(button.dataset.svg));
  });

  const key = (row, index) => {
    const cell = row.cells[index];
    return cell.dataset.s === undefined ? cell.textContent : Number(cell.dataset.s);
  };

  const sort = (head, index) => {
    const down = head.getAttribute("aria-sort") !== "descending";
    const body = head.closest("table").tBodies[0];
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
    const rows = [...body.rows].sort((a, b) => compare(key(a, index), key(b, index)) * (down ? -1 : 1));
    body.append(...rows);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    if (table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows].at(-1).querySelectorAll("th").forEach((head, index) => {
      // A <button> is left out of a table head that print repeats on the next page.
      const button = document.createElement("span");
      button.tabIndex = 0;
      button.setAttribute("role", "button");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head, index));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort(head, index);
      });
    });
  }

  const unfolded = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll(".events details:not([open]), #shares-forest details:not([open])")) {
      part.open = true;
      unfolded.push(part);
    }
  });
  addEventListener("afterprint", () => {
    for (const part of unfolded.splice(0)) part.open = false;
  });

  const filter = document.getElementById("actor-filter");
  const show = () => {
    let shown = 0;
    for (const item of document.querySelectorAll(".events > li")) {
      const hit = !filter.value || item.dataset.source === filter.value || item.dataset.target === filter.value;
      item.hidden = !hit;
      shown += hit;
    }
    document.getElementById("actor-count").textContent = filter.value ? `${shown} events` : "";
  };
  if (filter) filter.addEventListener("change", show);
})();
