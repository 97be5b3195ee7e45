// Lets readers sort a long table, search it, and choose rows by the values of the columns that its chapter names.
// Without this script it is a plain table, and nothing is lost.
(() => {
  "use strict";

  const text = (cell) => (cell ? cell.textContent.replace(/\s+/g, " ").trim() : "");
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function figure(cell) {
    const plain = text(cell).replace(/\u2212/g, "-").replace(/[,£%\s]/g, "");
    return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  }

  function compare(one, other, place) {
    const [a, b] = [figure(one.cells[place]), figure(other.cells[place])];
    if (a !== null && b !== null) return a - b;
    return order.compare(text(one.cells[place]), text(other.cells[place]));
  }

  function empty(row, place) {
    return ["", "\u2013"].includes(text(row.cells[place]));
  }

  function sort(table, header, place) {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((one, other) => {
      const gap = empty(one, place) - empty(other, place);
      return gap || (down ? -1 : 1) * compare(one, other, place);
    });
    body.append(...rows);
  }

  function addSorting(table) {
    [...table.tHead.rows[0].cells].forEach((header, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "np-sort";
      button.textContent = text(header);
      button.addEventListener("click", () => sort(table, header, place));
      header.replaceChildren(button);
    });
  }

  function labelled(control, id, words) {
    const pair = document.createElement("span");
    const label = document.createElement("label");
    control.id = id;
    label.htmlFor = id;
    label.textContent = words;
    pair.append(label, control);
    return pair;
  }

  function choice(rows, place) {
    const select = document.createElement("select");
    const values = new Set(rows.map((row) => text(row.cells[place])));
    select.append(new Option("All", ""), ...[...values].sort(order.compare).map((value) => new Option(value)));
    return select;
  }

  function addFilter(table, number) {
    const rows = [...table.tBodies[0].rows];
    const haystacks = new Map(rows.map((row) => [row, text(row).toLowerCase()]));
    const frame = table.closest(".np-box") || table;
    const box = frame.previousElementSibling; // kept free for it, so that nothing jumps
    const input = document.createElement("input");
    const count = document.createElement("output");
    const selects = new Map();
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Choose rows of the table");
    input.type = "search";
    input.autocomplete = "off";
    [...table.tHead.rows[0].cells].forEach((header, place) => {
      if (!header.classList.contains("np-choose")) return;
      const select = choice(rows, place);
      selects.set(place, select);
      box.append(labelled(select, `np-filter-${number}-${place}`, text(header)));
    });
    box.append(labelled(input, `np-filter-${number}`, "Show rows that contain"), count);
    table.id = table.id || `np-long-${number}`;
    for (const control of [input, ...selects.values()]) control.setAttribute("aria-controls", table.id);
    count.setAttribute("for", [input, ...selects.values()].map((control) => control.id).join(" "));

    function show() {
      const wanted = input.value.toLowerCase().replace(/\s+/g, " ").trim();
      const chosen = [...selects].filter(([, select]) => select.value);
      let shown = 0;
      for (const row of rows) {
        const fits = chosen.every(([place, select]) => text(row.cells[place]) === select.value);
        row.hidden = !fits || !haystacks.get(row).includes(wanted);
        shown += !row.hidden;
      }
      count.textContent = `${shown} of ${rows.length} rows`;
    }

    // Enough of a pause that a screen reader hears one count, not one for each letter.
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(show, 200);
    });
    for (const select of selects.values()) select.addEventListener("change", show);
    show();
  }

  let count = 0;

  function offer(table) {
    if (!table.tHead || !table.tBodies.length) return;
    count += 1;
    addSorting(table);
    addFilter(table, count);
  }

  function enhance() {
    document.querySelectorAll("table.np-long").forEach(offer);
  }

  // A table that a reader's own run of a cell has made.
  document.addEventListener("newpip:table", (event) => offer(event.target));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
  else enhance();
})();
