// The search of the book: looks words up in its index (search-index.js) by MiniSearch, as they are typed.
// Nothing that is typed leaves the page. theme.js loads this, MiniSearch and the index when they are first needed.
(() => {
  "use strict";

  const SHOWN = 8; // as one types; the page of results shows more
  const MOST = 60;
  // What a question is made of besides what it asks about.
  const STOP = new Set(
    `a about after again all also am an and any anyone are as at be because been before being book but by can come comes could did do
    does doing done ever feel felt for from get gets give given go goes going got had happen happened happens has have having he her
    here him his how i if in into is it its itself just kinds know let like lot made make makes many me might mine more much must my
    myself of on one or other our out please really said same say says she should show so some someone sort such tell than that the
    their them then there these they think this those to told too up us use very want was we were what when where which who whom
    whose why will with would you your yourself`.split(/\s+/),
  );
  const KINDS = { section: "", figure: "Figure", table: "Table", term: "Glossary", source: "Source", number: "Number", row: "Row of data" };
  const WEIGHTS = { section: 1, figure: 0.9, table: 0.8, term: 1.5, source: 0.2, number: 0.15, row: 0.15 };
  const NUMBER_ASKED = 1.5; // the weight of numbers, where one is looked for
  const FEW = 5; // places that have all that was typed; where there are fewer, those with half of it come behind them
  const OTHER_WORDS = 0.5; // how much less a place counts that has other words for what was typed
  const PHRASE = 2; // or more, where what was typed is a phrase that says what is meant
  const TOGETHER = 2; // how much more a place counts where the words stand side by side, as typed
  const NEAR = 2; // or in one sentence, so to speak: so many words for each
  const SENTENCE = 5;
  const EXACTLY = 4; // and one whose title, or number, is what was typed and no more
  const root = document.documentElement.dataset.content_root;

  const plain = newpipFold; // of theme.js
  const isNumber = (word) => /^\d/.test(word);

  const WORD = /\d[\d,]*(?:\.\d+)?%?|\p{L}+/gu;

  // Words, and numbers as they are written: 85.4% is one, and 1,200 is 1200.
  function words(text) {
    const found = plain(text).replace(/(\p{L})'s(?!\p{L})/gu, "$1").match(WORD) ?? [];
    return found.map((word) => (isNumber(word) ? word.replace(/,/g, "") : word));
  }

  const ONE = { men: "man", women: "woman", children: "child", midwives: "midwife", crises: "crisis", analyses: "analysis", does: "do", did: "do", said: "say" };

  function singular(word) {
    if (Object.hasOwn(ONE, word)) return ONE[word];
    if (isNumber(word) || word.length < 4) return word;
    if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
    return /[^suia]s$/.test(word) ? word.slice(0, -1) : word;
  }

  // A word without its endings, so that funded, funding and funds are one.
  function stem(word) {
    const one = singular(word);
    const [, left] = /^(.*[aeiouy].*?)(?:ed|ing|er)$/.exec(one) ?? [];
    if (isNumber(one) || one.length < 5) return one;
    return (left?.length > 2 ? left.replace(/([^aeiouls])\1$/, "$1") : one).replace(/e$/, "");
  }

  // What a word of the book is found by: itself, without its plural and its endings, and a share also without its sign.
  function indexed(word) {
    return word.endsWith("%") ? [word, word.slice(0, -1)] : [...new Set([singular(word), stem(word)])];
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

  // What is asked, as typed and in the book's own words for it, whatever the endings; and how much each way counts.
  function waysToSay(typed) {
    const asked = plain(typed).replace(/(\d) ?per ?cent\b/g, "$1%");
    const ways = [{ asked, counts: 1 }];
    const parts = words(asked);
    const stems = parts.map(stem);
    for (const [said, means] of Object.entries(opened.synonyms)) {
      const whole = words(said).map(stem);
      const at = stems.findIndex((_, from) => whole.every((one, step) => one === stems[from + step]));
      if (at < 0) continue;
      const meant = (one) => [...parts.slice(0, at), one, ...parts.slice(at + whole.length)].join(" ");
      const counts = whole.length > 1 ? PHRASE : OTHER_WORDS;
      ways.push(...means.split("; ").map((one) => ({ asked: meant(one), counts })));
    }
    return ways;
  }

  // Words are looked up as typed; one that the book does not have, with letters mistyped, as long as the first is right.
  function lookUp(queries, boostDocument) {
    const { index } = opened;
    const known = (term) => index.search(term, { fuzzy: false }).length > 0;
    const slips = new Map(queries.flatMap((one) => one.terms).map((term) => [stem(term), known(term) ? false : mistyped(term)]));
    const near = ({ terms, queryTerms }) => terms.every((term) => queryTerms.some((one) => term[0] === one[0]));
    const look = ({ terms, counts, own }, combineWith) => {
      const options = { combineWith, boostDocument, fuzzy: (term) => slips.get(term), prefix: (term) => own && startsWords(term) };
      const hits = index.search(terms.join(" "), options).filter(near);
      return hits.map((hit) => ({ ...hit, score: hit.score * counts }));
    };
    const best = new Map();
    const keep = (hit) => best.get(hit.id)?.score >= hit.score || best.set(hit.id, hit);
    queries.flatMap((one) => look(one, "AND")).forEach(keep);
    if (best.size < FEW) {
      queries.flatMap((one) => halves(one.terms, look(one, "OR"))).forEach((hit) => best.has(hit.id) || keep(hit));
    }
    return [...best.values()];
  }

  // Of places that have some of the words, those that have half of them or more; the more, the better.
  function halves(query, hits) {
    const share = (hit) => new Set(hit.queryTerms).size / new Set(query).size;
    return hits.filter((hit) => share(hit) >= 0.5).map((hit) => ({ ...hit, score: (hit.score * share(hit) ** 2) / 2 }));
  }

  function find(typed) {
    opened ??= openIndex();
    const { pages, entries } = opened;
    const ways = waysToSay(typed);
    const kept = words(ways[0].asked).some((word) => !STOP.has(word)) ? (word) => !STOP.has(word) : () => true;
    const queries = ways
      .map(({ asked, counts }, at) => ({ terms: words(asked).filter(kept), counts, own: at === 0 }))
      .filter((one) => one.terms.length);
    if (!queries.length) return [];
    const numbers = queries.some((one) => one.terms.every(isNumber));
    const weight = (kind) => (kind === "number" && numbers ? NUMBER_ASKED : WEIGHTS[kind]);
    const placed = ([kind, at]) => (kind === "term" || kind === "source" ? 1 : pages[at][2]);
    const hits = lookUp(queries, (id) => weight(entries[id][0]) * placed(entries[id]));
    const together = ([, , , title, text]) => ways.some((way) => plain(`${title} ${text}`).includes(way.asked));
    const exactly = ([kind, , , title, text]) =>
      plain(title) === ways[0].asked || (numbers && kind === "number" && text.startsWith(`${ways[0].asked} `));
    hits.sort((one, other) => other.score - one.score);
    for (const [at, hit] of hits.entries()) {
      if (together(entries[hit.id])) hit.score *= TOGETHER;
      else if (at < MOST && nearby(entries[hit.id], hit)) hit.score *= NEAR;
      if (exactly(entries[hit.id])) hit.score *= EXACTLY;
    }
    hits.sort((one, other) => other.score - one.score);
    return hits.slice(0, MOST).map(({ id, terms }) => hitFor(entries[id], terms));
  }

  // Whether all words that were found stand close to each other.
  function nearby([, , , , text], { terms, queryTerms }) {
    const wanted = new Set(queryTerms).size;
    if (wanted < 2) return false;
    const stems = new Set(terms.map(stem));
    const last = new Map();
    return words(text).some((word, at) => {
      if (!stems.has(stem(word))) return false;
      last.set(stem(word), at);
      return [...last.values()].filter((one) => at - one < SENTENCE * wanted).length >= wanted;
    });
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
      if (event.isComposing || event.keyCode === 229) return; // an input method's own
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
