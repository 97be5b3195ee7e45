// Starts the deck. It takes the reader's colour scheme from where the book keeps it, before anything is drawn.
(() => {
  "use strict";

  const kept = localStorage.getItem("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = kept || (dark ? "dark" : "light");

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("np-deck-on");
    Reveal.initialize({
      controls: true,
      disableLayout: true, // the style sheet fits slides to the window, so that a phone's text is not shrunk
      display: "grid",
      hash: true,
      scrollActivationWidth: null,
      slideNumber: "c/t",
      transition: "none",
    });
  });
})();
