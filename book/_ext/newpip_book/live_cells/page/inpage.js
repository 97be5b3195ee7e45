// Lets a reader run and change a chapter's cells in the page. Nothing more is loaded until they ask for it.

const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
const { megabytes, version } = document.querySelector("script[data-megabytes]").dataset;
const PATIENCE = 30_000; // milliseconds
const TYPED = `newpip-typed ${location.pathname}`;
const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const button = (text, action, properties = {}) => make("button", { type: "button", className: "np-button", textContent: text, onclick: action, ...properties });
// The server has another version of the book than this page is of, and this one is not kept.
class Gone extends Error {}

const integrity = (hex) => `sha256-${btoa(hex.replace(/../g, (two) => String.fromCharCode(parseInt(two, 16))))}`;
const unusable = (error) => {
  throw Object.assign(error, { reload: true });
};

// Which of a chart's two drawings fits the column; as book.css has it.
function fitting() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return document.querySelector("article").clientWidth >= 40 * rem ? "wide" : "narrow";
}

// ---- The page's Python: a worker, started when first asked for, and again after it was stopped.

class Python {
  constructor(chapter) {
    this.chapter = chapter;
  }

  async load() {
    const { signal } = this.stopping;
    this.manifest = await (await this.get(`_run/manifest.json?of=${version}`)).json();
    if (this.manifest.version !== version) throw new Gone("another version is out");
    const { book, bytes: total, files } = this.manifest;
    // Scripts are checked before they are imported: a browser does not try again what it once could not import.
    await Promise.all(["loading.js", "transfer.js"].map((name) => this.get(book + name, integrity(files[book + name]))));
    this.tools = await import(new URL(`${book}loading.js`, root)).catch(unusable);
    signal.throwIfAborted();
    const progress = new this.tools.Progress(this.chapter, { root, total });
    let done, late;
    try {
      const { results, message, ...loaded } = await this.tools.load({ root, manifest: this.manifest, signal });
      Object.assign(this, loaded, { book: { root, numbers: captions, ...results, ...this.manifest } });
      late = setTimeout(() => this.fail(new Error("its worker gave no sign of life")), PATIENCE);
      const hear = (said) => (clearTimeout(late), progress.hear(said));
      done = await this.ask(message, hear);
    } finally {
      clearTimeout(late);
      progress.end(done);
    }
  }

  // What the server sends, or in time the word that it sends nothing.
  async get(name, integrity = "") {
    const late = setTimeout(() => this.stopping.abort(new Error(`the server has sent nothing for ${PATIENCE / 1000} s`)), PATIENCE);
    try {
      const answer = await fetch(new URL(name, root), { cache: "no-cache", integrity, signal: this.stopping.signal });
      if (answer.status === 404) throw new Gone(`${name} is no longer there`);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return new Response(await answer.arrayBuffer());
    } finally {
      clearTimeout(late);
    }
  }

  // Ask the worker for one thing, hand on what it says meanwhile, and return its last word.
  ask(message, hear = () => {}) {
    return new Promise((done, failed) => {
      this.fail = failed;
      this.worker.onmessage = ({ data }) => {
        if (data.kind === "ready" || data.kind === "done") done(data);
        else if (data.kind === "fatal") failed(new Error(data.message));
        else hear(data);
      };
      this.worker.onerror = (event) => failed(new Error(event.message || "the worker could not start"));
      this.worker.postMessage({ drawn: fitting(), ...message });
    });
  }

  async ready() {
    this.loading ??= this.begin();
    try {
      await this.loading;
    } catch (error) {
      this.stop();
      throw Object.assign(error, { unloaded: true });
    }
  }

  begin() {
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const stopped = new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason)));
    return Promise.race([this.load(), stopped]);
  }

  stop() {
    this.stopping?.abort(new Error("stopped"));
    this.worker?.terminate();
    this.worker = this.loading = null;
    this.fail?.(new Error("stopped"));
  }

  reset() {
    this.worker?.postMessage({ kind: "reset" });
  }

  keep() {
    return this.tools.keep(root, version);
  }
}

// ---- A cell: its code, its editor, its buttons, its output.

class Cell {
  constructor(element, place, chapter) {
    Object.assign(this, { element, place, number: place + 1, chapter, ran: null });
    this.input = element.querySelector(".cell_input");
    this.shown = this.input.querySelector(".highlight-ipython3, .highlight-python, .highlight-default") || this.input.firstElementChild;
    this.original = this.shown.querySelector("pre").textContent.replace(/\n$/, "");
    this.published = element.querySelector(".cell_output");
    this.exercise = Boolean(element.closest("section[id^=exercises]"));
    this.bar();
  }

