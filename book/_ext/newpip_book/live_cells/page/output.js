// Shows what a cell put out, as the book shows it: the counterpart in the page of newpip_book.render.

import { cleanHtml, cleanSvg } from "./clean.js";
import { Terminal } from "./terminal.js";

const OURS = "application/vnd.newpip+json";
const LONG = 12; // rows; as in newpip_book.render
const CLOSE = 1e-9;
const PAUSE = 30; // milliseconds between two looks at what came

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Quotes, dashes and ellipses as Sphinx's smartquotes set them.
const typeset = (text) =>
  String(text)
    .replace(/(^|[\s([{\u2013\u2014-])"/g, "$1\u201c")
    .replace(/"/g, "\u201d")
    .replace(/(^|[\s([{\u2013\u2014\u201c-])'(?!\d\ds?\b)/g, "$1\u2018")
    .replace(/'/g, "\u2019")
    .replace(/---/g, "\u2014")
    .replace(/--/g, "\u2013")
    .replace(/\.\.\./g, "\u2026");

// Figures keep the numbers and the names that the rest of the page refers to; a heading may have taken the name itself.
const anchor = ({ kind, key }, book) => (book.numbers.has(`${kind}-${key}`) ? `${kind}-${key}` : key);

function captioned(tag, payload, text, book) {
  const number = make("span", { className: "caption-number", textContent: book.numbers.get(anchor(payload, book)) || "" });
  return make(tag, {}, number, make("span", { className: "caption-text", textContent: typeset(text) }));
}

function named(element, payload, book) {
  const name = anchor(payload, book);
  if (!document.getElementById(name)) element.id = name;
  return element;
}

function themed(svg, colours) {
  return Object.entries(colours).reduce(
    (text, [name, shade]) => text.replace(new RegExp(`${shade}\\b`, "gi"), `var(--np-${name}, ${shade})`),
    svg,
  );
}

function picture(svg, alt, colours, name = "") {
  const made = cleanSvg(themed(svg, colours));
  if (!made) return make("p", { textContent: alt });
  if (name) made.setAttribute("class", `np-${name}`);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", alt);
  made.setAttribute("stroke-linejoin", "round");
  made.setAttribute("stroke-linecap", "butt");
  return made;
}

function figure(payload, { svg: drawings, values }, book) {
  const [title, how] = [payload.caption.slice(0, payload.title), payload.caption.slice(payload.title + 1)];
  const caption = make("figcaption", {}, captioned("p", payload, title, book), make("p", { className: "np-how", textContent: typeset(how) }));
  const [[name, svg]] = Object.entries(drawings); // the page draws the one that fits
  const legend = make("div", { className: "legend" }, footer(payload, { CSV: ["text/csv", marked(payload.csv)], SVG: ["image/svg+xml", svg] }, book));
  const shown = make("div", { className: "np-picture np-one" }, picture(svg, payload.alt, book.colours, name));
  const large = make("button", { className: "np-large", type: "button", textContent: "Open large", hidden: true });
  const made = named(make("figure", { className: "np-figure align-default" }, caption, shown, large, legend), payload, book);
  Object.assign(shown.dataset, { key: `run-${payload.key}`, marks: values.said?.length ?? 0 });
  globalThis.newpipFigure?.(shown.dataset.key, values);
  globalThis.newpipFigure?.dress(made);
  return made;
}

function cell(text, place, payload, inHead, book) {
  const stub = place === 0;
  const made = make(inHead || stub ? "th" : "td");
  const chosen = inHead && payload.choose?.[place];
  made.className = [inHead && "head", stub && "stub", payload.numeric[place] && "np-number", chosen && "np-choose"].filter(Boolean).join(" ");
  if (!inHead && (!stub || payload.numeric[place])) made.dataset.label = typeset(payload.header[place]);
  const label = /^chapter-[a-z]+$/.test(text) && book.labels[text];
  made.append(make("p", {}, label ? make("a", { href: new URL(label[0], book.root), textContent: label[1].split(": ")[0] }) : typeset(text)));
  return made;
}

// As newpip_book.theme.html writes it. Its shape was found at the build, where the book has a table of this name.
function table(payload, book) {
  const row = (cells, inHead) => make("tr", {}, ...cells.map((text, place) => cell(text, place, payload, inHead, book)));
  const long = payload.rows.length > LONG;
  const published = book.shapes.get(anchor(payload, book));
  const made = make("table", { className: `np-table table${long ? " np-long" : ""}` });
  made.append(
    captioned("caption", payload, payload.caption, book),
    ...(published?.columns === payload.header.length ? [published.widths.cloneNode(true)] : []),
    make("thead", {}, row(payload.header, true)),
    make("tbody", {}, ...payload.rows.map((cells) => row(cells, false))),
  );
  const box = make("div", { className: "np-box", tabIndex: 0 }, named(made, payload, book));
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", typeset(payload.caption));
  box.dataset.scrolls = "";
  const frame = make("div", { className: published?.classes ?? "np-frame" }, box);
  if (long) frame.prepend(make("div", { className: "np-filter" }));
  if (long) frame.append(make("div", { className: "np-more" }));
  return make("div", {}, frame, footer(payload, { CSV: ["text/csv", marked(payload.csv)] }, book));
}

// The mark by which spreadsheets know letters that are not ASCII.
const marked = (csv) => (/[^\x00-\x7f]/.test(csv) ? `\ufeff${csv}` : csv);

function footer(payload, files, book) {
  const line = make("p", { className: "np-source" }, "Computed in this page. Data: ");
  Object.entries(files).forEach(([kind, [type, content]], place) => {
    const link = make("a", { download: `${payload.key}.${kind.toLowerCase()}`, textContent: kind, className: "np-download" });
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.append(make("span", { className: "np-unseen", textContent: ` of ${payload.key}` }));
    line.append(place ? " · " : "", link);
  });
  const tables = book.figures[payload.key]?.tables ?? [];
  if (tables.length) line.append(". As published, from: ");
  tables.forEach((name, place) => {
    const label = book.labels[`table-${name}`];
    line.append(place ? ", " : "", label ? make("a", { href: new URL(label[0], book.root), textContent: name }) : name);
  });
  line.append(".");
  return line;
}

function text(content, kind = "text_plain") {
  const made = make("div", { className: `output ${kind} highlight-myst-ansi notranslate` }, make("div", { className: "highlight" }, make("pre")));
  new Terminal(made.querySelector("pre")).write(String(content));
  return made;
}

const whole = (content) => (Array.isArray(content) ? content.join("") : String(content));

function image(mime, data, about = {}) {
  const made = make("img", { alt: about.alt ?? "", src: `data:${mime};base64,${data.replace(/\s/g, "")}` });
  for (const name of ["width", "height"]) if (about[name] > 0) made[name] = about[name];
  const shown = make("div", { className: "output np-drawn" }, made);
  if (about.marks) shown.append(make("p", { className: "np-note", textContent: `Drawn as points of one picture, for its ${about.marks} marks.` }));
  return shown;
}

// The richest form that the page can show; of HTML, what can do no harm, where anything of it can be seen.
const FORMS = {
  "text/html": (data) => {
    const made = make("div", { className: "output text_html" }, cleanHtml(data));
    return made.textContent.trim() || made.querySelector("img, svg, hr, table") ? made : null;
  },
  "text/markdown": (data) => text(data),
  "image/svg+xml": (data, about, book) => make("div", { className: "output np-drawn" }, picture(data, about?.alt ?? "A picture.", book.colours)),
  "text/latex": (data) => text(data),
  "image/png": (data, about) => image("image/png", data, about),
  "image/jpeg": (data, about) => image("image/jpeg", data, about),
  "image/gif": (data, about) => image("image/gif", data, about),
  "application/json": (data, about) => text(JSON.stringify(data, null, 1)),
  "text/plain": (data) => text(data),
};

export function display({ data, metadata, id }, book) {
  if (data[OURS]) return data[OURS].kind === "figure" ? figure(data[OURS], metadata.newpip, book) : table(data[OURS], book);
  for (const [mime, show] of Object.entries(FORMS)) {
    const content = mime === "application/json" ? data[mime] : data[mime] && whole(data[mime]);
    const made = content !== undefined && show(content, metadata[mime], book);
    if (made) return made;
  }
  return make("div", { className: "output" }, ...(Object.keys(data).length ? [`[The page cannot show ${Object.keys(data).join(", ")}.]`] : []));
}

function failure({ last, short, full, told }) {
  const folded = make("details", {}, make("summary", { textContent: "The whole traceback" }), make("pre", { textContent: full }));
  const shown = make("div", { className: "output np-error" }, make("pre", { textContent: short.trimEnd() }));
  if (told) shown.prepend(make("p", { textContent: told }));
  if (full !== short) shown.append(folded);
  shown.dataset.last = last;
  return shown;
}

// What a cell named: each result beside the book's.
function agrees(value, inBook) {
  if (typeof value !== "number" || typeof inBook !== "number") return JSON.stringify(value) === JSON.stringify(inBook);
  return Math.abs(value - inBook) <= CLOSE * Math.max(Math.abs(value), Math.abs(inBook));
}

function result({ key, text: said, value, holds }, book) {
  const isClaim = holds !== undefined;
  const known = isClaim ? true : book.results[key]?.value;
  const same = isClaim ? holds : known !== undefined && agrees(value, known);
  const shown = typeof known === "number" && !Number.isInteger(known) ? Number(known.toPrecision(6)) : JSON.stringify(known);
  const beside = same ? "" : known === undefined ? " (the book has no such result)" : isClaim ? " (in the book it holds)" : ` (the book has ${shown})`;
  return { same, line: `${isClaim ? `claim ${key.replace(/^claim\./, "")}` : key} = ${said}${beside}` };
}

function results(all, book) {
  const lines = all.map((one) => result(one, book));
  const other = lines.filter((one) => !one.same).length;
  const count = `${lines.length} ${lines.length === 1 ? "result" : "results"} named here`;
  const verdict = other ? `${other} not as in the book` : "as in the book";
  const list = make("ul", {}, ...lines.map(({ same, line }) => make("li", { className: same ? "" : "np-differs", textContent: line })));
  return make("details", { className: "np-compared", open: other > 0 }, make("summary", { textContent: `${count}: ${verdict}` }), list);
}

// A page without a long table of its own has not loaded what sorts one; once there, it takes all that it finds.
function sortable(book) {
  if (document.querySelector("script[src*='sortable.js']")) return;
  document.head.append(make("script", { src: new URL("_static/sortable.js", book.root) }));
}

// Gathers a cell's outputs in the order they come: numbers and claims together at the end. They are shown a few times a
// second, so that a cell that prints much leaves the page to its reader.
export class Output {
  constructor(element, book) {
    Object.assign(this, { element, book, found: [], waiting: [], began: false, ended: false });
  }

  // Give back the addresses of files that are offered in a place that is emptied.
  static release(element) {
    for (const link of element.querySelectorAll("a[href^='blob:']")) URL.revokeObjectURL(link.href);
  }

  empty() {
    Output.release(this.element);
    this.element.replaceChildren();
    this.terminal = null;
  }

  begin() {
    if (!this.began) this.empty();
    this.began = true;
  }

  add(message) {
    this.waiting.push(message);
    this.timer ??= setTimeout(() => this.show(), PAUSE);
  }

  show() {
    clearTimeout(this.timer);
    this.timer = null;
    for (const message of this.waiting.splice(0)) this.one(message);
    if (this.ended) this.settle();
  }

  one(message) {
    this.begin();
    const glued = message.metadata?.scrapbook;
    if (message.kind === "clear" && message.wait) this.clearing = true;
    else if (message.kind === "clear") this.empty();
    else {
      if (this.clearing) this.empty();
      this.clearing = false;
      if (glued) this.glue(glued.name, message);
      else if (message.kind === "stream") this.print(message);
      else if (message.kind === "update") this.update(message);
      else this.append(message.kind === "error" ? failure(message) : this.marked(message));
    }
  }

  append(shown) {
    this.terminal = null;
    const last = this.element.querySelector(":scope > .np-compared");
    this.element.insertBefore(shown, last);
  }

  // Another output, or the same cell, can put something else in the place of what has a name.
  marked(message) {
    const shown = display(message, this.book);
    if (message.id) shown.dataset.display = message.id;
    return shown;
  }

  update(message) {
    for (const old of document.querySelectorAll(`[data-display="${CSS.escape(message.id)}"]`)) {
      Output.release(old);
      old.replaceWith(this.marked(message));
    }
  }

  glue(key, { data, metadata }) {
    const one = { key, text: data["application/papermill.record/text/plain"], ...metadata.newpip };
    this.found.push(one);
    document.dispatchEvent(new CustomEvent("newpip:result", { detail: one }));
  }

  print({ name, text: content }) {
    if (this.terminal?.name !== name) {
      const shown = text("", "stream");
      shown.dataset.stream = name;
      this.append(shown);
      this.terminal = new Terminal(shown.querySelector("pre"), name);
    }
    this.terminal.write(content);
  }

  end() {
    this.begin();
    this.ended = true;
    this.show();
    if (this.found.length) this.element.append(results(this.found, this.book));
  }

  settle() {
    for (const box of this.element.querySelectorAll("pre, .np-box")) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    }
    const long = [...this.element.querySelectorAll("table.np-long:not(.np-ready)")];
    if (long.length) sortable(this.book);
    for (const one of long) one.dispatchEvent(new CustomEvent("newpip:table", { bubbles: true }));
  }
}
