// Starts the deck. It takes the reader's colour scheme from where the book keeps it, before anything is drawn.
(() => {
  "use strict";

  function kept() {
    try {
      return localStorage.getItem("newpip-colours"); // where theme.js keeps it
    } catch {
      return null; // storage is forbidden here
    }
  }

  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = kept() ?? (dark ? "dark" : "light");

  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.classList.add("np-deck-on");
    document.querySelector(".np-deck").classList.add("reveal"); // its style sheet hides all slides but one
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
