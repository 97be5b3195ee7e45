// What every page does with JavaScript on; with it off, the page reads the same and follows the system's colours.
// Loaded before the page is painted, so that the chosen colours are there from the start.
(() => {
  "use strict";

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const forced = matchMedia("(forced-colors: active)"); // the reader's own colours, which come before a choice
  const SCHEMES = { auto: "system", light: "light", dark: "dark" };

  // The choice of colours, and whether code is shown, is all that is ever kept, on the reader's machine alone.
  function chosen() {
    try {
      const kept = localStorage.getItem("newpip-colours");
      return kept in SCHEMES ? kept : "auto";
    } catch {
      return "auto"; // storage is forbidden here
    }
  }

  function keep(choice) {
    try {
      if (choice === "auto") localStorage.removeItem("newpip-colours");
      else localStorage.setItem("newpip-colours", choice);
    } catch {
      // storage is forbidden here: the choice holds for this page
    }
  }

  // Code is shown to those who asked for it, on this page by its address (?code) or on all of them by the switch.
  function wantsCode() {
    if (new URLSearchParams(location.search).has("code")) return true;
    try {
      return localStorage.getItem("newpip-code") === "shown";
    } catch {
      return false; // storage is forbidden here
    }
  }

  // Text as those who look for it type it: of quotes, dashes and spaces the plain kind, no accents, no capitals.
  const LETTERS = { "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00df": "ss", "\u0131": "i" };
  window.newpipFold = (text) =>
    text
      .replace(/[\u2018-\u201b\u2032\u02b9\u02bc\u0060\u00b4\uff07]/g, "'")
      .replace(/[\u201c-\u201f\u2033\u00ab\u00bb\uff02]/g, '"')
      .replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, "-")
      .normalize("NFKD")
      .replace(/[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]/g, "")
      .toLowerCase()
      .replace(/[\u00e6\u0153\u00f8\u0142\u0111\u00df\u0131]/g, (letter) => LETTERS[letter])
      .replace(/\s+/g, " ")
      .trim();

  let choice = chosen();

  function paint() {
    root.dataset.theme = choice === "auto" || forced.matches ? (dark.matches ? "dark" : "light") : choice;
  }

  function offerSchemes() {
    const button = document.querySelector(".np-scheme");
    const names = Object.keys(SCHEMES);
    const say = () => (button.textContent = `Colours: ${SCHEMES[choice]}`);
    button.addEventListener("click", () => {
      choice = names[(names.indexOf(choice) + 1) % names.length];
      keep(choice);
      paint();
      say();
    });
    say();
    button.hidden = false;
  }

  // Boxes that can scroll are stops of the Tab key while they do, and not otherwise.
  function watchBoxes() {
    const see = (box) => {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    };
    const watcher = new ResizeObserver((entries) => entries.forEach((entry) => see(entry.target)));
    document.querySelectorAll("[data-scrolls]").forEach((box) => watcher.observe(box));
  }

  // The search and its index are fetched when something is typed, or where words that were found are to be marked.
  const scripts = new Map();

  function load(name) {
    if (!scripts.has(name)) scripts.set(name, fetchScript(name));
    return scripts.get(name);
  }

  function fetchScript(name) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root.dataset.content_root}_static/${name}`;
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => {
        scripts.delete(name);
        reject(new Error(name));
      });
      document.head.append(script);
    });
  }

  // What is searched for stands behind the # of an address, which no browser sends to a server.
  function offerSearch() {
    const input = document.getElementById("np-q");
    const told = document.getElementById("search-progress");
    const loadAll = () => Promise.all(["minisearch.js", "search-index.js", "search.js"].map(load));
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!told) location.href = `${input.form.action}#q=${encodeURIComponent(input.value)}`;
    });
    if (told) {
      const sorry = () => (told.textContent = "The index of the book could not be loaded: try again, or use the contents.");
      told.textContent = "Loading the index of the book.";
      loadAll().then(() => newpipFind.offerPage(input), sorry);
      return;
    }
    const offer = () => loadAll().then(() => newpipFind.offerAsTyped(input)).catch(watch); // tried again at the next letter
    const watch = () => input.addEventListener("input", offer, { once: true });
    watch();
    arrive();
    addEventListener("hashchange", arrive);
  }

  // An address from the search names a place and the words found there; it becomes one to pass on.
  function arrive() {
    const [anchor, found] = location.hash.slice(1).split("&found=");
    if (!found) return;
    location.replace(`#${anchor}`); // so that the place is the target
    load("search.js").then(() => newpipFind.markFound(found.split("+")), () => {}); // without it the place is unmarked
  }

  // The bar: one list is open at a time, until a link of it is chosen, Escape is pressed or something else is used.
  function tendBar() {
    const folds = [...document.querySelectorAll(".np-strip details")];
    const close = (other) => folds.forEach((fold) => (fold.open &&= !other(fold)));
    for (const fold of folds) {
      fold.addEventListener("toggle", () => fold.open && close((one) => one !== fold));
      fold.addEventListener("click", (event) => event.target.closest("a") && close(() => true));
    }
    for (const kind of ["pointerdown", "focusin"]) {
      document.addEventListener(kind, (event) => close((fold) => !fold.contains(event.target)));
    }
    document.addEventListener("keydown", (event) => {
      const fold = event.key === "Escape" && folds.find((one) => one.open);
      if (!fold) return;
      if (fold.contains(document.activeElement)) fold.querySelector("summary").focus({ preventScroll: true });
      close(() => true);
    });
    offerSeek();
  }

  // The search of the bar: the field of the header comes to where the reader is, and goes when it is left.
  function offerSeek() {
    const header = document.querySelector(".np-header");
    const input = document.getElementById("np-q");
    document.querySelector(".np-seek").addEventListener("click", (event) => {
      if (header.getBoundingClientRect().bottom > 0) return; // it is in view, and the link leads to it
      event.preventDefault();
      header.style.minHeight = `${header.offsetHeight}px`; // so that nothing moves
      header.classList.add("np-seeking");
      input.focus({ preventScroll: true });
    });
    const leave = () => {
      header.classList.remove("np-seeking");
      header.style.minHeight = "";
    };
    input.form.addEventListener("focusout", (event) => input.form.contains(event.relatedTarget) || leave());
    input.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && header.matches(".np-seeking")) document.querySelector(".np-seek").focus({ preventScroll: true });
    });
  }

  // The section that is read, which is the last to have come into the upper third: named in the bar, marked in the lists.
  function followSections() {
    const links = [...document.querySelectorAll(".np-toc li a, .np-here li a")];
    const sections = [...new Set(links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1)))))].filter(Boolean);
    const list = document.querySelector(".np-toc");
    if (!list || !("IntersectionObserver" in window)) return;
    const seen = new Set();

    function mark(current) {
      const hash = current && `#${current.id}`;
      for (const link of links) {
        if (decodeURIComponent(link.hash) !== hash) link.removeAttribute("aria-current");
        else link.setAttribute("aria-current", "true");
      }
      const [marked] = list.querySelectorAll("[aria-current]");
      document.querySelector(".np-now").textContent = marked?.textContent.replace(/^[\d.]+ /, "") ?? "On this page";
      if (marked) list.scrollTop = marked.offsetTop - list.clientHeight / 2;
    }

    const watcher = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) seen[isIntersecting ? "add" : "delete"](target);
      const current = sections.filter((section) => seen.has(section)).pop();
      if (current || sections[0].getBoundingClientRect().top > 0) mark(current);
    }, { rootMargin: "0px 0px -67% 0px" });
    for (const section of sections) watcher.observe(section);
    const end = new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && scrollY > 0 && mark(sections[sections.length - 1]), { threshold: 1 });
    end.observe(document.querySelector(".np-imprint")); // a short last section never comes that far up
  }

  // The link sign of a section, a figure or a table copies its address; where it cannot, it is a link.
  function offerAddresses() {
    const told = document.querySelector(".np-said");
    let clearing;
    const tell = (text) => {
      told.textContent = text;
      clearTimeout(clearing);
      clearing = setTimeout(() => (told.textContent = ""), 4000);
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest(".headerlink");
      if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const follow = () => (location.hash = link.hash);
      navigator.clipboard.writeText(link.href).then(() => {
        history.replaceState(null, "", link.hash);
        tell("Copied");
      }, follow);
    });
  }

  // Previews of figures, tables, terms and sources. Pointing and focus show one; a touch shows it, and the next goes there.
  function offerPreviews() {
    let touched = false;
    const asked = ({ target }) => {
      const link = target.closest?.(".np-article a[href]");
      return link?.matches(".bibtex-citation a") || link?.querySelector(".std-numref, .std-term") ? link : null;
    };
    const show = (link, by) => load("previews.js").then(() => newpipPreviews.show(link, by)).catch(() => false);
    document.addEventListener("pointerdown", (event) => (touched = event.pointerType === "touch"), true);
    document.addEventListener("keydown", () => (touched = false), true);
    document.addEventListener("pointerover", (event) => {
      const link = event.pointerType !== "touch" && asked(event);
      if (link) show(link, "pointer");
    });
    document.addEventListener("focusin", (event) => {
      const link = !touched && asked(event);
      if (link) show(link, "focus");
    });
    document.addEventListener("click", (event) => {
      const link = touched && asked(event);
      if (!link || link.getAttribute("aria-describedby") === "np-tip") return;
      event.preventDefault();
      show(link, "touch").then((shown) => shown || location.assign(link.href));
    });
  }

  // Numbers are links to their entries until a card can be opened in the page: not from a disk, where nothing is fetched.
  if (location.protocol !== "file:" && "popover" in HTMLElement.prototype) root.classList.add("np-cards");

  if (!wantsCode()) root.classList.add("np-reading");
  paint();
  for (const wish of [dark, forced]) wish.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    offerSchemes();
    watchBoxes();
    tendBar();
    followSections();
    offerAddresses();
    offerPreviews();
    offerSearch();
  });
})();