  get text() {
    return this.editor ? this.editor.value : this.original;
  }

  bar() {
    const name = `cell ${this.number}`;
    this.runButton = button("Run", () => this.chapter.toggle(this));
    this.runButton.setAttribute("aria-label", `Run ${name}`);
    this.editButton = button("Edit", () => this.edit());
    this.editButton.setAttribute("aria-label", `Edit ${name}`);
    this.undoButton = button("Undo changes", () => this.restore(), { hidden: true });
    this.undoButton.setAttribute("aria-label", `Undo changes of ${name}`);
    this.state = make("span", { className: "np-state" });
    this.hint = make("span", { className: "np-hint", id: `np-hint-${this.number}`, hidden: true, textContent: "Shift+Enter runs. Tab indents. Escape leaves the editor." });
    const bar = make("div", { className: "np-cellbar" }, make("span", { className: "np-name", textContent: `Cell ${this.number}` }), this.runButton, this.editButton, this.undoButton, this.state, this.hint);
    bar.addEventListener("keydown", (event) => this.key(event));
    this.input.append(bar);
  }

  edit() {
    this.open();
    this.editor.focus();
  }

  open() {
    if (!this.editor) {
      this.editor = make("textarea", { className: "np-editor", value: this.original, spellcheck: false, wrap: "off", oninput: () => (this.grow(), this.chapter.remember()) });
      for (const name of ["autocapitalize", "autocomplete", "autocorrect"]) this.editor.setAttribute(name, "off");
      this.editor.setAttribute("aria-label", `Code of cell ${this.number}`);
      this.editor.setAttribute("aria-describedby", this.hint.id);
      this.editor.addEventListener("keydown", (event) => this.key(event));
      this.shown.after(this.editor);
      this.shown.hidden = true;
      this.editButton.hidden = true;
      this.undoButton.hidden = this.hint.hidden = false;
      this.grow();
    }
  }

  grow() {
    this.editor.rows = Math.max(2, this.editor.value.split("\n").length);
  }

  key(event) {
    const inEditor = event.target === this.editor;
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.chapter.run(this);
      if (event.shiftKey) this.chapter.next(this)?.focus();
    } else if (inEditor && event.key === "Escape") {
      this.runButton.focus();
    } else if (inEditor && event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      // The one way that keeps the browser's own undo.
      if (!document.execCommand("insertText", false, "    ")) this.editor.setRangeText("    ", this.editor.selectionStart, this.editor.selectionEnd, "end");
    }
  }

  focus() {
    (this.editor || this.runButton).focus();
  }

  // Put the book's own code and output back.
  restore() {
    const focused = this.undoButton === document.activeElement;
    this.editor?.remove();
    this.editor = null;
    this.shown.hidden = this.editButton.hidden = false;
    this.undoButton.hidden = this.hint.hidden = true;
    this.fresh?.replaceWith(...(this.published ? [this.published] : []));
    this.fresh = null;
    this.chapter.remember();
    this.say("");
    this.chapter.spoil(this);
    if (focused) this.editButton.focus();
  }

  // Make room for this run's output; the last one stays, greyed, until there is something new.
  prepare() {
    if (!this.fresh) {
      this.fresh = make("div", { className: "cell_output docutils container np-fresh" });
      if (this.published) {
        this.fresh.append(...[...this.published.childNodes].map((node) => node.cloneNode(true)));
        this.published.replaceWith(this.fresh);
      } else (this.input.closest("details") && !this.element.matches(".tag_hide-cell") ? this.element : this.input.parentNode).append(this.fresh);
    }
    this.fresh.classList.add("np-old");
    this.fresh.setAttribute("aria-busy", "true");
    return this.fresh;
  }

  say(text, state = "") {
    this.state.textContent = text;
    this.element.dataset.state = state;
  }

  busy(on) {
    this.runButton.textContent = on ? "Stop" : "Run";
    this.runButton.setAttribute("aria-label", `${on ? "Stop" : "Run"} cell ${this.number}`);
  }
}

// ---- The chapter: which cells have to run before which, what the reader is told, Run all and Reset.

class Chapter {
  constructor(elements) {
    this.python = new Python(this);
    this.panel();
    this.cells = elements.map((element, place) => new Cell(element, place, this));
    this.recall();
  }

