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
    const deck = document.querySelector(".np-deck");
    deck.classList.add("reveal"); // its style sheet hides all slides but one
    Reveal.initialize({
      controls: true,
      disableLayout: true, // the style sheet fits slides to the window, so that a phone's text is not shrunk
      display: "grid",
      hash: true,
      keyboardCondition: (event) => !event.isComposing && event.keyCode !== 229, // else they are an input method's own
      scrollActivationWidth: null,
      slideNumber: "c/t",
      transition: "none",
    }).then(() => deck.removeAttribute("role")); // no application: screen readers keep their own keys
  });
})();
