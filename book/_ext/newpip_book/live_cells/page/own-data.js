// Lets a reader hand files of their own to a chapter, which then shows what follows from these: inpage.js runs it, and
// every number, figure and table takes the place of the published one of its name.

const OURS = "application/vnd.newpip+json";
const MOST = 50_000_000; // bytes of all files: what is larger is no table of counts, and no browser need hold it
const LEFT_OUT = ".np-published-only, .np-yours, .np-place, .np-key, .np-aims, .np-launch, .headerlink, .np-tip, .np-fold, .np-claim, script, noscript, details.admonition";
const STOPPED = "Stopped. The page is as it was; choose a workbook to begin again.";
const ONLY_HERE = ".np-source, .np-filter, .np-more, button";
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const button = (textContent, onclick, properties = {}) => make("button", { type: "button", textContent, onclick, ...properties });
const list = (lines) => make("ul", {}, ...lines.map((textContent) => make("li", { textContent })));

// What a page of other counts is made of: the published one without what is for it alone, its cells in their places.
class Template {
  constructor(place) {
    this.root = place.closest(".np-article > section");
    this.children = [...this.root.childNodes];
    this.own = this.children.find((one) => one.contains(place));
    this.title = document.title;
    const cells = [...document.querySelectorAll(".np-article div.cell")].filter((one) => one.querySelector(".cell_input pre"));
    this.cells = cells.flatMap((one, at) => (one.closest(".np-published-only, [class*='tag_published-only']") ? [] : [at]));
  }

  // Fill in what the cells gave; fails where anything of the published page would be left.
  filled(heading, { numbers, shown }) {
    const copies = this.children.filter((one) => one !== this.own).map((one) => one.cloneNode(true));
    const page = make("div", { className: "np-yours-page" }, ...copies);
    for (const one of page.querySelectorAll(LEFT_OUT)) one.remove();
    page.querySelector("h1").replaceChildren(heading);
    for (const one of page.querySelectorAll(".section-number")) one.remove();
    for (const one of page.querySelectorAll(".np-result")) one.replaceWith(make("span", { className: "np-yours-number", textContent: known(numbers, one.dataset.result) }));
    for (const one of page.querySelectorAll("div.cell")) {
      const names = [...one.querySelectorAll("figure.np-figure[id], table.np-table[id]")].map(({ id }) => id);
      one.replaceWith(...names.map((name) => known(shown, name)));
    }
    for (const link of page.querySelectorAll("a[href]:not([download])")) if (!link.hash || link.getAttribute("href")[0] !== "#") link.replaceWith(...link.childNodes);
    for (const one of page.querySelectorAll(".caption-number, .std-numref")) one.textContent = one.textContent.replace(/\d+\.(?=\d)/, "");
    return page;
  }

  show(page, title) {
    document.documentElement.classList.toggle("np-is-yours", Boolean(page));
    document.title = page ? title : this.title;
    this.root.replaceChildren(...(page ? [this.own, page] : this.children));
    for (const link of document.querySelectorAll(".np-toc li a, .np-here li a")) link.parentNode.hidden = !document.getElementById(link.hash.slice(1));
  }
}

function known(found, name) {
  if (!found.has(name)) throw new Error(`${name} is missing`);
  return found.get(name);
}

// Everything that the cells gave, by its name; figures and tables are drawn when the published ones are out of the page.
function gathered(messages, { display, book }) {
  const numbers = new Map();
  const shown = new Map();
  for (const message of messages) {
    const [glued, payload] = [message.metadata?.scrapbook, message.data?.[OURS]];
    if (glued) numbers.set(glued.name, message.data["application/papermill.record/text/plain"]);
    if (!payload) continue;
    const drawn = display(message, { ...book, figures: {} });
    for (const name of [payload.key, `${payload.kind}-${payload.key}`]) shown.set(name, drawn);
  }
  return { numbers, shown };
}

const escaped = (text) => make("p", { textContent: text }).innerHTML;

