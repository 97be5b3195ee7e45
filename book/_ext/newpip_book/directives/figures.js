// Lets the marks of a figure say their values, opens a figure as large as the window, and shows data of many rows.
// What is shown is in a script beside the CSV, loaded once it is asked for. Without scripts the picture and the CSV stay.
(() => {
  "use strict";

  const FAR = 40; // pixels: whoever points further away means no mark
  const known = new Map();
  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // Called by the scripts beside the figures.
  window.newpipFigure = (key, found) => known.set(key, found);
  newpipFigure.dress = dress;

  function load(key, near) {
    if (known.has(key)) return Promise.resolve(known.get(key));
    const { values } = near.closest("figure").querySelector(".np-picture").dataset;
    return new Promise((done, failed) => {
      const script = make("script", { src: `${document.documentElement.dataset.content_root}${values}` });
      script.addEventListener("load", () => done(known.get(key)));
      script.addEventListener("error", failed);
      document.head.append(script);
    });
  }

  const drawing = (picture) => [...picture.querySelectorAll(":scope > svg")].find((svg) => svg.getBoundingClientRect().width);

  // Where the marks stand on the screen, from where they stand in the drawing.
  function places(picture, found) {
    const svg = drawing(picture);
    const matrix = svg.getScreenCTM();
    const at = found.at[svg.classList.contains("np-wide") ? "wide" : "narrow"] ?? Object.values(found.at)[0];
    return at.map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
  }

  function nearest(picture, found, x, y) {
    const [across, up] = found.reach;
    const far = places(picture, found).map((place) => Math.hypot(across * (place.x - x), up * (place.y - y)));
    const place = far.indexOf(Math.min(...far));
    return far[place] <= FAR ? place : -1;
  }

  // One stop of the Tab key over the picture: assistive technology reads it as a slider from mark to mark.
  function offerValues(picture, called) {
    const now = { "aria-valuemin": 1, "aria-valuemax": picture.dataset.marks, "aria-valuenow": 1, "aria-valuetext": "Arrow keys read them" };
    const ring = make("i", { hidden: "" });
    const tip = make("output", { hidden: "", "aria-hidden": "true" });
    const stop = make("div", { class: "np-values", tabindex: 0, role: "slider", "aria-label": `Values of ${called}`, ...now }, ring, tip);
    let open = -1;

    function hide() {
      open = -1;
      ring.hidden = tip.hidden = true;
    }

    function show(found, place) {
      if (place < 0) return hide();
      open = place;
      const box = stop.getBoundingClientRect();
      const { x, y } = places(picture, found)[place];
      tip.textContent = found.said[place];
      ring.hidden = tip.hidden = false;
      const left = Math.min(Math.max(0, x - box.left - tip.offsetWidth / 2), box.width - tip.offsetWidth);
      const above = y - box.top - tip.offsetHeight - 14;
      Object.assign(ring.style, { left: `${x - box.left}px`, top: `${y - box.top}px` });
      Object.assign(tip.style, { left: `${left}px`, top: `${above < -60 ? y - box.top + 14 : above}px` });
      stop.setAttribute("aria-valuenow", place + 1);
      stop.setAttribute("aria-valuetext", found.said[place]);
    }

    const withValues = (act) => load(picture.dataset.key, picture).then(act, () => {}); // not there: the picture stays
    const point = (event) => event.target === stop && withValues((found) => show(found, nearest(picture, found, event.clientX, event.clientY)));
    const last = picture.dataset.marks - 1;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    stop.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(event));
    stop.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
    stop.addEventListener("click", point);
    stop.addEventListener("blur", hide);
    stop.addEventListener("focus", () => stop.matches(":focus-visible") && withValues((found) => show(found, Math.max(0, open))));
    stop.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && open >= 0) {
        event.preventDefault();
        hide();
      }
      if (!(event.key in steps)) return;
      event.preventDefault();
      withValues((found) => show(found, Math.min(last, Math.max(0, open + steps[event.key]))));
    });
    picture.append(stop);
  }

  // The widest drawing, its ids made its own, in a window of its own.
  function openLarge(picture, called) {
    const svg = picture.querySelector(".np-wide") ?? picture.querySelector("svg");
    const copy = make("div", { class: "np-picture np-one" });
    copy.innerHTML = svg.outerHTML.replace(/(\bid="|url\(#)/g, "$1large-");
    Object.assign(copy.dataset, picture.dataset);
    const close = make("button", { type: "button" }, "Close");
    const dialog = make("dialog", { class: "np-opened", "aria-label": called }, make("p", {}, make("span", {}, called), close), copy);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    if (picture.dataset.marks > 0) load(picture.dataset.key, picture).then(() => offerValues(copy, called), () => {});
  }

  function showRows(fold) {
    load(fold.dataset.key, fold).then(({ rows: [head, ...rows] }) => {
      const line = (cells, tag) => make("tr", {}, ...cells.map((text) => make(tag, {}, text)));
      const top = line(head.map((name) => name.replaceAll("_", " ")), "th");
      for (const cell of top.cells) cell.scope = "col";
      const table = make("table", {}, make("thead", {}, top), make("tbody", {}, ...rows.map((cells) => line(cells, "td"))));
      const scroll = { class: "np-scroll", tabindex: 0, role: "region", "aria-label": `Data of ${fold.dataset.key}` };
      fold.append(make("div", scroll, table));
    }, () => {}); // the link to the CSV stays
  }

  function dress(figure) {
    const picture = figure.querySelector(".np-picture");
    const large = figure.querySelector(".np-large");
    const called = figure.querySelector(".caption-number")?.textContent.trim() || "this figure";
    if (picture.dataset.marks > 0) offerValues(picture, called);
    large.setAttribute("aria-label", `Open ${called} large`);
    large.addEventListener("click", () => openLarge(picture, called));
    large.hidden = false;
    for (const fold of figure.querySelectorAll("details[data-key]")) fold.addEventListener("toggle", () => showRows(fold), { once: true });
  }

  document.querySelectorAll("figure.np-figure").forEach(dress);
})();
