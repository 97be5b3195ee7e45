// Lets a reader run and change a chapter's cells in the page. Nothing more is loaded until they ask for it.

const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
const { megabytes, version } = document.querySelector("script[data-megabytes]").dataset;
const SILENCE = 30_000; // milliseconds that a server may send nothing
const TYPED = `newpip-typed ${location.pathname}`;
const RIGHT = `newpip-right ${location.pathname}`; // names of exercises
const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const INDENT = "    ";
const TASK = /^(\d+)\. (.+?)( \(\w+\))?\.?$/; // how an exercise begins: its number, name and level
const IS_RIGHT = /^Exercise (\d+): right\./gm; // as newpip.exercises says it
const HEARD = 300; // characters of an exercise's judgement that are read aloud
const PATIENCE = 4000; // milliseconds for a cell to hear that it is to stop
const button = (text, action, properties = {}) => make("button", { type: "button", className: "np-button", textContent: text, onclick: action, ...properties });
// The server has another version of the book than this page is of, and this one is not kept.
class Gone extends Error {}

const integrity = (hex) => `sha256-${btoa(hex.replace(/../g, (two) => String.fromCharCode(parseInt(two, 16))))}`;

// What stays on this machine, where the browser lets it.
function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) || [];
  } catch (error) {
    console.info("Nothing was kept:", error.message);
    return [];
  }
}

function keep(key, list) {
  try {
    if (list.length) localStorage.setItem(key, JSON.stringify(list));
    else localStorage.removeItem(key);
  } catch (error) {
    console.info("This is not kept:", error.message);
  }
}

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
    this.outputs = new Map();
    this.runs = 0;
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
      Object.assign(this, loaded, { book: { root, numbers: captions, shapes, ...results, ...this.manifest } });
      late = setTimeout(() => this.fail(new Error("its worker gave no sign of life")), SILENCE);
      const hear = (said) => (clearTimeout(late), progress.hear(said));
      done = await this.ask({ ...message, stop: this.address() }, hear);
      this.gentle = done.gentle;
    } finally {
      clearTimeout(late);
      progress.end(done);
    }
  }

  // What the server sends, or in time the word that it sends nothing.
  async get(name, integrity = "") {
    const late = setTimeout(() => this.stopping.abort(new Error(`the server has sent nothing for ${SILENCE / 1000} s`)), SILENCE);
    try {
      const answer = await fetch(new URL(name, root), { cache: "no-cache", integrity, signal: this.stopping.signal });
      if (answer.status === 404) throw new Gone(`${name} is no longer there`);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return new Response(await answer.arrayBuffer());
    } finally {
      clearTimeout(late);
    }
  }

  // Ask the worker for one thing, hand on what it says meanwhile, and return its last word. What a cell puts out goes to
  // the output of its run, also when the cell has ended and a task that it began has not.
  ask(message, hear = () => {}) {
    return new Promise((done, failed) => {
      this.fail = failed;
      this.worker.onmessage = ({ data }) => {
        if (data.run !== undefined) this.outputs.get(data.run)?.(data);
        else if (data.kind === "ready" || data.kind === "done") done(data);
        else if (data.kind === "fatal") failed(new Error(data.message));
        else hear(data);
      };
      this.worker.onerror = (event) => failed(new Error(event.message || "the worker could not start"));
      this.worker.postMessage({ drawn: fitting(), ...message });
    });
  }

  async execute(message, hear) {
    const run = ++this.runs;
    this.outputs.set(run, hear);
    this.used = true;
    try {
      return await this.ask({ kind: "run", run, stop: this.address(), ...message }, ({ fetching }) => fetching && this.chapter.tellFetched(fetching));
    } finally {
      clearTimeout(this.patience);
      this.patience = null;
      URL.revokeObjectURL(this.going);
    }
  }

  // An address that is taken back to interrupt what runs: worker.js looks whether it is still there.
  address() {
    URL.revokeObjectURL(this.going);
    return (this.going = URL.createObjectURL(new Blob(["go on"], { type: "text/plain" })));
  }

  // Interrupt the cell, which keeps all variables; end Python where it does not hear, or where it is asked for twice.
  interrupt() {
    if (!this.gentle || this.patience) return this.stop();
    URL.revokeObjectURL(this.going);
    this.worker.postMessage({ kind: "interrupt" });
    this.patience = setTimeout(() => this.stop(), PATIENCE);
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

  // End it: the next that is asked for is a new one.
  stop() {
    this.stopping?.abort(new Error("stopped"));
    clearTimeout(this.patience);
    this.worker?.terminate();
    this.worker = this.loading = this.patience = null;
    this.gentle = this.used = false;
    this.outputs.clear();
    this.fail?.(new Error("stopped"));
  }

  keep() {
    return this.tools.keep(root, version);
  }
}

