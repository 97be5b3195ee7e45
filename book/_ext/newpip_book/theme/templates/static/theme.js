// What every page does with JavaScript on; with it off, the page reads the same and follows the system's colours.
// Loaded before the page is painted, so that the chosen colours are there from the start.
(() => {
  "use strict";

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
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

  let choice = chosen();

  function paint() {
    root.dataset.theme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice;
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

  // Explanations of terms and sources, on hover and focus, fetched from the page that the link leads to.
  const pages = new Map();

  async function explain(link) {
    const address = link.href.split("#")[0];
    if (!pages.has(address)) {
      const parse = (text) => new DOMParser().parseFromString(text, "text/html");
      pages.set(address, fetch(address).then((answer) => answer.text()).then(parse));
    }
    const target = (await pages.get(address)).getElementById(decodeURIComponent(link.hash.slice(1)));
    const said = target?.closest("dt")?.nextElementSibling ?? target?.querySelector("p") ?? target;
    return said?.textContent.trim() ?? "";
  }

  function offerExplanations() {
    const links = document.querySelectorAll('.np-article a[href*="glossary.html#term-"], .bibtex-citation a[href*="#"]');
    const tip = document.createElement("div");
    tip.id = "np-tip";
    tip.className = "np-tip";
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    let open = null;
    let leaving;

    function hide() {
      clearTimeout(leaving);
      open?.removeAttribute("aria-describedby");
      open = null;
      tip.hidden = true;
    }

    function place(link) {
      const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
      const left = Math.min(box.left, root.clientWidth - tip.offsetWidth - 8);
      const below = box.bottom + 4;
      const above = box.top - tip.offsetHeight - 4;
      tip.style.left = `${Math.max(8, left) + scrollX}px`;
      tip.style.top = `${(below + tip.offsetHeight > innerHeight && above > 0 ? above : below) + scrollY}px`;
    }

    async function show(link) {
      clearTimeout(leaving);
      if (open === link) return;
      hide();
      open = link;
      const said = await explain(link).catch(() => ""); // opened from a disk: the link still leads there
      if (open !== link || !said) return;
      tip.textContent = said;
      tip.hidden = false;
      link.setAttribute("aria-describedby", tip.id);
      place(link);
    }

    const leave = () => {
      clearTimeout(leaving);
      leaving = setTimeout(hide, 250); // time to move onto the explanation itself
    };
    for (const link of links) {
      link.removeAttribute("title");
      link.addEventListener("mouseenter", () => show(link));
      link.addEventListener("focus", () => show(link));
      link.addEventListener("mouseleave", leave);
      link.addEventListener("blur", hide);
    }
    if (!links.length) return;
    tip.addEventListener("mouseenter", () => clearTimeout(leaving));
    tip.addEventListener("mouseleave", leave);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    document.body.append(tip);
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

  // Numbers are links to their entries until a card can be opened in the page: not from a disk, where nothing is fetched.
  if (location.protocol !== "file:" && "popover" in HTMLElement.prototype) root.classList.add("np-cards");

  if (!wantsCode()) root.classList.add("np-reading");
  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => {
    offerSchemes();
    watchBoxes();
    offerExplanations();
    offerSearch();
  });
})();
