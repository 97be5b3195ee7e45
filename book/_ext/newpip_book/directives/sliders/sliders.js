// Sliders and fields that let a reader feel a result. Without this script a sentence points to the figure that shows the same.
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT] = [340, 230];
  const EDGE = { left: 44, right: 16, top: 10, bottom: 40 };
  const PAUSE = 500; // milliseconds before a change is announced, so that a drag is one announcement

  // Each agrees with the Python function beside it, which the tests hold it to.
  const formulas = {
    // newpip.dropout: overall, bounds, tipping
    dropout({ dropout, completers, leavers }, { target }) {
      const overall = (benefit) => (1 - dropout) * completers + dropout * benefit;
      let tipping = (completers - target) / (completers - leavers);
      if (completers <= target) tipping = 0;
      else if (leavers > target) tipping = Infinity;
      return { overall: overall(leavers), low: overall(0), high: overall(1), tipping };
    },

    // newpip.referrals: monthly, trend
    exposure({ months }, { counts, whole, z }) {
      const exposure = counts.map((_, year) => (year ? whole : months));
      const rates = counts.map((count, year) => count / exposure[year]);
      const fit = poisson(counts, exposure.map((some) => some / whole));
      return {
        rates,
        growth: rates[1] / rates[0] - 1,
        ratio: Math.exp(fit.slope),
        low: Math.exp(fit.slope - z * fit.se),
        high: Math.exp(fit.slope + z * fit.se),
      };
    },

    // newpip.sample: chance_none_seen, n_to_see; newpip.intervals: upper_limit_none_seen
    population({ share, people }, { chance }) {
      return {
        none: (1 - share) ** people,
        needed: Math.floor(Math.log(chance) / Math.log1p(-share)) + 1,
        upper: 1 - chance ** (1 / people),
      };
    },

    // newpip.evaluation: half_width, families, with_loss
    families({ width, share, loss }, { z }) {
      let needed = 1;
      for (let n = Math.ceil((z / (2 * width)) ** 2); n > 0 && needed === 1; n -= 1) {
        if (wilson(n, share, z) > width) needed = n + 1;
      }
      return { needed, asked: withLoss(needed, loss), half: wilson(needed, share, z) };
    },

    // newpip.evaluation: sd_of_change, families_for_change, with_loss
    change({ points, sd, r, loss }, { z, few }) {
      const spread = sd * Math.sqrt(2 * (1 - r));
      const half = (n) => (student(n - 1, z, few) * spread) / Math.sqrt(n);
      let needed = Math.max(2, Math.ceil(((z * spread) / points) ** 2));
      while (half(needed) > points) needed += 1;
      return { spread, needed, asked: withLoss(needed, loss), half: half(needed) };
    },
  };

  const withLoss = (n, loss) => Math.ceil(n / (1 - loss) - 1e-9);

  // Half of Wilson's interval at the count nearest to the share.
  function wilson(n, share, z) {
    const found = Math.floor(Math.min(share, 1 - share) * n + 0.5 + 1e-9) / n;
    return (z / (1 + z ** 2 / n)) * Math.sqrt((found * (1 - found)) / n + z ** 2 / (4 * n ** 2));
  }

  // Student's quantile: given for few degrees of freedom, by the series of Abramowitz and Stegun (26.7.5) for more.
  function student(df, z, few) {
    if (df <= few.length) return few[df - 1];
    return z + (z ** 3 + z) / (4 * df) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * df ** 2)
      + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * df ** 3)
      + (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92160 * df ** 4);
  }

  // Maximum likelihood by Newton's method: log mean = intercept + slope * time + log exposure, where a part year
  // stands at the midpoint of its months, which are its last.
  function poisson(counts, exposure) {
    const times = exposure.map((some, year) => year + (1 - some) / 2);
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    let [intercept, slope, se] = [Math.log(sum(counts) / sum(exposure)), 0, 0];
    for (let round = 0; round < 60; round += 1) {
      const mean = exposure.map((some, year) => some * Math.exp(intercept + slope * times[year]));
      const [s0, s1, s2] = [0, 1, 2].map((power) => sum(mean.map((value, year) => value * times[year] ** power)));
      const left = counts.map((count, year) => count - mean[year]);
      const [g0, g1] = [sum(left), sum(left.map((value, year) => value * times[year]))];
      const determinant = s0 * s2 - s1 * s1;
      intercept += (s2 * g0 - s1 * g1) / determinant;
      slope += (s0 * g1 - s1 * g0) / determinant;
      se = Math.sqrt(s0 / determinant);
      if (Math.abs(g0) + Math.abs(g1) < 1e-11) break;
    }
    return { intercept, slope, se };
  }

  const percent = (value, digits = 0) => `${(100 * value).toFixed(digits)}%`.replace("-", "\u2212");
  const range = (low, high, steps) => Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
  const plain = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 4 });
  const share = (value) => percent(value, 1).replace(".0%", "%");
  const say = { share, months: String, people: String, points: plain, correlation: plain };
  const whole = (n) => n.toLocaleString("en-GB");

  const field = (value, unit) => (unit === "share" ? String(Number((100 * value).toPrecision(6))) : String(value));
  const up = (n) => Math.ceil(n / 10 ** Math.floor(Math.log10(n))) * 10 ** Math.floor(Math.log10(n));

  // How close an answer comes by the number of families, from half(n).
  function precision(now, half, most, show, label, loss) {
    const last = Math.max(20, up(1.5 * now.needed));
    const all = range(2, last, 120).map((n) => [n, half(Math.round(n))]).filter(([, far]) => far <= most);
    return {
      x: { low: 0, high: last, ticks: range(0, last, 2), show: whole, label: "Families with an answer" },
      y: { low: 0, high: most, ticks: range(0, most, 4), show, label },
      lines: [all],
      dot: [now.needed, now.half],
      key: "Curve: how close each number of families comes. Dot: the fewest that are enough.",
      results: [
        ["Families with an answer", whole(now.needed)],
        [`Families to ask, if ${share(loss)} are lost`, whole(now.asked)],
      ],
    };
  }

  // What each kind draws and says, from the values of its sliders.
  const views = {
    dropout(values, constants, settings) {
      const of = (dropout) => formulas.dropout({ ...values, dropout }, constants);
      const now = of(values.dropout);
      const most = settings.inputs[0].high;
      const [first, last] = [of(0), of(most)];
      const inside = now.tipping > 0 && now.tipping <= most;
      const tips = now.tipping <= 1 ? percent(now.tipping, 1) : "no dropout is enough";
      return {
        x: { low: 0, high: most, ticks: range(0, most, 3), show: percent, label: "Share who left" },
        y: { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: percent, label: "Benefit, of all who started" },
        band: [[0, first.low], [most, last.low], [most, last.high], [0, first.high]],
        rule: constants.target,
        lines: [[[0, first.overall], [most, last.overall]]],
        span: [[values.dropout, now.low], [values.dropout, now.high]],
        dot: [values.dropout, now.overall],
        ring: inside ? [now.tipping, constants.target] : null,
        key: "Shaded: all that could be, whatever became of those who left. Line: with the benefit chosen for them. "
          + "Dot and upright line: at the dropout chosen. Ring: the tipping point. Dashed: one half.",
        results: [
          ["Of all who started", percent(now.overall, 1)],
          ["Bounds, whatever became of those who left", `${percent(now.low, 1)} to ${percent(now.high, 1)}`],
          ["Tipping point: dropout at which it falls to one half", tips],
        ],
      };
    },

    exposure(values, constants, settings) {
      const now = formulas.exposure(values, constants);
      const shortest = formulas.exposure({ months: settings.inputs[0].low }, constants);
      const { years } = constants;
      const steps = Math.ceil(Math.max(...shortest.rates) / 4);
      return {
        x: { low: years[0] - 0.3, high: years.at(-1) + 0.3, ticks: years, show: String, label: "Year" },
        y: { low: 0, high: 4 * steps, ticks: range(0, 4 * steps, steps), show: String, label: "Referrals a month" },
        lines: [years.map((year, place) => [year, now.rates[place]])],
        marks: years.map((year, place) => [year, now.rates[place]]).slice(1),
        dot: [years[0], now.rates[0]],
        key: "The large dot is the first year, which the slider lengthens and shortens; the other years stay.",
        results: [
          [`Referrals a month in ${years[0]}`, now.rates[0].toFixed(1)],
          [`Growth from ${years[0]} to ${years[1]}, by the month`, percent(now.growth, 1)],
          ["Growth factor a year over all years, with 95% limits of chance alone",
            `${now.ratio.toFixed(2)} (${now.low.toFixed(2)} to ${now.high.toFixed(2)})`],
        ],
      };
    },

    population(values, constants, settings) {
      const most = settings.inputs[0].high;
      const now = formulas.population(values, constants);
      const curve = range(0, most, 60).map((share) => [share, (1 - share) ** values.people]);
      return {
        x: { low: 0, high: most, ticks: range(0, most, 3), show: percent, label: "Share of the population" },
        y: { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], show: percent, label: "Chance of seeing none" },
        rule: constants.chance,
        lines: [curve],
        dot: [values.share, now.none],
        key: `Curve: a sample of the size chosen. Dot: the share chosen. Dashed: ${percent(constants.chance)}.`,
        results: [
          ["Chance of seeing nobody of the group", percent(now.none, 1)],
          [`People needed for that chance to fall below ${percent(constants.chance)}`, String(now.needed)],
          ["Largest share that seeing none leaves open", percent(now.upper, 1)],
        ],
      };
    },

    families(values, constants) {
      const now = formulas.families(values, constants);
      const half = (n) => wilson(n, values.share, constants.z);
      return precision(now, half, Math.min(0.5, 4 * values.width), share, "Either way", values.loss);
    },

    change(values, constants) {
      const now = formulas.change(values, constants);
      const half = (n) => (student(n - 1, constants.z, constants.few) * now.spread) / Math.sqrt(n);
      const view = precision(now, half, 4 * values.points, plain, "Points, either way", values.loss);
      view.results.unshift(["Spread of the change (standard deviation)", `${now.spread.toFixed(1)} points`]);
      return view;
    },
  };

  function svg(name, attributes, text) {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    if (text !== undefined) one.textContent = text;
    return one;
  }

  function html(name, attributes, ...children) {
    const one = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    one.append(...children);
    return one;
  }

  function draw(picture, view) {
    const place = (axis, start, end) => (value) => start + ((value - axis.low) / (axis.high - axis.low)) * (end - start);
    const x = place(view.x, EDGE.left, WIDTH - EDGE.right);
    const y = place(view.y, HEIGHT - EDGE.bottom, EDGE.top);
    const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${x(a).toFixed(2)} ${y(b).toFixed(2)}`).join("");
    const parts = [];
    const line = (points, kind) => parts.push(svg("path", { d: path(points), class: kind }));
    const circle = ([a, b], r, kind) => parts.push(svg("circle", { cx: x(a).toFixed(2), cy: y(b).toFixed(2), r, class: kind }));

    for (const tick of view.y.ticks) {
      line([[view.x.low, tick], [view.x.high, tick]], "np-grid");
      parts.push(svg("text", { x: EDGE.left - 5, y: y(tick) + 3.5, "text-anchor": "end" }, view.y.show(tick)));
    }
    for (const tick of view.x.ticks) {
      parts.push(svg("text", { x: x(tick), y: HEIGHT - EDGE.bottom + 14, "text-anchor": "middle" }, view.x.show(tick)));
    }
    parts.push(svg("text", { x: (EDGE.left + WIDTH) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, view.x.label));
    const middle = (HEIGHT - EDGE.bottom + EDGE.top) / 2;
    parts.push(svg("text", { x: 10, y: middle, "text-anchor": "middle", transform: `rotate(-90 10 ${middle})` }, view.y.label));
    if (view.band) line(view.band, "np-band");
    if (view.rule !== undefined) line([[view.x.low, view.rule], [view.x.high, view.rule]], "np-dashed");
    for (const points of view.lines) line(points, "np-line");
    if (view.span) line(view.span, "np-span");
    for (const point of view.marks || []) circle(point, 3.5, "np-mark");
    if (view.ring) circle(view.ring, 5.5, "np-ring");
    circle(view.dot, 5.5, "np-dot");
    picture.replaceChildren(...parts);
  }

  function build(place, number) {
    const settings = JSON.parse(place.dataset.slider);
    const id = `np-slider-${number}`;
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
    const results = html("dl", {});
    const key = html("p", { class: "np-slider-key" });
    const status = html("p", { class: "np-unseen", role: "status" });
    const back = html("button", { type: "button" }, "Back to the book\u2019s values");
    const rows = settings.inputs.map((one) => {
      const { name, label, low, high, step, unit, start } = one;
      const kind = one.typed
        ? { type: "text", inputmode: "decimal", value: field(start, unit), "aria-describedby": `${id}-${name}-problem` }
        : { type: "range", min: low, max: high, step, value: start };
      const input = html("input", { ...kind, id: `${id}-${name}`, autocomplete: "off" });
      const output = html("output", { for: input.id, "aria-live": "off" });
      const problem = html("p", { id: `${id}-${name}-problem`, class: "np-problem", role: "alert" });
      const parts = [html("label", { for: input.id }, label), output, input, ...(one.typed ? [problem] : [])];
      return { ...one, value: start, input, output, problem, row: html("div", { class: `np-slider-row${one.typed ? " np-typed" : ""}` }, ...parts) };
    });

    // What is typed counts once it is a number within its limits; until then the last that was stays.
    function take(row) {
      const { input, problem, unit, low, high } = row;
      const value = row.typed ? newpipNumbers.read(input.value, unit) : input.valueAsNumber;
      const fine = value >= low && value <= high;
      if (fine) row.value = value;
      if (!row.typed) return;
      const between = `A value from ${say[unit](low)} to ${say[unit](high)} was expected`;
      const expected = Number.isNaN(value) ? newpipNumbers.expected(input.value, unit) : between;
      problem.textContent = fine ? "" : `${expected}; ${say[unit](row.value)} is still used.`;
      if (fine) input.removeAttribute("aria-invalid");
      else input.setAttribute("aria-invalid", "true");
    }

    let waiting;
    function show(announce) {
      const values = {};
      for (const row of rows) {
        const { name, unit, input, output } = row;
        values[name] = row.value;
        output.textContent = say[unit](row.value);
        if (!row.typed) input.setAttribute("aria-valuetext", unit === "share" ? output.textContent : `${output.textContent} ${unit}`);
      }
      const view = views[settings.kind](values, settings.constants, settings);
      const said = view.results.map((pair) => pair.join(": ")).join(". ");
      draw(picture, view);
      picture.setAttribute("aria-label", `${view.y.label} by ${view.x.label.toLowerCase()}. ${said}. ${view.key}`);
      key.textContent = view.key;
      results.replaceChildren(...view.results.map(([term, text]) => html("div", {}, html("dt", {}, term), html("dd", {}, text))));
      clearTimeout(waiting);
      if (announce) waiting = setTimeout(() => { status.textContent = `${said}.`; }, PAUSE);
    }

    // What is typed counts once the field is left, or by Enter: a number on its way is another number.
    for (const row of rows) row.input.addEventListener(row.typed ? "change" : "input", () => { take(row); show(true); });
    back.addEventListener("click", () => {
      for (const row of rows) {
        row.input.value = row.typed ? field(row.start, row.unit) : row.start;
        take(row);
      }
      show(true);
    });
    place.replaceChildren(
      html("fieldset", {}, html("legend", {}, settings.legend), ...rows.map(({ row }) => row), picture, results, key, back, status),
    );
    show(false);
  }

  globalThis.newpipFormulas = Object.freeze(formulas);
  const enhance = () => document.querySelectorAll(".np-slider").forEach((place, number) => build(place, number + 1));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
  else enhance();
})();