// ---- A cell: its code, its editor, its buttons, its output.

class Cell {
  constructor(element, place, chapter) {
    Object.assign(this, { element, place, number: place + 1, chapter, ran: null, mine: null, heard: [] });
    this.input = element.querySelector(".cell_input");
    this.shown = this.input.querySelector(".highlight-ipython3, .highlight-python, .highlight-default") || this.input.firstElementChild;
    this.original = this.shown.querySelector("pre").textContent.replace(/\n$/, "");
    this.published = element.querySelector(".cell_output");
    this.exercise = Boolean(element.closest("section[id^=exercises]"));
    this.solution = element.matches(".tag_hide-cell");
    this.bar();
  }

  get text() {
    return this.editor ? this.editor.value : this.original;
  }

  get changed() {
    return this.text !== this.original;
  }

  bar() {
    const name = `cell ${this.number}`;
    this.runButton = button("Run", () => this.chapter.toggle(this));
    this.runButton.setAttribute("aria-label", `Run ${name}`);
    this.editButton = button("Edit", () => this.edit());
    this.editButton.setAttribute("aria-label", `Edit ${name}`);
    this.undoButton = button("Undo changes", () => this.restore(), { hidden: true });
    this.undoButton.setAttribute("aria-label", `Undo changes of ${name}`);
    this.redoButton = button("Redo changes", () => this.redo(), { hidden: true });
    this.redoButton.setAttribute("aria-label", `Redo changes of ${name}`);
    this.state = make("span", { className: "np-state" });
    this.hint = make("span", { className: "np-hint", id: `np-hint-${this.number}`, hidden: true, textContent: "Shift+Enter runs. Tab indents, Shift+Tab takes it back. Escape leaves the editor." });
    const bar = make("div", { className: "np-cellbar" }, make("span", { className: "np-name", textContent: `Cell ${this.number}` }), this.runButton, this.editButton, this.undoButton, this.redoButton, this.state, this.hint);
    bar.addEventListener("keydown", (event) => this.key(event));
    this.input.append(bar);
  }

  edit() {
    this.open();
    this.editor.focus();
  }

  open() {
    if (!this.editor) {
      this.editor = make("textarea", { className: "np-editor", value: this.original, spellcheck: false, wrap: "off", oninput: () => (this.grow(), this.chapter.remember(this)) });
      for (const name of ["autocapitalize", "autocomplete", "autocorrect"]) this.editor.setAttribute(name, "off");
      this.editor.setAttribute("aria-label", `Code of cell ${this.number}`);
      this.editor.setAttribute("aria-describedby", this.hint.id);
      this.editor.addEventListener("keydown", (event) => this.key(event));
      this.shown.after(this.editor);
      this.shown.hidden = true;
      this.editButton.hidden = this.redoButton.hidden = true;
      this.undoButton.hidden = this.hint.hidden = false;
      this.grow();
    }
  }

  write(text) {
    this.open();
    this.editor.value = text;
    this.grow();
  }

