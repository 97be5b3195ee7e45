// Shows text as a terminal does: a carriage return goes back to the start of the line, and marks of ANSI colour it.

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const TOKENS = /\x1b\[([0-9;:?]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|\r|\n|\x08|[^\x1b\r\n\x08]+/gs;

export class Terminal {
  constructor(element, name = "") {
    Object.assign(this, { element, name, row: [], at: 0, looks: new Set(), style: "", rest: "" });
    this.line = document.createElement("span");
    element.append(this.line);
  }

  write(text) {
    // What ends in the middle of a mark, or may be the first half of an end of line, waits for the rest of it.
    const all = this.rest + text;
    this.rest = /(\x1b(\[[0-9;:?]*)?)$/.exec(all)?.[0] ?? "";
    for (const [token, numbers, command] of all.slice(0, all.length - this.rest.length).matchAll(TOKENS)) {
      if (token === "\n") this.end();
      else if (token === "\r") this.at = 0;
      else if (token === "\b") this.at = Math.max(0, this.at - 1);
      else if (command === "m") this.dress(numbers);
      else if (command === "K") this.row.length = numbers === "1" || numbers === "2" ? 0 : Math.min(this.at, this.row.length);
      else if (token[0] !== "\x1b") for (const letter of token) this.put(letter);
    }
    this.line.replaceChildren(...this.spans());
  }

  put(letter) {
    while (this.row.length < this.at) this.row.push([" ", ""]);
    this.row[this.at++] = [letter, this.style];
  }

  end() {
    this.line.before(...this.spans(), "\n");
    this.row = [];
    this.at = 0;
  }

  // Neighbours of one look together, plain text as such.
  spans() {
    const runs = [];
    for (const [letter, style] of this.row) {
      if (runs.at(-1)?.style === style) runs.at(-1).text += letter;
      else runs.push({ style, text: letter });
    }
    return runs.map(({ style, text }) => (style ? Object.assign(document.createElement("span"), { className: style, textContent: text }) : text));
  }

  dress(numbers) {
    const codes = numbers.split(/[;:]/).map(Number);
    const drop = (kind) => this.looks.forEach((one) => one.startsWith(kind) && this.looks.delete(one));
    for (let place = 0; place < codes.length; place += 1) {
      const code = codes[place];
      if (code === 0) this.looks.clear();
      else if (code === 1) this.looks.add("np-ansi-bold");
      else if (code === 3) this.looks.add("np-ansi-italic");
      else if (code === 4) this.looks.add("np-ansi-underline");
      else if (code === 22) this.looks.delete("np-ansi-bold");
      else if (code === 23) this.looks.delete("np-ansi-italic");
      else if (code === 24) this.looks.delete("np-ansi-underline");
      else if (code === 38 || code === 48) place += codes[place + 1] === 5 ? 2 : 4; // of 256 or of millions: left plain
      else if (code === 39) drop("np-ansi-fg-");
      else if (code === 49) drop("np-ansi-bg-");
      else {
        const colour = COLOURS[code % 10];
        const kind = { 3: "np-ansi-fg-", 9: "np-ansi-fg-", 4: "np-ansi-bg-", 10: "np-ansi-bg-" }[Math.floor(code / 10)];
        if (!kind || !colour) continue;
        drop(kind);
        this.looks.add(kind + colour);
      }
    }
    this.style = [...this.looks].join(" ");
  }
}
