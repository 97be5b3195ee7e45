// The few names that Sphinx's searchtools.js takes from scripts that this book leaves out.
"use strict";

// Off: it would keep what was searched for on the reader's machine.
const SPHINX_HIGHLIGHT_ENABLED = false;
const Documentation = { gettext: (text) => text };
const _ = Documentation.gettext;
const _ready = (callback) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", callback);
  else callback();
};