  grow() {
    this.editor.rows = Math.max(2, this.editor.value.split("\n").length);
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method's own
    const inEditor = event.target === this.editor;
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.chapter.run(this);
      if (event.shiftKey) this.chapter.next(this)?.focus();
    } else if (inEditor && event.key === "Escape") {
      this.runButton.focus();
    } else if (inEditor && plain && event.key === "Tab") {
      event.preventDefault();
      this.indent(event.shiftKey);
    } else if (inEditor && plain && event.key === "Enter") {
      event.preventDefault();
      const line = this.editor.value.slice(0, this.editor.selectionStart).split("\n").at(-1);
      this.insert(`\n${line.match(/^ */)[0]}${/:\s*(#.*)?$/.test(line) ? INDENT : ""}`);
    }
  }

  // Put a text in the place of what is selected, in the one way that keeps the browser's own undo.
  insert(text) {
    const { editor } = this;
    const written = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (!written) editor.setRangeText(text, editor.selectionStart, editor.selectionEnd, "end");
  }

  // Indent at the caret, or all lines of what is selected, which stays selected; or take it back.
  indent(back) {
    const { editor } = this;
    const { selectionStart: from, selectionEnd: to, value } = editor;
    if (!back && from === to) return this.insert(INDENT);
    const begins = value.lastIndexOf("\n", from - 1) + 1;
    const last = to > from && value[to - 1] === "\n" ? to - 1 : to;
    const ends = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
    const lines = value.slice(begins, ends).split("\n");
    const changed = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && INDENT + line));
    const first = changed[0].length - lines[0].length;
    const all = changed.join("\n").length - (ends - begins);
    if (!all) return;
    editor.setSelectionRange(begins, ends);
    this.insert(changed.join("\n"));
    editor.setSelectionRange(Math.max(begins, from + first), to + all);
  }

  focus() {
    (this.editor || this.runButton).focus();
  }

  // Put the book's own code and output back; what was typed can be had again.
  restore() {
    const focused = this.undoButton === document.activeElement;
    this.mine = this.changed ? this.text : this.mine;
    this.editor?.remove();
    this.editor = null;
    this.shown.hidden = this.editButton.hidden = false;
    this.undoButton.hidden = this.hint.hidden = true;
    this.redoButton.hidden = this.mine === null;
    this.republish();
    this.chapter.remember(this);
    this.chapter.spoil(this);
    if (focused) (this.mine === null ? this.editButton : this.redoButton).focus();
  }

  redo() {
    this.write(this.mine);
    this.chapter.remember(this);
    this.editor.focus();
  }

  forget() {
    this.restore();
    this.mine = null;
    this.redoButton.hidden = true;
  }

  // Put the book's own output back.
  republish() {
    if (this.fresh) this.chapter.python.Output.release(this.fresh);
    this.fresh?.replaceWith(...(this.published ? [this.published] : []));
    this.fresh = null;
    this.heard = [];
    this.say("");
  }

  // Make room for this run's output; the last one stays, greyed, until there is something new.
  prepare() {
    if (!this.fresh) {
      this.fresh = make("div", { className: "cell_output docutils container np-fresh" });
      if (this.published) {
        this.fresh.append(...[...this.published.childNodes].map((node) => node.cloneNode(true)));
        this.published.replaceWith(this.fresh);
      } else (this.input.closest("details") && !this.solution ? this.element : this.input.parentNode).append(this.fresh);
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
    this.stops = on;
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
    const begun = [...document.querySelectorAll("section[id^=exercises] p > strong:first-child")].map((one) => one.textContent.match(TASK));
    this.tasks = new Map(begun.filter(Boolean).map(([, number, name]) => [number, name]));
    this.recall();
    this.count();
  }

  // What a reader typed in a cell stays; another tab may have kept what was typed in others.
  remember(cell) {
    const others = kept(TYPED).filter((one) => one.place !== cell.place || one.original !== cell.original);
    keep(TYPED, [...others, ...this.typed([cell])]);
    this.deleteButton.hidden = !this.typed(this.cells).length;
  }

  typed(cells) {
    const typed = cells.map(({ place, original, text, mine, changed }) => ({ place, original, text: changed ? text : mine, undone: !changed }));
    return typed.filter((one) => one.text !== null);
  }

  // The book may have another version since: a cell is known by its code and its place, else by either.
  recall() {
    for (const { place, original, text, undone } of kept(TYPED)) {
      const free = this.cells.filter((cell) => cell.mine === null);
      const cell = [(one) => one.place === place && one.original === original, (one) => one.original === original, (one) => one.place === place].map((fits) => free.find(fits)).find(Boolean) || free.at(-1);
      cell.mine = text;
      if (undone) cell.redoButton.hidden = false;
      else cell.write(text);
    }
    const typed = this.typed(this.cells);
    if (typed.length) keep(TYPED, typed);
    this.deleteButton.hidden = !typed.length;
  }

  forget() {
    if (!confirm("Delete what you typed in this chapter, and which exercises were right?")) return;
    for (const cell of this.cells) cell.forget();
    keep(TYPED, []);
    keep(RIGHT, []);
    this.count();
    this.deleteButton.hidden = true;
    this.tell("What you typed in this chapter is deleted.");
  }

  // Which exercises remain: known by name, since another version of the book may number them otherwise.
  count(right = []) {
    const before = kept(RIGHT);
    const done = new Set([...before, ...right.map((number) => this.tasks.get(number)).filter(Boolean)]);
    if (done.size > before.length) keep(RIGHT, [...done]);
    const all = [...this.tasks].filter(([, name]) => !done.has(name)).map(([number]) => number);
    const { size } = this.tasks;
    this.left = all.length ? `${all.length} of ${size} exercises remain: ${all.join(", ")}.` : `All ${size} exercises are right.`;
    this.remaining.textContent = this.left;
    this.remaining.hidden = !size;
    return done.size > before.length;
  }

  // Nothing is sent: the notebook is put together here.
  async take() {
    const { offer } = await import(new URL("_static/my-work.js", root));
    const name = await offer(this.cells, { title: document.title, left: this.tasks.size ? this.left : "" });
    this.tell(`Your work is in ${name}, among your downloads. Nothing was sent anywhere.`);
  }

  panel() {
    this.waiting = []; // cells that were asked for while another ran
    this.allButton = button("Run all", () => (this.running ? this.stop() : this.runAll()));
    this.resetButton = button("Reset", () => this.reset());
    this.takeButton = button("Take my work with me", () => this.take());
    this.deleteButton = button("Delete my work", () => this.forget(), { hidden: true });
    this.status = make("p", { className: "np-python", textContent: `Python for this page is loaded when you first run a cell: ${megabytes} MB, once, from this site.` });
    this.bar = make("progress", { className: "np-progress", hidden: true });
    this.bar.setAttribute("aria-label", "Loading Python");
    this.live = make("p", { className: "np-unseen" });
    this.live.setAttribute("role", "status");
    this.remaining = make("p", { className: "np-remaining" });
    const how = make("p", { className: "np-note", textContent: "Run runs a cell, after those above it that have not run since they changed. Edit lets you change it; Shift+Enter runs it and moves on. Nothing you do here leaves your browser." });
    const panel = make("section", { className: "np-panel" }, make("div", { className: "np-row" }, make("strong", { textContent: "Run the code of this page" }), this.allButton, this.resetButton, this.takeButton, this.deleteButton), this.bar, this.status, this.remaining, how, this.live);
    panel.setAttribute("aria-label", "Run the code of this page");
    document.querySelector(".np-place").append(panel);
    this.element = panel;
  }

  // Tell everyone; a screen reader hears it once.
  tell(text) {
    this.status.textContent = text;
    this.live.textContent = text;
  }

  tellFetched(name) {
    this.status.textContent = `A cell needs ${name}, which is being fetched. Stop ends it.`;
  }

  toggle(cell) {
    if (cell.stops) this.stop();
    else this.run(cell);
  }

  next(cell) {
    return this.cells.slice(cell.place + 1).find((one) => one.runButton.checkVisibility?.() ?? one.runButton.offsetParent);
  }

  // Later cells rest on this one: once it ran changed, or was put back, they have to run again.
  spoil(cell) {
    for (const one of this.cells.slice(cell.place)) one.ran = null;
  }

  // From the first, in a Python in which nothing has run.
  async runAll() {
    if (this.running) return;
    this.renew();
    await this.run(this.cells.at(-1), "All cells ran.");
  }

  // A cell that is asked for while another runs waits for it.
  run(wanted, praise) {
    if (!this.running) return (this.ended = this.carryOut(wanted, praise));
    if (!wanted.stops && !this.waiting.includes(wanted)) {
      this.waiting.push(wanted);
      wanted.say("Waits for the cell that runs", "waiting");
    }
    if (!wanted.stops) this.live.textContent = `Cell ${wanted.number} waits for the cell that runs.`;
    return this.ended;
  }

  renew() {
    if (this.python.used) this.python.stop();
    for (const cell of this.cells) cell.ran = null;
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
      if (failed?.last.startsWith("KeyboardInterrupt")) this.tell(`Cell ${failed.number} was stopped. All variables are as it left them.`);
      else if (failed) this.tell(failed === wanted ? `Cell ${wanted.number} failed: ${failed.last}` : `Cell ${failed.number} failed, so cell ${wanted.number} did not run: ${failed.last}`);
      else this.tell(praise || `Cell ${wanted.number} ran.${wanted.exercise ? ` ${wanted.judged}` : ""}${wanted.news ? ` ${this.left}` : ""}`);
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
    const next = this.waiting.shift();
    if (next) await this.carryOut(next);
  }

  // Run something without the variables of the cells; `tell` hears how far it is. Return why it did not run, if it did not.
  async runAside(message, hear, tell) {
    if (this.running) return { busy: "A cell is running. Stop it first, or wait." };
    this.running = true;
    this.allButton.textContent = "Stop";
    this.current = { say: tell };
    tell(this.python.worker ? "It runs." : `Python is loaded first: ${megabytes} MB, once.`);
    try {
      await this.python.ready();
      this.bar.hidden = true;
      tell("It runs.");
      await this.python.execute({ number: 0, ...message }, hear);
      return {};
    } catch (error) {
      for (const cell of this.cells) cell.ran = null;
      this.python.stop();
      return { error };
    } finally {
      this.running = false;
      this.bar.hidden = true;
      this.allButton.textContent = "Run all";
    }
  }

  // The program behind a result: its card shows what it gives.
  async runProgram({ code, shown }) {
    let output;
    const hear = (message) => (output ??= new this.python.Output(shown, this.python.book)).add(message);
    const { busy, error } = await this.runAside({ code, alone: true }, hear, (text) => output ?? (shown.textContent = text));
    if (busy || error) shown.textContent = busy || this.explained(error);
    else (output ?? new this.python.Output(shown, this.python.book)).end();
  }

  // A reader's own files, and the code that runs on what the book makes of them: own-data.js shows what comes of it.
  async runOwn({ call, files, cells, hear, tell }) {
    const code = cells.map((place) => this.cells[place].original).join("\n");
    const found = await this.runAside({ call, files, code }, hear, tell);
    if (!found.busy && !found.error) this.keep();
    return { ...found, display: this.python.display, book: this.python.book, gone: found.error instanceof Gone || found.error?.reload };
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
    cell.news = false;
    const heard = (cell.heard = []);
    cell.heardOf = text;
    cell.say("Running", "running");
    this.status.textContent = `Cell ${cell.number} of ${this.cells.length} is running.`;
    try {
      const { ok } = await this.python.execute({ number: cell.number, code: text }, (message) => {
        cell.fresh?.classList.remove("np-old");
        if (message.kind === "error") cell.last = [message.last, message.told].filter(Boolean).join(". ");
        heard.push(message);
        output.add(message);
      });
      const printed = heard.map((message) => message.text ?? "").join("");
      cell.news = !cell.solution && this.count([...printed.matchAll(IS_RIGHT)].map(([, number]) => number));
      cell.say(`${ok ? "Ran" : "Failed"}${cell.news ? `. ${this.left}` : ""}`, ok ? "ran" : "failed");
      return ok;
    } finally {
      output.end();
      cell.judged = cell.fresh.innerText.replace(/\s+/g, " ").trim().slice(0, HEARD);
      cell.busy(false);
      cell.fresh.classList.remove("np-old");
      cell.fresh.removeAttribute("aria-busy");
    }
  }

  stop() {
    for (const cell of this.waiting.splice(0)) cell.say("Not run: stopped", "stopped");
    if (this.python.used) this.status.textContent = "The cell is being stopped. Press Stop again to end Python at once, with what the cells had computed.";
    this.python.interrupt();
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
    this.waiting = [];
    if (this.running) this.python.stop();
    await this.ended;
    this.renew();
    for (const cell of this.cells) cell.republish();
    const changed = this.cells.filter((cell) => cell.changed).map((cell) => cell.number);
    const stays = changed.length ? ` What you typed stays, in cell ${changed.join(", ")}; Undo changes puts the book's own back.` : "";
    this.tell(`All outputs are as published again, and the next cell that you run starts a new Python.${stays}`);
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
const shapes = new Map(
  [...document.querySelectorAll(".np-frame table.np-table[id]")].map((one) => {
    const widths = one.querySelector("colgroup");
    return [one.id, { classes: one.closest(".np-frame").className, widths, columns: widths?.children.length }];
  }),
);
if (elements.length) {
  const chapter = new Chapter(elements);
  document.addEventListener("newpip:run", ({ detail }) => (chapter.ended = chapter.runProgram(detail)));
  document.addEventListener("newpip:own", ({ detail }) => {
    detail.stop = () => chapter.stop();
    detail.ended = chapter.ended = chapter.runOwn(detail);
  });
}
