// The commissioning tool. It only shows: the formula is in scenario.js, the inputs and their sources come with the page.
(() => {
  "use strict";

  const model = globalThis.newpipScenario;
  const numbers = globalThis.newpipNumbers;
  const place = document.getElementById("commissioning-tool");
  const known = JSON.parse(document.getElementById("commissioning-data").textContent);
  const evidence = document.querySelectorAll("#brief-evidence > li"); // a list in the chapter, which the brief ends with
  const about = Object.fromEntries(known.inputs.map((one) => [one.input, one]));
  const names = known.inputs.map((one) => one.input);
  const ENDS = ["low", "central", "high"];
  const MARK = "#tool?";
  const PAUSE = 300; // milliseconds after the last change, so that a screen reader hears one result

  const WAYS = { counted: model.COUNTED, estimated: model.ESTIMATED }; // to say how many are referred

  const state = { preset: known.presets[0].preset, way: "counted", inputs: {}, problems: [] };
  const field = {}; // of each input: its elements
  let waiting;
  let turn = 0;

  // ---- Words and numbers ----

  const round = (value, digits) => Number(value.toPrecision(digits));
  const group = (value, digits) => value.toLocaleString("en-GB", { maximumFractionDigits: digits });
  const pounds = (value) => `£${group(value, 0)}`;

  function say(value, unit) {
    if (unit.startsWith("GBP")) return pounds(value);
    if (unit === "share") return `${round(value * 100, 3)}%`;
    if (unit.endsWith("a year")) return group(value, value < 10 ? 1 : 0);
    return group(value, 1);
  }

  // Results in pounds have no more digits than such inputs bear.
  const tell = (value, unit) => say(unit.startsWith("GBP") ? round(value, 2) : value, unit);
  const span = (row, unit, words = say) => `${words(row.low, unit)} to ${words(row.high, unit)}`;
  const scale = (unit) => (unit === "share" ? 100 : 1);
  const plain = (value, unit) => String(round(value * scale(unit), 6)); // as a slider takes it
  // A field shows numbers as people write them; a default has two digits if it is a share, and counts unrounded.
  function shown(value, unit, digits = 6) {
    if (unit === "share") return `${round(value * 100, Math.min(digits, 6))}%`;
    return value.toLocaleString("en-GB", { maximumSignificantDigits: 6 });
  }
  const unitOf = (unit) => ({ share: "%", "GBP a year": "£ a year" })[unit] ?? unit;
  const outputUnit = (unit) => (unit.startsWith("GBP") ? unit.replace("GBP", "£") : unit);
  const preset = () => known.presets.find((one) => one.preset === state.preset);
  const origin = (name) => preset().own[name] ?? about[name];
  const untouched = (name) => ENDS.every((end) => state.inputs[name][end] === preset().values[name][end]);
  const chosen = (name) => model.CHOSEN.includes(name);
  const unused = () => WAYS[state.way === "counted" ? "estimated" : "counted"];
  const used = () => names.filter((name) => !unused().includes(name));
  const inputs = () => Object.fromEntries(used().map((name) => [name, state.inputs[name]]));

  // ---- Elements ----

  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  }

  function bar(from, to, line, least, most) {
    const make = (tag, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const across = (value) => (most > least ? (100 * (value - least)) / (most - least) : 0);
    const picture = make("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" });
    const [left, right] = [across(Math.min(from, to)), across(Math.max(from, to))];
    picture.append(make("rect", { x: left, y: 1, width: Math.max(right - left, 0.4), height: 4 }));
    if (line !== null) picture.append(make("line", { x1: across(line), x2: across(line), y1: 0, y2: 6 }));
    return picture;
  }

  function table(caption, header, rows, className = "") {
    const head = header.map((text) => el("th", { scope: "col" }, text));
    const body = rows.map(([first, ...rest]) =>
      el("tr", {}, el("th", { scope: "row" }, ...[first].flat()), ...rest.map((cell, place) => el("td", { "data-label": header[place + 1] }, cell))),
    );
    return el(
      "table",
      { class: `np-results ${className}` },
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, ...head)),
      el("tbody", {}, ...body),
    );
  }

  // ---- Inputs ----

  function fault(name, { low, central, high }, wanted = "A number was expected") {
    const { least, most, unit, label } = about[name];
    const values = [low, central, high];
    if (!values.every(Number.isFinite)) return `${label}: ${wanted[0].toLowerCase()}${wanted.slice(1)}.`;
    if (values.some((value) => value < least || value > most)) {
      return `${label}: a value from ${shown(least, unit)} to ${shown(most, unit)} was expected.`;
    }
    if (!(low <= central && central <= high)) return `${label}: the value must lie between its low and its high one.`;
    return "";
  }

  // A moved value takes its range along in proportion, unless the reader has set a range.
  function move(name, central) {
    const usual = preset().values[name];
    const { least, most } = about[name];
    const within = (value) => Math.min(Math.max(value, least), most);
    const was = state.inputs[name];
    if (chosen(name)) return { low: central, central, high: central };
    if (field[name].ownRange || usual.central === 0) {
      return { low: Math.min(was.low, central), central, high: Math.max(was.high, central) };
    }
    if (central === usual.central) return { ...usual };
    return {
      low: Math.min(within((central * usual.low) / usual.central), central),
      central,
      high: Math.max(within((central * usual.high) / usual.central), central),
    };
  }

  function mark(name, problem) {
    const { number, low, high, problem: line } = field[name];
    line.textContent = problem;
    for (const one of [number, low, high]) {
      if (problem) one?.setAttribute("aria-invalid", "true");
      else one?.removeAttribute("aria-invalid");
    }
  }

  function take(name, values, from) {
    const wanted = from.type === "text" ? numbers.expected(from.value, about[name].unit) : undefined;
    const problem = fault(name, values, wanted);
    mark(name, problem && `${problem} ${say(state.inputs[name].central, about[name].unit)} is still used.`);
    if (problem) return;
    state.inputs[name] = values;
    show(name, from);
    later();
  }

  const read = (element, name) => {
    const { unit } = about[name];
    return element.type === "range" ? element.valueAsNumber / scale(unit) : numbers.read(element.value, unit);
  };

  function show(name, except) {
    const { unit } = about[name];
    const values = state.inputs[name];
    const { number, slider, low, high, summary, from } = field[name];
    const usual = preset().values[name];
    for (const [element, end] of [[number, "central"], [low, "low"], [high, "high"]]) {
      if (element) element.value = shown(values[end], unit, values[end] === usual[end] ? 2 : 6);
    }
    if (slider !== except) slider.value = plain(values.central, unit);
    slider.setAttribute("aria-valuetext", `${say(values.central, unit)} ${unit === "share" ? "" : unitOf(unit)}`.trim());
    summary.textContent = chosen(name) ? brand(name) : `${brand(name)} · range ${span(values, unit)}${rangeBrand(name)}`;
    from.replaceChildren(...provenance(name));
  }

  // Where a value comes from, in a few words; the rest unfolds.
  function brand(name) {
    const { status } = origin(name);
    if (untouched(name)) return status;
    return `Yours; it was ${say(preset().values[name].central, about[name].unit)} (${status.toLowerCase()})`;
  }

  const rangeBrand = (name) => {
    const { status, range_from: range } = origin(name);
    return untouched(name) && status.toLowerCase() !== range ? ` (${range})` : "";
  };

  function provenance(name) {
    const { status, title, locator, note, range_from: from } = origin(name);
    const link = el("a", { href: "../book/data-dictionary.html#table-scenario-inputs" }, "Data dictionary");
    const range = chosen(name) ? "" : `Its range: ${from}. `;
    return [el("strong", {}, `The default. ${status}. `), title ? `${title}: ${locator}. ` : "", `${note} ${range}`, link];
  }

  function build(name) {
    const { label, unit, help, least, most, step } = about[name];
    const id = `tool-${name}`;
    const limits = { min: plain(least, unit), max: plain(most, unit), step: plain(step, unit) };
    const parts = { ownRange: false };
    parts.slider = el("input", {
      type: "range", ...limits, "aria-label": `${label}, slider`,
      oninput: (event) => take(name, move(name, read(event.target, name)), event.target),
    });
    parts.number = el("input", {
      type: "text", id, inputmode: "decimal", autocomplete: "off", "aria-describedby": `${id}-help ${id}-from ${id}-problem`,
      onchange: (event) => take(name, move(name, read(event.target, name)), event.target), // once it is left, or by Enter
    });
    parts.problem = el("p", { id: `${id}-problem`, class: "np-problem", role: "alert" });
    parts.from = el("p", { class: "np-from" });
    parts.summary = el("summary", { id: `${id}-from` });
    const ends = chosen(name) ? [] : buildRange(name, parts);
    field[name] = parts;
    parts.box = el(
      "div",
      { class: "np-input" },
      el("label", { for: id }, `${label} `, el("span", { class: "np-unit" }, `(${unitOf(unit)})`)),
      el("div", { class: "np-pair" }, parts.slider, parts.number),
      parts.problem,
      el("p", { id: `${id}-help`, class: "np-help" }, help),
      el("details", {}, parts.summary, ...ends, parts.from),
    );
    return parts.box;
  }

  // Referrals are counted, or estimated from births, need and the share referred.
  function choose(way) {
    state.way = way;
    ways.value = way;
    for (const name of Object.values(WAYS).flat()) field[name].box.hidden = unused().includes(name);
  }

  function buildRange(name, parts) {
    const set = (end) => (event) => {
      parts.ownRange = true;
      take(name, { ...state.inputs[name], [end]: read(event.target, name) }, event.target);
    };
    const make = (end) => {
      const kind = { type: "text", inputmode: "decimal", autocomplete: "off" };
      parts[end] = el("input", { ...kind, "aria-describedby": `tool-${name}-problem`, onchange: set(end) });
      return el("label", {}, `${end === "low" ? "Low" : "High"} `, el("span", { class: "np-unseen" }, `value of ${about[name].label} `), parts[end]);
    };
    return [el("div", { class: "np-ends" }, make("low"), make("high"))];
  }

  // ---- The address ----

  function address() {
    const parts = used().map((name) => {
      const values = chosen(name) ? [state.inputs[name].central] : ENDS.map((end) => state.inputs[name][end]);
      return `${name}=${values.join("~")}`;
    });
    return `${location.href.split("#")[0]}${MARK}from=${state.preset}&${parts.join("&")}`;
  }

  function parse(name, text) {
    const parts = text.split("~").map((part) => (part.trim() === "" ? NaN : Number(part)));
    if (chosen(name) && parts.length === 1) return { low: parts[0], central: parts[0], high: parts[0] };
    if (!chosen(name) && parts.length === 3) return { low: parts[0], central: parts[1], high: parts[2] };
    return { low: NaN, central: NaN, high: NaN };
  }

  function restore() {
    const given = location.hash.startsWith(MARK) ? new URLSearchParams(location.hash.slice(MARK.length)) : new URLSearchParams();
    const from = given.get("from");
    state.problems = [];
    start(known.presets.some((one) => one.preset === from) ? from : known.presets[0].preset);
    if (from !== null && from !== state.preset) state.problems.push("The area to start from is not known; the first is used.");
    const found = Object.keys(WAYS).filter((way) => WAYS[way].some((name) => given.has(name)));
    if (found.length > 1) state.problems.push("The address gives referrals counted and estimated; the count is used.");
    if (found.length) choose(found[0]);
    for (const [name, text] of given) {
      if (name === "from") continue;
      if (!Object.hasOwn(about, name)) {
        state.problems.push(`“${name.slice(0, 30)}” is not an input; it was left out.`);
        continue;
      }
      const values = parse(name, text);
      const problem = fault(name, values);
      if (problem) state.problems.push(`${problem} The address had “${text.slice(0, 30)}”; the default is used.`);
      else state.inputs[name] = values;
    }
    for (const name of names) {
      const moved = move(name, state.inputs[name].central);
      field[name].ownRange = ["low", "high"].some((end) => Math.abs(moved[end] - state.inputs[name][end]) > 1e-9);
      show(name);
    }
    return given.toString() !== "";
  }

  // ---- Results ----

  const results = {
    status: el("p", { role: "status", class: "np-status" }),
    outputs: el("div"),
    tornado: el("div"),
    worth: el("div"),
    problems: el("div", { role: "alert", class: "np-problem" }),
    link: el("input", { type: "text", readonly: true, id: "tool-link", "aria-label": "Link to these inputs" }),
    copied: el("span", { role: "status" }),
    watch: el("select", { id: "tool-watch", onchange: () => drawTornado() }),
    brief: el("section", { class: "np-brief", "aria-label": "Brief for printing" }),
  };
  const latest = {};

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(compute, PAUSE);
  }

  // What is quick comes at once; what it is worth to know comes input by input, so that the page stays at hand.
  function compute(keep = true) {
    const mine = ++turn;
    const [now, toKnow] = [inputs(), model.uncertain(inputs())];
    const drawn = model.draw(now);
    Object.assign(latest, model.ranges(now, drawn), { worth: null, ...model.overall(drawn) });
    drawOutputs();
    drawTornado();
    if (keep) history.replaceState(null, "", address());
    results.link.value = address();
    results.copied.textContent = "";
    const worth = [];
    const next = () => {
      if (mine !== turn) return;
      if (worth.length < toKnow.length) {
        const input = toKnow[worth.length];
        worth.push({ input, value: model.known(now, drawn, input) });
        setTimeout(next);
      } else {
        latest.worth = worth.sort((one, other) => other.value - one.value);
        drawWorth();
        place.dataset.ready = String(mine);
      }
    };
    next();
  }

  const team = () => state.inputs.team.central;
  const postsWord = (value) => `${round(value, 3)} ${value === 1 ? "post" : "posts"}`;

  function sentence() {
    const { referrals, posts, wait } = latest.outputs;
    const waits = wait.high === 0 ? "no wait" : `wait ${say(wait.central, "months")} months (${span(wait, "months")})`;
    return (
      `${say(referrals.central, "a year")} referrals a year; ${say(posts.central, "posts")} posts needed (${span(posts, "posts")}); ` +
      `with ${postsWord(team())}: ${waits}, enough in ${round(latest.enough * 100, 2)}% of draws.`
    );
  }

  function outputRows() {
    return known.outputs.map(({ output, label, unit }) => {
      const row = latest.outputs[output];
      return [[label, el("span", { class: "np-unit" }, ` (${outputUnit(unit)})`)], tell(row.central, unit), span(row, unit, tell)];
    });
  }

  function drawOutputs() {
    const rows = outputRows();
    for (const [place, { output }] of known.outputs.entries()) {
      rows[place] = [...rows[place]];
      rows[place][0][1].dataset.output = output;
    }
    results.outputs.replaceChildren(table("Results, at the values set and over their ranges", ["Result", "At the values set", "Range"], rows));
    results.status.textContent = sentence();
    results.problems.replaceChildren(...state.problems.map((text) => el("p", {}, text)));
  }

  function drawTornado() {
    const output = results.watch.value;
    const { label, unit } = known.outputs.find((one) => one.output === output);
    const rows = model.tornado(inputs(), output);
    const ends = rows.flatMap((row) => [row.at_low, row.at_high]);
    const middle = latest.outputs[output].central;
    const [least, most] = [Math.min(middle, ...ends), Math.max(middle, ...ends)];
    const cells = rows.map((row) => [
      [about[row.input].label, bar(row.at_low, row.at_high, middle, least, most)],
      tell(row.at_low, unit),
      tell(row.at_high, unit),
    ]);
    const caption = `${label} (${outputUnit(unit)}) when one input moves alone, from its low to its high value`;
    results.tornado.replaceChildren(table(caption, ["Input", "At its low value", "At its high value"], cells, "np-bars"));
  }

  const worthIn = (value) => (value > 0 && value < 0.005 ? "under 0.01" : value.toFixed(2)); // in posts

  function decision() {
    const choices = [team(), team() + 1].map((size) => round(size, 3));
    const [few, more] = choices.map((size, k) => `${size} would leave ${worthIn(latest.unused[k])} unused and ${worthIn(latest.missing[k])} missing`);
    const best = choices[latest.expected[0] <= latest.expected[1] ? 0 : 1];
    return (
      `The choice is between ${choices.join(" and ")} posts. On average ${few}; ${more}. ` +
      `With a missing post weighed at ${say(state.inputs.weight.central, "times")} (a judgement, not a price), ${best} would be the choice; ` +
      `to know every input first would save ${worthIn(latest.value)} posts on average. ` +
      `If any size could be chosen, it would be ${say(latest.any.size, "posts")}, and to know every input would save ${worthIn(latest.any.value)}.`
    );
  }

  function drawWorth() {
    const most = Math.max(latest.value, ...latest.worth.map((row) => row.value));
    const cells = [{ input: null, value: latest.value }, ...latest.worth].map((row) => [
      [row.input ? about[row.input].label : "All inputs", bar(0, row.value, null, 0, most)],
      row.value > 0 ? worthIn(row.value) : "nothing",
    ]);
    const caption = "What it would be worth, at most, to know an input before choosing (posts)";
    results.worth.replaceChildren(el("p", {}, decision()), table(caption, ["Input", "Worth"], cells, "np-bars"));
    drawBrief();
  }

  // ---- The brief ----

  function sources() {
    const places = {};
    for (const { title, locator } of used().filter(untouched).map(origin)) {
      if (title) places[title] = (places[title] ?? new Set()).add(locator);
    }
    return Object.entries(places).map(([title, where]) => `${title} (${[...where].join("; ")})`).join(". ") || "none";
  }

  function drawBrief() {
    const rows = used().map((name) => {
      const { unit, label } = about[name];
      const values = state.inputs[name];
      const from = untouched(name) ? origin(name).status : "Set by whoever printed this";
      return [`${label} (${unitOf(unit)})`, say(values.central, unit), chosen(name) ? "set" : `${span(values, unit)}${rangeBrand(name)}`, from];
    });
    const moves = model.tornado(inputs(), "posts").slice(0, 3);
    const told = moves.map((row) => `${about[row.input].label.toLowerCase()} (${say(row.at_low, "posts")} to ${say(row.at_high, "posts")})`);
    const worth = latest.worth.filter((row) => row.value > 0).slice(0, 3);
    const worthTold = worth.map((row) => `${about[row.input].label.toLowerCase()} (${worthIn(row.value)} posts)`);
    const day = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    results.brief.replaceChildren(
      el("h1", {}, "A team for parents and babies: what it would take"),
      el("p", {}, `Scenario started from “${preset().label}”. Printed on ${day}. From “${known.book}”.`),
      el("p", {}, sentence()),
      table("Results", ["Result", "At the values set", "Range"], outputRows()),
      table("Inputs", ["Input", "Value", "Range", "Where it comes from"], rows),
      el("p", {}, `Sources of the values left as they were: ${sources()}.`),
      el("p", {}, `What moves the posts needed furthest: ${told.join("; ")}.`),
      el("p", {}, `${decision()} Most worth finding out: ${worthTold.join("; ") || "no single input"}.`),
      el("h2", {}, "What the evidence does and does not support"),
      el("ul", {}, ...[...evidence].map((one) => el("li", {}, one.textContent.trim()))),
      el("p", { class: "np-address" }, `The same scenario: ${address()}`),
    );
  }

  // A brief with another value than the page shows would mislead.
  function print() {
    const wrong = place.querySelector('[aria-invalid="true"]');
    results.copied.textContent = wrong ? "Not printed: put right the field that is marked first." : "";
    if (wrong) {
      wrong.focus();
    } else {
      document.documentElement.classList.add("np-printing");
      globalThis.print();
    }
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(results.link.value);
      results.copied.textContent = "Copied.";
    } catch {
      results.link.select();
      results.copied.textContent = "The link is marked: copy it with your keyboard or menu.";
    }
  }

  // ---- Putting it together ----

  function start(name) {
    state.preset = name;
    for (const input of names) {
      field[input].ownRange = false;
      state.inputs[input] = { ...preset().values[input] };
      mark(input, "");
      show(input);
    }
    choose(preset().counted ? "counted" : "estimated");
    presets.value = name;
  }

  const presets = el(
    "select",
    { id: "tool-preset", onchange: () => { state.problems = []; start(presets.value); later(); } },
    ...known.presets.map((one) => el("option", { value: one.preset }, one.label)),
  );

  const ways = el(
    "select",
    { id: "tool-way", onchange: () => { choose(ways.value); later(); } },
    el("option", { value: "counted" }, "counted"),
    el("option", { value: "estimated" }, "estimated from births"),
  );

  function assemble() {
    for (const { output, label } of known.outputs) results.watch.append(el("option", { value: output }, label));
    results.watch.value = "posts";
    const button = (text, action) => el("button", { type: "button", onclick: action }, text);
    const reset = button("Reset inputs", () => { state.problems = []; start(state.preset); later(); });
    const way = el("p", { class: "np-bar" }, el("label", { for: "tool-way" }, "Referrals are"), ways);
    const groups = Object.entries(known.parts).map(([part, title]) =>
      el("fieldset", {}, el("legend", {}, title), ...(part === "area" ? [way] : []), ...known.inputs.filter((one) => one.part === part).map((one) => build(one.input))),
    );
    const form = el(
      "form",
      { novalidate: true, onsubmit: (event) => event.preventDefault() },
      el("p", { class: "np-bar" }, el("label", { for: "tool-preset" }, "Start from"), presets, reset),
      ...groups,
    );
    const shownResults = el(
      "div",
      { class: "np-shown" },
      results.outputs,
      el("h3", {}, "Which inputs matter"),
      el("p", { class: "np-bar" }, el("label", { for: "tool-watch" }, "Watch"), results.watch),
      results.tornado,
      el("h3", {}, "What is worth finding out"),
      results.worth,
      el("h3", {}, "Share or print"),
      el("p", { class: "np-bar" }, results.link, button("Copy link", copy), button("Print a one-page brief", print)),
      el("p", {}, results.copied),
    );
    place.replaceChildren(results.problems, form, results.status, shownResults);
    document.body.append(results.brief);
  }

  assemble();
  const linked = restore();
  if (linked) place.scrollIntoView();
  compute(linked); // whoever comes by another link keeps that address
  addEventListener("hashchange", () => location.hash.startsWith(MARK) && (restore(), compute()));
  addEventListener("afterprint", () => document.documentElement.classList.remove("np-printing"));
})();