// One file that needs nothing else: no script, no other file, no network.
function file(page, title, book) {
  const copy = page.cloneNode(true);
  for (const one of copy.querySelectorAll(ONLY_HERE)) one.remove();
  for (const one of copy.querySelectorAll(".np-long")) one.classList.remove("np-long");
  const day = new Date().toLocaleDateString("en-GB", { dateStyle: "long" });
  copy.append(make("p", { className: "np-note", textContent: `Made on ${day} with ${book}, from a workbook that its reader chose.` }));
  const styles = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText).join("\n");
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">`;
  return `<!DOCTYPE html>\n<html lang="${document.documentElement.lang}" class="np-is-yours"><head>${head}<title>${escaped(title)}</title><style>${styles}</style></head><body><main><article class="np-article">${copy.outerHTML}</article></main></body></html>\n`;
}

class OwnData {
  constructor(place) {
    this.about = JSON.parse(place.querySelector("script").textContent);
    this.template = new Template(place);
    this.base = new URL(document.documentElement.dataset.content_root || "./", location.href);
    this.build(place);
  }

  build(place) {
    const example = this.about.example && new URL(this.about.example, this.base);
    this.input = make("input", { type: "file", id: "np-yours-file", multiple: true, accept: this.about.accept ?? "", onchange: () => this.take([...this.input.files]) });
    const label = make("label", { htmlFor: "np-yours-file", textContent: "Choose your workbook, or drop it here" });
    const row = make("p", { className: "np-row" });
    if (example) row.append(button("Try the made-up example", () => this.try(example)), make("a", { href: example, download: "", textContent: "Download the workbook to fill in" }));
    this.far = make("p", { className: "np-note" });
    this.stopper = button("Stop", () => this.stop(), { hidden: true });
    this.live = make("p", { className: "np-unseen" });
    this.live.setAttribute("role", "status");
    this.told = make("div", { className: "np-yours-told", tabIndex: -1 });
    const box = make("div", { className: "np-yours-box" }, make("p", {}, label), this.input, row);
    for (const kind of ["dragover", "dragleave", "drop"]) box.addEventListener(kind, (event) => this.drop(event, box));
    place.append(box, this.far, this.stopper, this.live, this.told);
  }

  drop(event, box) {
    event.preventDefault();
    box.classList.toggle("np-yours-over", event.type === "dragover");
    if (event.type === "drop" && event.dataTransfer.files.length) this.take([...event.dataTransfer.files]);
  }

  async try(example) {
    try {
      const answer = await fetch(example);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      await this.take([new File([await answer.blob()], example.pathname.split("/").pop())]);
    } catch (error) {
      this.tell(`The example did not come: ${error.message}. Try again when there is a network.`);
    }
  }

  // The last that was chosen counts: one that is being read is stopped for it.
  async take(files) {
    if (!files.length) return;
    this.next = files;
    if (this.going) return this.stop();
    this.going = true;
    while (this.next) {
      const chosen = this.next;
      this.next = null;
      this.stopper.hidden = false;
      await this.read(chosen).catch((error) => this.fault(error.message));
      this.stopper.hidden = true;
      this.far.textContent = "";
    }
    this.going = false;
    this.input.value = ""; // so that the same file can be chosen again, once it is mended
  }

  stop() {
    this.stopped = true;
    this.detail?.stop();
  }

  async read(chosen) {
    this.stopped = false;
    this.told.replaceChildren();
    const names = chosen.map(({ name }) => name).join(", ");
    this.live.textContent = this.far.textContent = `Reading ${names}.`;
    if (chosen.reduce((sum, { size }) => sum + size, 0) > MOST) return this.tell(`${names}: this is far larger than a workbook of counts. Choose a copy that holds the counts alone.`);
    let files;
    try {
      files = await Promise.all(chosen.map(async (one) => [one.name, new Uint8Array(await one.arrayBuffer())]));
    } catch (error) {
      return this.tell(`${names}: the browser could not read this. A workbook was expected, no folder; if it has changed since, choose it again.`);
    }
    if (this.stopped) return this.tell(STOPPED);
    const messages = [];
    const tell = (text) => (this.far.textContent = text === "It runs." ? `Reading ${names}, and drawing the page.` : text);
    this.detail = { call: this.about.call, cells: this.template.cells, files, tell, hear: (message) => messages.push(message) };
    document.dispatchEvent(new CustomEvent("newpip:own", { detail: this.detail }));
    const found = await (this.detail.ended ?? { error: new Error("its scripts did not come"), gone: true });
    this.detail = null;
    if (!this.next) this.answer(messages, found);
  }

