"use strict";
const byId = (id) => document.getElementById(id);
const sections = [...document.querySelectorAll("section[data-track]")];

function filter() {
  const track = byId("track").value, config = byId("config").value;
  let shown = 0;
  for (const section of sections) {
    const fits = (!track || section.dataset.track === track) && (!config || section.dataset.config === config);
    section.hidden = !fits;
    shown += fits;
  }
  byId("shown").textContent = shown + " of " + sections.length + " tables shown";
}
byId("track").addEventListener("change", filter);
byId("config").addEventListener("change", filter);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("aria-controls")) {
    const detail = byId(button.getAttribute("aria-controls"));
    detail.hidden = !detail.hidden;
    button.setAttribute("aria-expanded", String(!detail.hidden));
  } else {
    sort(button.closest("th"));
  }
});

function sort(head) {
  const table = head.closest("table"), body = table.tBodies[0];
  const index = head.cellIndex, up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const pairs = [];
  for (const row of [...body.rows]) {
    if (row.classList.contains("detail")) pairs[pairs.length - 1].push(row);
    else pairs.push([row]);
  }
  const key = (row) => row.cells[index].dataset.value;
  const numeric = head.classList.contains("number");
  pairs.sort(([a], [b]) => {
    const order = numeric ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b));
    return up ? order : -order;
  });
  for (const pair of pairs) body.append(...pair);
}
filter();
