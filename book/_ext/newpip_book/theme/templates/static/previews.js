// Previews of what a link of the text leads to: a figure or table with its caption, a term's meaning, a source.
// Fetched by theme.js when one is first asked for. It takes what it shows from the page that the link leads to; from a
// disk, where nothing can be fetched, that is this page alone, and other links just lead there.
(() => {
  "use strict";

  const root = document.documentElement;
  const [ROWS, COLUMNS] = [4, root.clientWidth < 600 ? 3 : 4]; // of a table
  const PAUSE = 150; // milliseconds: a pointer that only passes asks for nothing
  const STAY = 300; // milliseconds: time to move onto the preview itself
  const LEFT_OUT = "details, button, input, .legend, .headerlink, .np-screen, .np-claim, .np-unseen, .np-values";

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // ---- What is shown

  const pages = new Map();

  async function fetched(page) {
    const answer = await fetch(page);
    if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function target(link) {
    const [page] = link.href.split("#");
    if (page !== location.href.split("#")[0] && !pages.has(page)) pages.set(page, fetched(page));
    try {
      const found = await (pages.get(page) ?? document);
      return found.getElementById(decodeURIComponent(link.hash.slice(1)));
    } catch (error) {
      pages.delete(page); // the next time tries again
      throw error;
    }
  }

  // A copy under names of its own, so that a picture does not lean on parts of another, and with nothing to press.
  function copied(found) {
    const holder = make("div");
    holder.innerHTML = found.outerHTML.replace(/(\bid="|url\(#|href="#)/g, "$1np-seen-");
    for (const one of holder.querySelectorAll("th button")) one.replaceWith(one.textContent);
    for (const one of holder.querySelectorAll(LEFT_OUT)) one.remove();
    for (const one of holder.querySelectorAll("a[href]")) one.removeAttribute("href");
    for (const one of holder.querySelectorAll("[tabindex]")) one.removeAttribute("tabindex");
    return holder.firstElementChild;
  }

  const more = (count, what) => (count > 0 ? `${count} more ${what}${count > 1 ? "s" : ""}` : "");

  function beginning(table) {
    const copy = copied(table);
    const caption = make("p", {}, ...(copy.caption?.childNodes ?? []));
    const rows = [...copy.tBodies].flatMap((body) => [...body.rows]);
    const left = [more(rows.length - ROWS, "row"), more(copy.rows[0].cells.length - COLUMNS, "column")].filter(Boolean);
    for (const one of [copy.caption, copy.querySelector("colgroup"), ...rows.slice(ROWS)]) one?.remove();
    for (const row of copy.rows) [...row.cells].slice(COLUMNS).forEach((cell) => cell.remove());
    return [caption, copy, left.length && make("p", { className: "np-rest", textContent: `and ${left.join(", ")}` })];
  }

  function content(found) {
    const figure = found.closest("figure");
    const table = found.matches("table") ? found : found.querySelector(":scope > table, :scope > .np-box > table");
    if (figure) return [copied(figure)];
    if (table) return beginning(table);
    const said = found.closest("dt")?.nextElementSibling ?? found.querySelector("p") ?? found;
    return [make("p", { textContent: said.textContent.trim() })];
  }

  // ---- Where, and how long

  const tip = make("div", { id: "np-tip", className: "np-tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  let wanted = null;
  let open = null;
  let leaving;

  function hide() {
    clearTimeout(leaving);
    open?.removeAttribute("aria-describedby");
    wanted = open = null;
    tip.hidden = true;
  }

  function leave() {
    clearTimeout(leaving);
    leaving = setTimeout(hide, STAY);
  }

  function place(link) {
    const box = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const left = Math.min(box.left, root.clientWidth - tip.offsetWidth - 8);
    const below = box.bottom + 4;
    const above = box.top - tip.offsetHeight - 4;
    tip.style.left = `${Math.max(8, left) + scrollX}px`;
    tip.style.top = `${(below + tip.offsetHeight > innerHeight && above > 0 ? above : below) + scrollY}px`;
  }

  // Tell whether there was something to show.
  async function show(link, by) {
    clearTimeout(leaving);
    if (open === link) return true;
    if (open) hide();
    wanted = link;
    link.removeAttribute("title"); // or the browser would show it as well
    if (by === "pointer") await new Promise((done) => setTimeout(done, PAUSE));
    if (wanted !== link) return true;
    const found = await target(link).catch(() => null);
    if (!found || wanted !== link) return Boolean(found);
    tip.replaceChildren(...content(found).filter(Boolean));
    if (by === "touch") tip.append(make("p", { className: "np-rest", textContent: "Touch the link again to go there." }));
    tip.setAttribute("aria-live", by === "touch" ? "polite" : "off"); // else the link's description is heard anyway
    tip.hidden = false;
    open = link;
    link.setAttribute("aria-describedby", tip.id);
    place(link);
    return true;
  }

  const within = (node) => tip.contains(node) || (open ?? wanted)?.contains(node);
  document.addEventListener("pointerover", ({ target: node, pointerType }) => {
    if (within(node)) clearTimeout(leaving);
    else if (pointerType !== "touch" && open !== document.activeElement) {
      if (open) leave();
      else wanted = null;
    }
  });
  document.addEventListener("focusout", ({ target: node }) => node === (open ?? wanted) && hide());
  document.addEventListener("pointerdown", ({ target: node }) => within(node) || hide());
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());

  window.newpipPreviews = { show };
})();