  answer(messages, found) {
    const given = messages.find(({ kind }) => kind === "given");
    const failed = messages.find(({ kind }) => kind === "error");
    const stopped = found.error?.message === "stopped" || failed?.last.startsWith("KeyboardInterrupt");
    if (found.busy) this.tell(found.busy);
    else if (stopped) this.tell(STOPPED);
    else if (found.gone) this.tell(`The page's Python could not start (${found.error.message}). Reload the page, and choose the workbook again.`);
    else if (found.error) this.tell(`The page's Python could not ${found.error.unloaded ? "start" : "go on"} in this browser (${found.error.message}). Choose the workbook again to try once more, or take the other way, which is named below.`);
    else if (failed?.last.startsWith("ConnectionError")) this.tell("A part of Python that reads workbooks did not come. Choose the workbook again when there is a network.");
    else if (failed) this.fault(failed.last);
    else if (given.problems) this.refuse(given.problems);
    else this.become(given, messages, found);
  }

  tell(text, ...more) {
    this.live.textContent = text;
    this.told.replaceChildren(make("p", { textContent: text }), ...more);
  }

  fault(why) {
    this.tell(`The page could not be made (${why}). This is a fault of the book, not of your workbook. The other way is named below.`);
  }

  refuse(problems) {
    const [number, them] = problems.length === 1 ? ["One thing", "it"] : [`${problems.length} things`, "them"];
    const shown = this.shown ? ` The page still shows ${this.shown}.` : "";
    this.tell(`${number} could not be read.${shown} Mend ${them} in your workbook, save it, and choose it again.`, list(problems));
    this.told.focus();
  }

  become({ title, notes, links }, messages, found) {
    const heading = (this.about.heading ?? "%title%").replace("%title%", () => title);
    const before = [...this.template.root.childNodes];
    this.template.root.replaceChildren(this.template.own); // figures and tables take the names of those that were there
    let page;
    try {
      page = this.template.filled(heading, gathered(messages, found));
    } catch (error) {
      this.template.root.replaceChildren(...before);
      throw error;
    }
    const how = notes.length ? list(notes) : make("p", { textContent: "Everything stood where it was expected." });
    page.append(make("section", { id: "np-yours-notes" }, make("h2", { textContent: "How the workbook was read" }), how));
    this.template.show(page, heading);
    this.shown = title;
    const ways = links.map(({ text, label, fragment }) => make("a", { className: "np-way", textContent: text, href: new URL(`${found.book.labels[label][0].split("#")[0]}#${fragment}`, this.base) }));
    const actions = make("p", { className: "np-row" }, button("Save this page", () => this.save(page, heading)), button("Print it", () => print()), ...ways, button("Show the published page again", () => this.restore()));
    this.tell(`This page now shows ${title}.`, actions, make("p", {}, make("a", { href: "#np-yours-notes", textContent: "How the workbook was read" })));
    this.told.focus({ preventScroll: true });
    this.template.own.scrollIntoView({ behavior: "instant" });
  }

  save(page, title) {
    const address = URL.createObjectURL(new Blob([file(page, title, this.about.book)], { type: "text/html" }));
    make("a", { href: address, download: `${this.shown.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "page"}.html` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  restore() {
    this.template.show(null);
    this.shown = null;
    this.tell("The page is as published again.");
    this.input.focus();
  }
}

for (const place of document.querySelectorAll(".np-yours")) new OwnData(place);
