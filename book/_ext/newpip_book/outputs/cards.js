// Opens what holds a number or a sentence: its entry on a page of results, shown where the reader is.
// Without this script, and from a disk, where nothing can be fetched, a number is a link to that entry.
(() => {
  "use strict";

  const root = document.documentElement;
  const quiet = root.classList.contains("np-cards"); // set by theme.js where cards can be opened
  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const button = (text, action) => make("button", { type: "button", textContent: text, onclick: action });

  const pages = new Map();

  async function fetched(page) {
    const answer = await fetch(page);
    if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function entry(address) {
    const page = address.href.split("#")[0];
    if (!pages.has(page)) pages.set(page, fetched(page));
    try {
      return (await pages.get(page)).getElementById(decodeURIComponent(address.hash.slice(1)));
    } catch (error) {
      pages.delete(page); // the next press tries again
      throw error;
    }
  }

  // ---- A program, with a button that copies it and, where the page has a Python, one that runs it.

  function serve(program) {
    const code = program.querySelector("pre").textContent;
    const copy = button("Copy", async () => {
      await navigator.clipboard.writeText(code).then(() => (copy.textContent = "Copied"), () => (copy.textContent = "It could not be copied"));
    });
    const row = make("p", { className: "np-row" }, copy);
    if (document.querySelector("script[data-megabytes]")) {
      const shown = make("div", { className: "np-ran" });
      shown.setAttribute("role", "status");
      row.append(button("Run in this page", () => document.dispatchEvent(new CustomEvent("newpip:run", { detail: { code, shown } }))));
      program.append(row, shown);
    } else program.append(row);
  }

  // ---- The card.

  const GAP = 12; // pixels, above and below a card together
  const LEAST = 320; // pixels: with so much room below, a card stands there
  let card;

  function prepare() {
    card = make("div", { className: "np-card", id: "np-card", popover: "auto" });
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "np-card-title");
    document.body.append(card);
  }

  function fill(found, address) {
    const copy = document.importNode(found, true);
    const heading = copy.querySelector("h2");
    for (const one of copy.querySelectorAll("a[href]")) one.href = new URL(one.getAttribute("href"), address).href;
    for (const one of copy.querySelectorAll(".np-cites a")) one.textContent = one.href;
    copy.removeAttribute("id");
    heading.id = "np-card-title";
    heading.tabIndex = -1;
    copy.querySelectorAll(".np-program").forEach(serve);
    card.replaceChildren(make("p", { className: "np-close" }, button("Close", () => card.hidePopover())), copy);
    return heading;
  }

  // Below the number or above it, where there is more room, and no higher than that; on a phone a sheet from below.
  function place(link) {
    const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const [below, above] = [innerHeight - box.bottom - GAP, box.top - GAP];
    const under = below >= Math.min(above, LEAST);
    card.style.setProperty("--left", `${Math.max(8, Math.min(box.left, root.clientWidth - card.offsetWidth - 8))}px`);
    card.style.setProperty("--room", `${Math.max(under ? below : above, LEAST / 2)}px`);
    card.style.setProperty("--top", under ? `${box.bottom + GAP / 2}px` : "auto");
    card.style.setProperty("--bottom", under ? "auto" : `${innerHeight - box.top + GAP / 2}px`);
  }

  async function open(link) {
    const address = new URL(link.dataset.entry, location.href);
    const found = await entry(address).catch(() => null);
    if (!found) {
      location.assign(address); // the page itself says what is wrong
      return;
    }
    if (!card) prepare();
    if (!link.href) link.tabIndex = -1;
    link.focus({ preventScroll: true }); // where the browser leads back to when the card is closed
    const heading = fill(found, address);
    card.showPopover();
    place(link);
    heading.focus({ preventScroll: true });
  }

  // ---- The switch: while it is on, numbers and marks are buttons and stops of the Tab key.

  function hold(on) {
    root.classList.toggle("np-holding", on);
    for (const link of document.querySelectorAll("a[data-result]")) {
      link.dataset.entry ??= link.getAttribute("href");
      link.removeAttribute("tabindex");
      if (on) {
        link.href = link.dataset.entry;
        link.setAttribute("role", "button");
        link.setAttribute("aria-haspopup", "dialog");
      } else for (const name of ["href", "role", "aria-haspopup"]) link.removeAttribute(name);
      if (link.matches(".np-claim")) link.setAttribute("aria-hidden", !on);
    }
  }

  function offerSwitch() {
    const control = document.querySelector(".np-holds");
    control.addEventListener("click", () => {
      const on = control.getAttribute("aria-pressed") !== "true";
      control.setAttribute("aria-pressed", on);
      hold(on);
    });
    control.hidden = false;
  }

  // What the reader's own run gives stands in the place of what the book says, marked, until it is the same again.
  function showOwn({ detail: { key, text, holds } }) {
    const name = key.replace(/^claim\./, "");
    for (const link of document.querySelectorAll(`a[data-result="${CSS.escape(name)}"]`)) {
      if (link.matches(".np-claim")) link.classList.toggle("np-own", holds === false);
      else if (holds === undefined) {
        link.dataset.published ??= link.textContent;
        link.textContent = text;
        link.classList.toggle("np-own", text !== link.dataset.published);
      }
    }
  }

  if (!document.querySelector(".np-holds")) {
    document.querySelectorAll(".np-program").forEach(serve);
    return;
  }
  if (!quiet) return;
  hold(false);
  offerSwitch();
  document.addEventListener("newpip:result", showOwn);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-result]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || !event.target.matches?.("a[data-result][role]")) return;
    event.preventDefault();
    open(event.target);
  });
})();
