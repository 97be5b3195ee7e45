// Makes a notebook of a chapter with what its reader wrote in the page, and hands it over as a file. It is the chapter's
// own notebook to take away; where that cannot be had, or is of another version, it holds the page's cells alone.

const KERNEL = { kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" }, language_info: { name: "python" } };
const source = (cell) => [cell.source].flat().join("").trimEnd();

// What a cell put out, as notebooks store it.
function stored(messages) {
  let outputs = [];
  let clearing = false;
  for (const { kind, wait, ...message } of messages) {
    if (clearing || (kind === "clear" && !wait)) outputs = [];
    clearing = kind === "clear" && wait;
    const last = outputs.at(-1);
    const shown = { data: message.data, metadata: message.metadata };
    if (kind === "stream" && last?.name === message.name) last.text += message.text;
    else if (kind === "stream") outputs.push({ output_type: "stream", name: message.name, text: message.text });
    else if (kind === "error") outputs.push(failure(message));
    else if (kind === "display") outputs.push({ output_type: "display_data", ...shown, id: message.id });
    else if (kind === "update") for (const one of outputs.filter(({ id }) => id && id === message.id)) Object.assign(one, shown);
  }
  return outputs.map(({ id, ...output }) => output);
}

function failure({ last, full }) {
  const [ename, ...rest] = last.split(": ");
  return { output_type: "error", ename, evalue: rest.join(": "), traceback: full.trimEnd().split("\n") };
}

const code = (id, text, metadata = {}) => ({ cell_type: "code", id, metadata, execution_count: null, outputs: [], source: text });

// The cells of a notebook that are those of the page, in order; nothing where one lacks.
function matching(notebook, cells) {
  const waiting = notebook.cells.filter((one) => one.cell_type === "code");
  const found = cells.map((cell) => {
    while (waiting.length && source(waiting[0]) !== cell.original.trimEnd()) waiting.shift();
    return waiting.shift();
  });
  return found.every(Boolean) && found;
}

async function published(cells) {
  const link = document.querySelector("a[href*='notebooks/'][href$='.ipynb']");
  try {
    const notebook = link && (await (await fetch(link.href, { cache: "no-cache" })).json());
    const found = notebook && matching(notebook, cells);
    return found && { notebook, found };
  } catch (error) {
    console.info("The chapter's notebook cannot be had:", error.message);
    return null;
  }
}

function bare(cells) {
  const found = cells.map((cell) => code(`cell-${cell.number}`, cell.original, cell.solution ? { tags: ["hide-cell"] } : {}));
  return { notebook: { cells: [...found], metadata: KERNEL, nbformat: 4, nbformat_minor: 5 }, found };
}

// Make the notebook.
export async function notebookOf(cells, { title, left }) {
  const { notebook, found } = (await published(cells)) || bare(cells);
  const numbers = [];
  cells.forEach((cell, place) => {
    const one = found[place];
    if (cell.heardOf === cell.text) one.outputs = stored(cell.heard);
    if (!cell.changed) return;
    numbers.push(cell.number);
    one.source = cell.text;
    one.metadata.changed = true;
  });
  const changed = numbers.length ? `Cells that were changed, as the page counts them: ${numbers.join(", ")}.` : "No cell was changed.";
  const text = `# My work: ${title}\n\nThis was done in the page. ${changed}\n\n${left}`.trimEnd();
  notebook.cells.unshift({ cell_type: "markdown", id: "my-work", metadata: {}, source: text });
  return notebook;
}

// Hand it over as a file; return its name.
export async function offer(cells, about) {
  const notebook = await notebookOf(cells, about);
  const name = `${location.pathname.split("/").at(-1).replace(/(\.html)?$/, "")}-my-work.ipynb`;
  const href = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1), "\n"], { type: "application/x-ipynb+json" }));
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
  return name;
}