  // What a reader typed stays in this tab when the page is loaded again, also in another version.
  remember() {
    const typed = this.cells.filter((cell) => cell.text !== cell.original).map(({ place, original, text }) => ({ place, original, text }));
    try {
      if (typed.length) sessionStorage.setItem(TYPED, JSON.stringify(typed));
      else sessionStorage.removeItem(TYPED);
    } catch (error) {
      console.info("What was typed is not kept:", error.message);
    }
  }

  recall() {
    let typed = [];
    try {
      typed = JSON.parse(sessionStorage.getItem(TYPED)) || [];
    } catch (error) {
      console.info("Nothing typed was kept:", error.message);
    }
    for (const { place, original, text } of typed) {
      const free = this.cells.filter((cell) => !cell.editor);
      const cell = [(one) => one.place === place && one.original === original, (one) => one.original === original, (one) => one.place === place].map((fits) => free.find(fits)).find(Boolean) || free.at(-1);
      cell.open();
      cell.editor.value = text;
      cell.grow();
    }
  }

  panel() {
    this.allButton = button("Run all", () => (this.running ? this.stop() : this.runAll()));
    this.resetButton = button("Reset", () => this.reset());
    this.status = make("p", { className: "np-python", textContent: `Python for this page is loaded when you first run a cell: ${megabytes} MB, once, from this site.` });
    this.bar = make("progress", { className: "np-progress", hidden: true });
    this.bar.setAttribute("aria-label", "Loading Python");
    this.live = make("p", { className: "np-unseen" });
    this.live.setAttribute("role", "status");
    const how = make("p", { className: "np-note", textContent: "Run runs a cell, after those above it that have not run since they changed. Edit lets you change it; Shift+Enter runs it and moves on. Nothing you do here leaves your browser." });
    const panel = make("section", { className: "np-panel" }, make("div", { className: "np-row" }, make("strong", { textContent: "Run this chapter in the page" }), this.allButton, this.resetButton), this.bar, this.status, how, this.live);
    panel.setAttribute("aria-label", "Run this chapter in the page");
    document.querySelector(".np-place").append(panel);
    this.element = panel;
  }

  // Tell everyone; a screen reader hears it once.
  tell(text) {
    this.status.textContent = text;
    this.live.textContent = text;
  }

  toggle(cell) {
    if (this.running) this.stop();
    else this.run(cell);
  }

  next(cell) {
    return this.cells.slice(cell.place + 1).find((one) => one.runButton.checkVisibility?.() ?? one.runButton.offsetParent);
  }

  // Later cells rest on this one: once it ran changed, or was put back, they have to run again.
  spoil(cell) {
    for (const one of this.cells.slice(cell.place)) one.ran = null;
  }

  async runAll() {
    if (this.running) return;
    this.python.reset();
    for (const cell of this.cells) cell.ran = null;
    await this.run(this.cells.at(-1), "All cells ran.");
  }

  run(wanted, praise) {
    if (this.running) this.tell("A cell is running. Stop it first, or wait.");
    else this.ended = this.carryOut(wanted, praise);
    return this.ended;
  }

  async carryOut(wanted, praise) {
    this.running = true;
    this.allButton.textContent = "Stop";
    wanted.busy(true);
    this.current = wanted;
    try {
      const first = !this.python.worker;
      await this.python.ready();
      this.bar.hidden = true;
      if (first) this.versions();
      const failed = await this.upTo(wanted);
      if (failed) this.tell(failed === wanted ? `Cell ${wanted.number} failed: ${failed.last}` : `Cell ${failed.number} failed, so cell ${wanted.number} did not run: ${failed.last}`);
      else this.tell(praise || `Cell ${wanted.number} ran.`);
      if (failed && failed !== wanted) wanted.say(`Not run: cell ${failed.number} failed`, "failed");
      if (!failed) this.keep();
    } catch (error) {
      this.broken(wanted, error);
    } finally {
      this.running = false;
      this.bar.hidden = true;
      this.allButton.textContent = "Run all";
      for (const cell of this.cells) cell.busy(false);
    }
  }

  // Run the program behind a result by itself, without the variables of the cells, and show in its card what it gives.
  async runProgram({ code, shown }) {
    if (this.running) {
      shown.textContent = "A cell is running. Stop it first, or wait.";
      return;
    }
    this.running = true;
    this.allButton.textContent = "Stop";
    shown.textContent = this.python.worker ? "It runs." : `Python is loaded first: ${megabytes} MB, once.`;
    try {
      await this.python.ready();
      const output = new this.python.Output(shown, this.python.book);
      await this.python.ask({ kind: "run", number: 0, code, alone: true }, (message) => message.kind !== "bytes" && output.add(message));
      output.end();
    } catch (error) {
      for (const cell of this.cells) cell.ran = null;
      this.python.stop();
      shown.textContent = this.explained(error);
    } finally {
      this.running = false;
      this.bar.hidden = true;
      this.allButton.textContent = "Run all";
    }
  }

