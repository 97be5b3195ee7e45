// Lets readers open a long table, sort it, search it, and choose rows by the values of the columns that its chapter names.
// What they chose stands in the address, to be passed on. Without this script it is a plain table with all its rows.
(() => {
  "use strict";

  const SHOWN = 10; // rows of a table that was not opened; book.css hides the others before this script is there

  const text = (cell) => (cell ? cell.textContent.replace(/\s+/g, " ").trim() : "");
  const fold = newpipFold; // of theme.js
  const order = new Intl.Collator("en", { sensitivity: "base" });

  // Of a text its parts, numbers as such: 1,023 (72%) and -0.46. A minus is one at the start of a word, else a dash.
  const SIGN = /(^|[\s(])([-+])(?=\d)/g;
  const PARTS = /\u2212?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|[^\d\s\u2212]+/gu;

  function parts(words) {
    const signed = fold(words).replace(/^\u00a3\s*/, "").replace(SIGN, (_, before, sign) => before + (sign === "-" ? "\u2212" : ""));
    return (signed.match(PARTS) ?? []).map((part) => (/\d/.test(part) ? Number(part.replace(/,/g, "").replace("\u2212", "-")) : part));
  }

  // An order on all texts: part by part, numbers by size and before words; what ends first comes first.
  function compareParts(one, other) {
    for (let place = 0; place < Math.min(one.length, other.length); place += 1) {
      const [a, b] = [one[place], other[place]];
      const apart = typeof a === typeof b ? (typeof a === "number" ? a - b : order.compare(a, b)) : typeof a === "number" ? -1 : 1;
      if (apart) return apart;
    }
    return one.length - other.length;
  }

  const compare = (one, other) => compareParts(parts(one), parts(other));
  const empty = (words) => ["", "-"].includes(fold(words));

  function element(kind, facts = {}, ...children) {
    const made = Object.assign(document.createElement(kind), facts);
    made.append(...children);
    return made;
  }

  function labelled(control, id, words, kind = "") {
    control.id = id;
    return element("span", { className: kind }, element("label", { htmlFor: id, textContent: words }), control);
  }

  function choice(rows, place) {
    const values = new Set(rows.map((row) => text(row.cells[place])));
    const options = [...values].sort(compare).map((value) => new Option(value));
    return element("select", {}, new Option("All", ""), ...options);
  }

  // One long table: what was asked of it, and what it shows.
  class LongTable {
    constructor(table, number) {
      this.table = table;
      this.id = table.id = table.id || `np-long-${number}`;
      this.rows = [...table.tBodies[0].rows];
      this.given = [...this.rows];
      this.words = new Map(this.rows.map((row) => [row, fold(text(row))]));
      this.heads = [...table.tHead.rows[0].cells];
      this.names = this.heads.map(text);
      this.frame = table.closest(".np-frame");
      this.open = false;
      this.addSorting(number);
      this.addFilter(number);
      this.addOpener();
      table.classList.add("np-ready");
      this.show();
    }

    addSorting(number) {
      this.heads.forEach((head, place) => {
        const button = element("button", { type: "button", className: "np-sort", textContent: this.names[place] });
        button.addEventListener("click", () => {
          this.sort(`${head.getAttribute("aria-sort") === "ascending" ? "-" : ""}${this.names[place]}`);
          this.keep();
        });
        head.dataset.label = this.names[place]; // for paper, where a heading with a button in it is not repeated
        head.replaceChildren(button);
      });
      const options = this.names.flatMap((name) => [new Option(name), new Option(`${name}, reversed`, `-${name}`)]);
      this.by = element("select", {}, new Option("the order given", ""), ...options);
      this.by.addEventListener("change", () => {
        this.sort(this.by.value);
        this.keep();
      });
      this.sorter = labelled(this.by, `np-by-${number}`, "Sort by", "np-by");
    }

    addFilter(number) {
      const box = this.frame.querySelector(".np-filter"); // kept free for it, so that nothing jumps
      this.selects = new Map();
      this.input = element("input", { type: "search", autocomplete: "off" });
      this.count = element("output");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Choose rows of the table");
      this.heads.forEach((head, place) => {
        if (!head.classList.contains("np-choose")) return;
        const select = choice(this.rows, place);
        this.selects.set(place, select);
        select.addEventListener("change", () => this.change());
        box.append(labelled(select, `np-filter-${number}-${place}`, this.names[place]));
      });
      box.append(labelled(this.input, `np-filter-${number}`, "Show rows that contain"), this.sorter, this.count);
      const controls = [this.input, ...this.selects.values()];
      for (const control of [...controls, this.by]) control.setAttribute("aria-controls", this.id);
      this.count.setAttribute("for", controls.map((control) => control.id).join(" "));
      // Enough of a pause that a screen reader hears one count, not one for each letter.
      let waiting;
      this.input.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.change(), 200);
      });
    }

    addOpener() {
      this.told = element("span");
      this.opener = element("button", { type: "button" });
      this.opener.setAttribute("aria-controls", this.id);
      this.opener.addEventListener("click", () => {
        this.open = !this.open;
        this.show();
        if (!this.open) this.frame.scrollIntoView({ block: "end", behavior: "instant" });
      });
      this.more = this.frame.querySelector(".np-more");
      this.more.append(this.told, this.opener);
    }

    sort(wanted) {
      const place = this.names.indexOf(wanted.replace(/^-/, ""));
      const down = wanted.startsWith("-");
      this.sorted = place < 0 ? "" : wanted;
      this.by.value = this.sorted;
      for (const head of this.heads) head.removeAttribute("aria-sort");
      if (place >= 0) this.heads[place].setAttribute("aria-sort", down ? "descending" : "ascending");
      const words = place < 0 ? [] : this.given.map((row) => text(row.cells[place]));
      const keys = new Map(words.map((said, at) => [this.given[at], { gap: empty(said), parts: parts(said) }]));
      const compared = (one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        return a.gap - b.gap || (down ? -1 : 1) * compareParts(a.parts, b.parts);
      };
      this.rows = place < 0 ? [...this.given] : [...this.given].sort(compared); // rows alike stay as given
      this.table.tBodies[0].append(...this.rows);
      this.show();
    }

    change() {
      this.show();
      this.keep();
    }

    show() {
      const wanted = fold(this.input.value);
      const chosen = [...this.selects].filter(([, select]) => select.value);
      let fitting = 0;
      for (const row of this.rows) {
        const fits = chosen.every(([place, select]) => text(row.cells[place]) === select.value);
        row.hidden = !fits || !this.words.get(row).includes(wanted);
        fitting += !row.hidden;
        row.classList.toggle("np-beyond", !row.hidden && !this.open && fitting > SHOWN);
      }
      const all = fitting === this.rows.length;
      this.count.textContent = all ? "" : `${fitting} of ${this.rows.length} rows`;
      this.more.hidden = fitting <= SHOWN;
      this.told.textContent = this.open ? `All ${fitting} rows` : `${SHOWN} of ${fitting} rows`;
      this.opener.textContent = this.open ? `Show ${SHOWN}` : "Show all";
    }

    // A view is what stands behind the name of the table in the address, which no browser sends to a server.
    keep() {
      const view = new URLSearchParams();
      if (this.sorted) view.set("sort", this.sorted);
      if (this.input.value.trim()) view.set("rows", this.input.value.trim());
      for (const [place, select] of this.selects) if (select.value) view.set(this.names[place], select.value);
      history.replaceState(history.state, "", `#${[this.id, view].join("&").replace(/&$/, "")}`);
    }

    recall(view) {
      this.input.value = view.get("rows") ?? "";
      for (const [place, select] of this.selects) select.value = view.get(this.names[place]) ?? "";
      this.sort(view.get("sort") ?? "");
      this.frame.scrollIntoView({ behavior: "instant" });
    }

    reveal(row) {
      if (!row.matches(".np-beyond")) return;
      this.open = true;
      this.show();
    }
  }

  const offered = new Map();

  function offer(table) {
    if (!table.tHead || !table.tBodies.length) return;
    offered.set(table, new LongTable(table, offered.size + 1));
  }

  // Something in a row is to be seen: the search found it, or an address names it.
  function reveal(place) {
    const row = place?.closest(".np-long tbody tr");
    if (row) offered.get(row.closest("table")).reveal(row);
  }

  function arrive() {
    const [name, ...view] = location.hash.slice(1).split("&");
    const place = document.getElementById(name);
    if (view.length && offered.has(place)) offered.get(place).recall(new URLSearchParams(view.join("&")));
    if (place?.closest(".np-beyond")) {
      reveal(place);
      place.scrollIntoView({ block: "center", behavior: "instant" }); // clear of the headings that stay
    }
  }

  function enhance() {
    document.querySelectorAll("table.np-long").forEach(offer);
    arrive();
    addEventListener("hashchange", arrive);
  }

  // A table that a reader's own run of a cell has made, and a row where the search found what was looked for.
  document.addEventListener("newpip:table", (event) => offer(event.target));
  document.addEventListener("newpip:found", (event) => reveal(event.target));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
  else enhance();
})();
