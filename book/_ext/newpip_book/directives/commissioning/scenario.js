// The commissioning calculation, as newpip/scenario.py has it. Tests hold the two to each other over a grid of inputs.
(() => {
  "use strict";

  const COUNTED = ["referrals"];
  const ESTIMATED = ["births", "need", "uptake"];
  const UNCERTAIN = [...COUNTED, ...ESTIMATED, "acceptance", "dropout", "stay", "full_caseload", "direct", "post_cost"];
  const CHOSEN = ["team", "weight"];
  const OUTPUTS = [
    "referrals", "families", "completing", "caseload", "carried", "posts", "cost", "cost_per_family",
    "team_cost", "seen", "wait",
  ];
  const [POINTS, GENERATOR, GRID, MONTHS, LEAVERS_STAY] = [4096, 1077, 32, 12, 0.5];

  const uncertain = (inputs) => UNCERTAIN.filter((name) => name in inputs);
  const countReferrals = (values) =>
    "referrals" in values ? values.referrals : values.births * values.need * values.uptake;
  const countCaseload = (values) =>
    (countReferrals(values) * values.acceptance * (values.stay * (1 - LEAVERS_STAY * values.dropout))) / MONTHS;
  const countCarried = (values) => values.full_caseload * values.direct;
  const countPosts = (values) => countCaseload(values) / countCarried(values);

  function outputs(values) {
    const referrals = countReferrals(values);
    const families = referrals * values.acceptance;
    const posts = countPosts(values);
    const cost = posts * values.post_cost;
    return {
      referrals,
      families,
      completing: families * (1 - values.dropout),
      caseload: countCaseload(values),
      carried: countCarried(values),
      posts,
      cost,
      cost_per_family: cost / families,
      team_cost: values.team * values.post_cost,
      seen: families * Math.min(1, values.team / posts),
      wait: MONTHS * Math.max(0, posts / values.team - 1),
    };
  }

  function triangular(uniform, { low, central, high }) {
    const width = high - low;
    if (width === 0) return central;
    if (uniform * width < central - low) return low + Math.sqrt(uniform * width * (central - low));
    return high - Math.sqrt((1 - uniform) * width * (high - central));
  }

  const at = (inputs, end) => Object.fromEntries(Object.keys(inputs).map((name) => [name, inputs[name][end]]));

  function draw(inputs) {
    const all = Array.from({ length: POINTS }, () => at(inputs, "central"));
    let power = 1;
    for (const name of uncertain(inputs)) {
      for (let k = 0; k < POINTS; k++) {
        all[k][name] = triangular((((k * power) % POINTS) + 0.5) / POINTS, inputs[name]);
      }
      power = (power * GENERATOR) % POINTS;
    }
    return all;
  }

  function quantile(sorted, share) {
    const place = (sorted.length - 1) * share;
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  function ranges(inputs, drawn = draw(inputs)) {
    const results = drawn.map(outputs);
    const central = outputs(at(inputs, "central"));
    const rows = OUTPUTS.map((name) => {
      const sorted = Float64Array.from(results, (one) => one[name]).sort();
      return [name, { central: central[name], low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }];
    });
    const enough = results.filter((one) => one.posts <= inputs.team.central).length / POINTS;
    return { outputs: Object.fromEntries(rows), enough };
  }

  function tornado(inputs, output) {
    const middle = at(inputs, "central");
    const end = (name, which) => outputs({ ...middle, [name]: inputs[name][which] })[output];
    const rows = uncertain(inputs).map((name) => ({ input: name, at_low: end(name, "low"), at_high: end(name, "high") }));
    for (const row of rows) row.swing = Math.abs(row.at_high - row.at_low);
    return rows.sort((one, other) => other.swing - one.swing);
  }

  // The posts unused by a team, and those missing, each of which weighs so much.
  const weigh = (team, needed, weight) => Math.max(0, team - needed) + weight * Math.max(0, needed - team);

  // The given team, or one post more.
  function loss(values) {
    const needed = countPosts(values);
    return [0, 1].map((more) => weigh(values.team + more, needed, values.weight));
  }

  const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

  // On average, with the given team and with one post more.
  function gaps(drawn) {
    const needed = drawn.map(countPosts);
    const average = (gap) => [0, 1].map((more) => mean(needed.map((posts, k) => Math.max(0, gap(drawn[k].team + more, posts)))));
    return { unused: average((team, posts) => team - posts), missing: average((team, posts) => posts - team) };
  }

  // The best size of all there could be, and what it would be worth to know everything before.
  function anySize(drawn) {
    const [needed, { weight }] = [Float64Array.from(drawn, countPosts).sort(), drawn[0]];
    const size = quantile(needed, weight / (1 + weight));
    return { size, value: mean(Array.from(needed, (posts) => weigh(size, posts, weight))) };
  }

  // From the losses of each choice: how much less is lost by choosing at each place instead of once for all.
  function gain(losses) {
    const expected = [0, 1].map((choice) => mean(losses.map((pair) => pair[choice])));
    const once = expected[1] < expected[0] ? 1 : 0;
    return { expected, value: mean(losses.map((pair) => pair[once] - Math.min(...pair))) };
  }

  // The mean losses when one input is known to have a value; the draws are lent a value and get theirs back.
  function lossesKnowing(drawn, name, value) {
    const sums = [0, 0];
    for (const one of drawn) {
      const own = one[name];
      one[name] = value;
      const needed = countPosts(one);
      for (const more of [0, 1]) sums[more] += weigh(one.team + more, needed, one.weight);
      one[name] = own;
    }
    return sums.map((sum) => sum / POINTS);
  }

  function known(inputs, drawn, name) {
    if (inputs[name].low === inputs[name].high) return 0;
    const means = [];
    for (let place = 0; place < GRID; place++) {
      means.push(lossesKnowing(drawn, name, triangular((place + 0.5) / GRID, inputs[name])));
    }
    return gain(means).value;
  }

  const overall = (drawn) => ({ ...gain(drawn.map(loss)), ...gaps(drawn), any: anySize(drawn) });

  globalThis.newpipScenario = Object.freeze({
    COUNTED, ESTIMATED, CHOSEN, OUTPUTS, uncertain, draw, ranges, tornado, overall, known,
  });
})();
