// Lets readers look for words among the entries of a page of results or rows. Without it they are all there.
(() => {
  "use strict";

  const plain = (text) => text.toLowerCase().replace(/\s+/g, " ").trim();

  for (const room of document.querySelectorAll("[data-filters]")) {
    const entries = [...document.querySelectorAll(room.dataset.filters)].map((one) => [one, plain(one.textContent)]);
    const label = document.createElement("label");
    const field = document.createElement("input");
    const count = document.createElement("span");
    label.htmlFor = field.id = "np-among";
    label.textContent = "Look for";
    field.type = "search";
    count.setAttribute("role", "status");

    const look = () => {
      const words = plain(field.value).split(" ");
      let shown = 0;
      for (const [one, text] of entries) {
        one.hidden = !words.every((word) => text.includes(word));
        shown += !one.hidden;
      }
      count.textContent = `${shown} of ${entries.length}`;
    };
    field.addEventListener("input", look);
    window.addEventListener("hashchange", () => {
      if (!document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[hidden]")) return;
      field.value = "";
      look();
      document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
    });
    room.append(label, field, count);
    look();
  }
})();
