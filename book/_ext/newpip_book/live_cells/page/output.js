// Shows what a cell put out, as the book shows it: the counterpart in the page of newpip_book.render.

import { cleanHtml, cleanSvg } from "./clean.js";

const OURS = "application/vnd.newpip+json";
const LONG = 12; // rows; as in newpip_book.render
const CLOSE = 1e-9;

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// The book's apostrophes.
const typeset = (text) => String(text).replace(/(\w)'/g, "$1\u2019");

// Figures keep the numbers and the names that the rest of the page refers to.
function captioned(tag, key, text, numbers) {
  const number = make("span", { className: "caption-number", textContent: numbers.get(key) || "" });
  return make(tag, {}, number, make("span", { className: "caption-text", textContent: typeset(text) }));
}

function named(element, key) {
  if (!document.getElementById(key)) element.id = key;
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
  const caption = make("figcaption", {}, captioned("p", payload.key, title, book.numbers), make("p", { className: "np-how", textContent: typeset(how) }));
  const [[name, svg]] = Object.entries(drawings); // the page draws the one that fits
  const legend = make("div", { className: "legend" }, footer(payload, { CSV: ["text/csv", marked(payload.csv)], SVG: ["image/svg+xml", svg] }, book));
  const shown = make("div", { className: "np-picture np-one" }, picture(svg, payload.alt, book.colours, name));
  const large = make("button", { className: "np-large", type: "button", textContent: "Open large", hidden: true });
  const made = named(make("figure", { className: "np-figure align-default" }, caption, shown, large, legend), payload.key);
  Object.assign(shown.dataset, { key: `run-${payload.key}`, marks: values.said?.length ?? 0 });
  globalThis.newpipFigure?.(shown.dataset.key, values);
  globalThis.newpipFigure?.dress(made);
  return made;
}

function cell(text, place, payload, inHead, book) {
  const stub = place === 0;
  const made = make(inHead || stub ? "th" : "td");
  made.className = [inHead && "head", stub && "stub", payload.numeric[place] && "np-number"].filter(Boolean).join(" ");
  if (inHead || stub) made.scope = inHead ? "col" : "row";
  else made.dataset.label = payload.header[place];
  const label = /^chapter-[a-z]+$/.test(text) && book.labels[text];
  made.append(make("p", {}, label ? make("a", { href: new URL(label[0], book.root), textContent: label[1] }) : typeset(text)));
  return made;
}

function table(payload, book) {
  const row = (cells, inHead) => make("tr", {}, ...cells.map((text, place) => cell(text, place, payload, inHead, book)));
  const made = make("table", { className: "np-table table" + (payload.rows.length > LONG ? " np-long" : "") });
  made.append(
    captioned("caption", payload.key, payload.caption, book.numbers),
    make("thead", {}, row(payload.header, true)),
    make("tbody", {}, ...payload.rows.map((cells) => row(cells, false))),
  );
  const published = document.getElementById(payload.key)?.closest(".np-frame"); // whose shape was found at the build
  const long = made.matches(".np-long");
  const frame = make("div", { className: published?.className ?? "np-frame" }, make("div", { className: "np-box" }, named(made, payload.key)));
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
  const tables = Object.keys(book.figures[payload.key]?.tables ?? {});
  if (tables.length) line.append(". As published, from: ");
  tables.forEach((name, place) => {
    const label = book.labels[`table-${name}`];
    line.append(place ? ", " : "", label ? make("a", { href: new URL(label[0], book.root), textContent: name }) : name);
  });
  line.append(".");
  return line;
}

function text(content, kind = "text_plain") {
  return make("div", { className: `output ${kind} highlight-myst-ansi notranslate` }, make("div", { className: "highlight" }, make("pre", { textContent: content })));
}

function display({ data, metadata }, book) {
  if (data[OURS]) return data[OURS].kind === "figure" ? figure(data[OURS], metadata.newpip, book) : table(data[OURS], book);
  if (data["image/svg+xml"]) return make("div", { className: "output np-drawn" }, picture(data["image/svg+xml"], data["text/plain"], book.colours));
  if (data["image/png"]) return cleanHtml(`<img alt="" src="data:image/png;base64,${data["image/png"].replace(/\s/g, "")}">`);
  if (data["text/html"]) return make("div", { className: "output text_html" }, cleanHtml(data["text/html"]));
  return text((data["text/markdown"] || data["text/plain"]) + "\n");
}

function failure({ last, short, full }) {
  const whole = make("details", {}, make("summary", { textContent: "The whole traceback" }), make("pre", { textContent: full }));
  const shown = make("div", { className: "output np-error" }, make("pre", { textContent: short.trimEnd() }));
  if (full !== short) shown.append(whole);
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

// Gathers a cell's outputs in the order they come: numbers and claims together at the end.
export class Output {
  constructor(element, book) {
    Object.assign(this, { element, book, found: [], began: false });
  }

  begin() {
    if (!this.began) this.element.replaceChildren();
    this.began = true;
  }

  add(message) {
    this.begin();
    const glued = message.metadata?.scrapbook;
    if (glued) this.glue(glued.name, message);
    else if (message.kind === "stream") this.print(message);
    else this.element.append(message.kind === "error" ? failure(message) : display(message, this.book));
  }

  glue(key, { data, metadata }) {
    const one = { key, text: data["application/papermill.record/text/plain"], ...metadata.newpip };
    this.found.push(one);
    document.dispatchEvent(new CustomEvent("newpip:result", { detail: one }));
  }

  print({ name, text: content }) {
    const last = this.element.lastElementChild;
    if (last?.dataset.stream === name) last.querySelector("pre").append(content);
    else {
      const shown = text(content, "stream");
      shown.dataset.stream = name;
      this.element.append(shown);
    }
  }

  end() {
    this.begin();
    if (this.found.length) this.element.append(results(this.found, this.book));
    for (const box of this.element.querySelectorAll("pre, .np-box")) {
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    }
    for (const long of this.element.querySelectorAll("table.np-long")) long.dispatchEvent(new CustomEvent("newpip:table", { bubbles: true }));
  }
}
