// One switch for the code of a page. Off, as at first, a chapter is prose, figures and tables; its exercises are folded
// and show their cells when opened. theme.js hides the code before the page is painted.
(() => {
  "use strict";

  const root = document.documentElement;
  const control = document.querySelector(".np-code");
  const shown = () => !root.classList.contains("np-reading");

  function keep(on) {
    try {
      if (on) localStorage.setItem("newpip-code", "shown");
      else localStorage.removeItem("newpip-code");
    } catch {
      // storage is forbidden here: the choice holds for this page
    }
  }

  function say() {
    control.setAttribute("aria-pressed", String(shown()));
    if (shown()) offerCopies();
    for (const fold of document.querySelectorAll(".np-aims, .np-exercises")) fold.open = shown();
  }

  // What the reader looks at stays where it is.
  function show(on) {
    const before = control.getBoundingClientRect().top;
    root.classList.toggle("np-reading", !on);
    say();
    scrollBy({ top: control.getBoundingClientRect().top - before, behavior: "instant" });
  }

  function offerCopies() {
    for (const input of document.querySelectorAll(".cell_input:not(:has(.np-copy))")) {
      const copy = Object.assign(document.createElement("button"), { type: "button", className: "np-copy", textContent: "Copy" });
      copy.setAttribute("aria-label", "Copy this code");
      const told = (text) => (copy.textContent = text);
      copy.addEventListener("click", () => {
        const code = input.querySelector("textarea")?.value ?? input.querySelector("pre").textContent;
        navigator.clipboard.writeText(code).then(() => told("Copied"), () => told("It could not be copied"));
      });
      input.append(copy);
    }
  }

  // An address that leads into what is hidden or folded opens it.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1)) ?? document.querySelector(":target");
    if (!target) return;
    const folds = [...document.querySelectorAll("details")].filter((one) => one.contains(target));
    folds.push(...target.querySelectorAll(":scope > .np-exercises"));
    if (!target.getClientRects().length && !shown() && !target.closest(".np-exercises")) show(true);
    for (const fold of folds) fold.open = true;
    if (folds.length || !shown()) target.scrollIntoView();
  }

  control.addEventListener("click", () => {
    const on = !shown();
    keep(on);
    show(on);
  });
  control.hidden = false;
  say();
  reveal();
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]')) setTimeout(() => event.defaultPrevented || reveal()); // the same again
  });
  document.querySelector(".np-exercises")?.addEventListener("toggle", offerCopies);
})();
