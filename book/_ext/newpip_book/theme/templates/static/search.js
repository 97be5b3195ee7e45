// The search of the book: looks words up in its index (search-index.js) by MiniSearch, as they are typed.
// Nothing that is typed leaves the page. theme.js loads this, MiniSearch and the index when they are first needed.
(() => {
  "use strict";

  const SHOWN = 8; // as one types; the page of results shows more
  const MOST = 60;
  const STOP = new Set("a an and are as at be by can come comes did do does for from how i in is it many much of on or that the this to was were what when where which who why with".split(" "));
  const KINDS = { section: "", figure: "Figure", table: "Table", term: "Glossary", source: "Source", number: "Number", row: "Row of data" };
  const WEIGHTS = { section: 1, figure: 0.9, table: 0.8, term: 1.5, source: 0.2, number: 0.15, row: 0.3 };
  const NUMBER_ASKED = 1.5; // the weight of numbers, where one is looked for
  const OTHER_WORDS = 0.5; // how much less a place counts that has other words for what was typed
  const TOGETHER = 2; // how much more a place counts where the words stand side by side, as typed
  const EXACTLY = 4; // and one whose title, or number, is what was typed and no more
  const root = document.documentElement.dataset.content_root;

  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/\u2019/g, "'").toLowerCase();
  const isNumber = (word) => /^\d/.test(word);

  const WORD = /\d[\d,]*(?:\.\d+)?%?|\p{L}+/gu;

  // Words, and numbers as they are written: 85.4% is one, and 1,200 is 1200.
  function words(text) {
    const found = plain(text).replace(/(\p{L})'s(?!\p{L})/gu, "$1").match(WORD) ?? [];
    return found.map((word) => (isNumber(word) ? word.replace(/,/g, "") : word));
  }

  const ONE = { men: "man", women: "woman", children: "child", midwives: "midwife", crises: "crisis", analyses: "analysis" };

  function stem(word) {
    if (Object.hasOwn(ONE, word)) return ONE[word];
    if (isNumber(word) || word.length < 4) return word;
    if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
    return /[^suia]s$/.test(word) ? word.slice(0, -1) : word;
  }

  // What a word of the book is found by: itself without its plural, and a share also without its sign.
  function indexed(word) {
    return word.endsWith("%") ? [word, word.slice(0, -1)] : stem(word);
  }

  const startsWords = (term) => !isNumber(term) && term.length > 2;
  const mistyped = (term) => (isNumber(term) || term.length < 4 ? false : term.length < 6 ? 1 : 2);

  function openIndex() {
    const { pages, entries, synonyms } = window.newpipSearch;
    const index = new MiniSearch({
      fields: ["title", "text", "page"],
      tokenize: words,
      processTerm: indexed,
      searchOptions: {
        processTerm: stem,
        boost: { title: 3, page: 0.5 },
        bm25: { k: 1.2, b: 0.3, d: 0.5 }, // long sections lose little beside short rows
        prefix: startsWords,
        weights: { prefix: 0.5, fuzzy: 0.2 },
      },
    });
    const pageOf = (kind, at) => (kind === "section" ? pages[at][1] : "");
    index.addAll(entries.map(([kind, at, , title, text], id) => ({ id, title, text, page: pageOf(kind, at) })));
    return { index, pages, entries, synonyms };
  }

  let opened = null;

  // What is asked, as typed and in the book's own words for it.
  function waysToSay(typed) {
    const asked = plain(typed).replace(/(\d) ?per ?cent\b/g, "$1%");
    const ways = [asked];
    for (const [said, means] of Object.entries(opened.synonyms)) {
      const whole = new RegExp(`(?<!\\p{L})${said}s?(?!\\p{L})`, "u");
      if (whole.test(asked)) means.split("; ").forEach((meant) => ways.push(asked.replace(whole, meant)));
    }
    return ways;
  }

  // Words are looked up as typed; one that the book does not have, with letters mistyped, as long as the first is right.
  function lookUp(queries, boostDocument) {
    const { index } = opened;
    const known = (term) => index.search(term, { fuzzy: false }).length > 0;
    const slips = new Map(queries.flat().map((term) => [stem(term), known(term) ? false : mistyped(term)]));
    const near = ({ terms, queryTerms }) => terms.every((term) => queryTerms.some((one) => term[0] === one[0]));
    const look = (one, combineWith, own) => {
      const options = { combineWith, boostDocument, fuzzy: (term) => slips.get(term), prefix: (term) => own && startsWords(term) };
      const hits = index.search(one.join(" "), options).filter(near);
      return own ? hits : hits.map((hit) => ({ ...hit, score: hit.score * OTHER_WORDS }));
    };
    const all = queries.flatMap((one, at) => look(one, "AND", at === 0));
    const longer = queries[0].filter((word) => word.length > 2);
    const found = all.length || !longer.length ? all : look(longer, "OR", false);
    const best = new Map();
    for (const hit of found) if (!(best.get(hit.id)?.score >= hit.score)) best.set(hit.id, hit);
    return [...best.values()];
  }

  function find(typed) {
    opened ??= openIndex();
    const { pages, entries } = opened;
    const ways = waysToSay(typed);
    const kept = words(ways[0]).some((word) => !STOP.has(word)) ? (word) => !STOP.has(word) : () => true;
    const queries = ways.map((way) => words(way).filter(kept)).filter((one) => one.length);
    if (!queries.length) return [];
    const numbers = queries.some((one) => one.every(isNumber));
    const weight = (kind) => (kind === "number" && numbers ? NUMBER_ASKED : WEIGHTS[kind]);
    const placed = ([kind, at]) => (kind === "term" || kind === "source" ? 1 : pages[at][2]);
    const hits = lookUp(queries, (id) => weight(entries[id][0]) * placed(entries[id]));
    const together = ([, , , title, text]) => ways.some((way) => plain(`${title} ${text}`).includes(way));
    const exactly = ([kind, , , title, text]) =>
      plain(title) === ways[0] || (numbers && kind === "number" && text.startsWith(`${ways[0]} `));
    for (const hit of hits) {
      if (together(entries[hit.id])) hit.score *= TOGETHER;
      if (exactly(entries[hit.id])) hit.score *= EXACTLY;
    }
    hits.sort((one, other) => other.score - one.score);
    return hits.slice(0, MOST).map(({ id, terms }) => hitFor(entries[id], terms));
  }

  function hitFor([kind, at, anchor, title, text], terms) {
    const [address, page] = opened.pages[at];
    const place = `${encodeURIComponent(anchor)}&found=${terms.map(encodeURIComponent).join("+")}`;
    return { kind, title: title || page, page, text, terms, href: `${root}${address}#${place}` };
  }

  // Marks, without touching the text, the words for which a place was found.
  const isFound = (terms) => (word) => [word, indexed(word)].flat().some((one) => terms.includes(one));

  function split(text, terms) {
    const wanted = isFound(terms);
    return text.split(/(\d[\d,]*(?:\.\d+)?%?|\p{L}+)/u).map((part, at) => [part, at % 2 === 1 && wanted(words(part)[0] ?? "")]);
  }

  function passage(text, terms) {
    const parts = split(text, terms);
    const first = parts.findIndex(([, hit]) => hit);
    const from = Math.max(0, first < 0 ? 0 : first - 16);
    return { cut: from > 0, more: from + 60 < parts.length, parts: parts.slice(from, from + 60) };
  }

  const element = (name, text = "", classes = "") => Object.assign(document.createElement(name), { textContent: text, className: classes });

  function said(hit) {
    const where = element("span", [KINDS[hit.kind], hit.title === hit.page ? "" : hit.page].filter(Boolean).join(" \u00b7 "), "np-hit-where");
    const shown = element("span", "", "np-hit-text");
    const { cut, more, parts } = passage(hit.text, hit.terms);
    if (cut) shown.append("\u2026 ");
    for (const [part, found] of parts) shown.append(found ? element("mark", part) : part);
    if (more) shown.append(" \u2026");
    return [element("span", hit.title, "np-hit-title"), where, shown];
  }

  function link(hit) {
    const made = element("a");
    made.href = hit.href;
    made.append(...said(hit));
    return made;
  }

  // A list under the field: arrows choose, Enter opens, Escape closes. Enter with nothing chosen opens the page of results.
  function offerAsTyped(input) {
    const list = element("ul", "", "np-hits");
    const told = element("p", "", "np-unseen");
    list.id = "np-hits";
    list.tabIndex = -1;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Found");
    list.hidden = true;
    told.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
    input.form.append(list, told);
    let chosen = -1;

    const options = () => [...list.children];

    function choose(at) {
      options()[chosen]?.setAttribute("aria-selected", "false");
      chosen = at;
      const option = options()[at];
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
    }

    function show() {
      const hits = find(input.value).slice(0, SHOWN);
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      list.replaceChildren(
        ...hits.map((hit, at) => {
          const option = element("li");
          option.id = `np-hit-${at}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          const way = link(hit);
          way.tabIndex = -1;
          option.append(way);
          return option;
        }),
      );
      const asked = input.value.trim() !== "";
      told.textContent = !asked ? "" : hits.length ? `${hits.length} shown; Enter shows all` : "Nothing found";
      if (hits.length) open();
      else close();
    }

    function open() {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", () => input.value && show());
    input.addEventListener("keydown", (event) => {
      const count = options().length;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault(); // the words stay
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
        event.preventDefault();
        open();
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count);
      } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
        event.preventDefault();
        options()[chosen].querySelector("a").click();
      }
    });
    input.form.addEventListener("focusout", (event) => input.form.contains(event.relatedTarget) || close());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", close);
    if (document.activeElement === input) show(); // whoever has gone on meanwhile is left alone
  }

  // The page of results follows what is typed as well.
  function offerPage(input) {
    const place = document.getElementById("search-results");
    const asked = () => {
      const own = /^#q=(.*)/.exec(location.hash)?.[1].replace(/\+/g, " ");
      return decoded(own ?? new URLSearchParams(location.search).get("q") ?? "");
    };
    const told = document.getElementById("search-progress");
    const show = () => {
      const typed = input.value.trim();
      const hits = find(typed);
      told.textContent = !typed ? "" : hits.length === 1 ? "1 place found" : `${hits.length || "No"} ${hits.length ? "places" : "place"} found`;
      place.replaceChildren(
        ...hits.map((hit) => {
          const item = element("li");
          item.append(link(hit));
          return item;
        }),
      );
    };
    const keep = () => history.replaceState(null, "", `${location.pathname}#q=${encodeURIComponent(input.value)}`);
    const start = () => {
      input.value = asked();
      show();
    };
    input.addEventListener("input", () => {
      keep();
      show();
    });
    addEventListener("hashchange", start);
    if (input.value === "") start();
    else show(); // something was typed while the index came
    input.focus({ preventScroll: true });
  }

  // On arrival: mark the words in the place that the address names, and bring the first into view.
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a lone per cent sign, typed into the address
    }
  }

  function markFound(encoded) {
    const terms = encoded.map(decoded);
    const named = document.getElementById(decoded(location.hash.slice(1))) ?? document.querySelector("main");
    const places = named.matches("dt") ? [named, named.nextElementSibling] : [named];
    const ranges = places.flatMap((place) => rangesIn(place, terms));
    if ("highlights" in CSS) CSS.highlights.set("np-found", new Highlight(...ranges));
    const title = named.querySelector("h1, h2, h3, h4");
    const first = ranges.find((range) => !title?.contains(range.startContainer)) ?? ranges[0];
    for (let fold = first?.startContainer.parentElement.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    first?.startContainer.parentElement.dispatchEvent(new CustomEvent("newpip:found", { bubbles: true })); // in a long table
    const shown = first?.getClientRects().length ? first : ranges.find((range) => range.getClientRects().length);
    shown?.startContainer.parentElement.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  }

  function rangesIn(place, terms) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const ranges = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      let at = 0;
      for (const [part, hit] of split(node.data, terms)) {
        if (hit) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + part.length);
          ranges.push(range);
        }
        at += part.length;
      }
    }
    return ranges;
  }

  window.newpipFind = { offerAsTyped, offerPage, markFound, find };
})();