  // Run what comes before and has not run as it stands, then the cell itself; return the cell that failed, if one did.
  async upTo(wanted) {
    for (const cell of this.cells.slice(0, wanted.place + 1)) {
      const text = cell.text;
      if (cell !== wanted && cell.ran === text) continue;
      this.current = cell;
      if (cell !== wanted) wanted.say(`Cell ${cell.number} runs first`, "running");
      if (cell.ran !== text) this.spoil(cell);
      if (await this.one(cell, text)) cell.ran = text;
      else if (cell === wanted || !cell.exercise) return cell; // one exercise need not be right for the next
    }
    return null;
  }

  async one(cell, text) {
    const output = new this.python.Output(cell.prepare(), this.python.book);
    cell.busy(true);
    cell.say("Running", "running");
    this.status.textContent = `Cell ${cell.number} of ${this.cells.length} is running.`;
    try {
      const { ok } = await this.python.ask({ kind: "run", number: cell.number, code: text }, (message) => {
        cell.fresh.classList.remove("np-old");
        if (message.kind === "error") cell.last = message.last;
        if (message.kind !== "bytes") output.add(message);
      });
      output.end();
      cell.say(ok ? "Ran" : "Failed", ok ? "ran" : "failed");
      return ok;
    } finally {
      cell.busy(false);
      cell.fresh.classList.remove("np-old");
      cell.fresh.removeAttribute("aria-busy");
    }
  }

  stop() {
    this.python.stop();
  }

  broken(wanted, error) {
    for (const cell of this.cells) cell.ran = null;
    this.python.stop();
    this.tell(this.explained(error));
    for (const cell of new Set([this.current, wanted])) cell.say("Stopped", "stopped");
  }

  // Say what happened, and what the reader can do.
  explained(error) {
    const why = error.message === "stopped" ? "Stopped." : `Python could not ${error.unloaded ? "be loaded" : "go on"} (${error.message}).`;
    const gone = error instanceof Gone;
    if (gone || error.reload) {
      this.again ??= button("Reload", () => location.reload());
      this.status.after(this.again);
      return `${gone ? "The book has a new version, and this page's own is no longer there." : why} Reload the page; what you typed stays.`;
    }
    if (error.unloaded) return `${why} ${navigator.onLine ? "Run a cell to try again." : "There is no network."}`;
    return `${why} What the cells had computed is gone; run a cell, and those above it run again first.`;
  }

  async reset() {
    if (this.running) this.stop();
    await this.ended;
    this.python.reset();
    for (const cell of this.cells) cell.restore();
    this.tell("The chapter is as published again, and Python has forgotten your variables.");
  }

  versions() {
    if (this.element.querySelector(".np-versions")) return;
    const rows = this.python.manifest.versions.map(([name, book, page]) => make("tr", {}, make("th", { scope: "row", textContent: name }), make("td", { textContent: book }), make("td", { textContent: page })));
    const head = make("thead", {}, make("tr", {}, ...["", "Book", "This page"].map((textContent) => make("th", { scope: "col", textContent }))));
    const body = make("tbody", {}, ...rows);
    const note = rows.length ? "Where the page's Python differs from the book's" : "The page's Python has the book's versions of everything.";
    this.element.append(make("details", { className: "np-versions" }, make("summary", { textContent: note }), make("table", { className: "table" }, head, body)));
  }

  async keep() {
    if (this.kept) return;
    this.kept = true;
    const { kept, why } = await this.python.keep();
    this.kept = Boolean(kept);
    const textContent = this.python.tools.TOLD[kept ? "kept" : why];
    this.note?.remove();
    if (textContent) this.element.append((this.note = make("p", { className: `np-note ${kept ? "np-kept" : "np-unkept"}`, textContent })));
  }
}

const elements = [...document.querySelectorAll(".np-article div.cell")].filter((one) => one.querySelector(".cell_input pre"));
const captions = new Map([...document.querySelectorAll("figure.np-figure, table.np-table")].map((one) => [one.id, one.querySelector(".caption-number")?.textContent]));
if (elements.length) {
  const chapter = new Chapter(elements);
  document.addEventListener("newpip:run", ({ detail }) => (chapter.ended = chapter.runProgram(detail)));
}
