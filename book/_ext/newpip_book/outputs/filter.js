// Lets readers look for words among the entries of a page of results or rows. Without it they are all there.
(() => {
  "use strict";

  const plain = newpipFold; // of theme.js

  // The words of an entry itself, without those of what rests on it.
  function own(entry) {
    const copy = entry.cloneNode(true);
    copy.querySelectorAll(".np-resting").forEach((one) => one.remove());
    return plain(copy.textContent);
  }

  // A heading goes with the entries under it.
  function hideEmptyGroups(entries) {
    for (const heading of new Set(entries.map(([one]) => headingOf(one)))) {
      if (heading) heading.hidden = entries.every(([one]) => one.hidden || headingOf(one) !== heading);
    }
  }

  function headingOf(entry) {
    let before = entry.previousElementSibling;
    while (before && before.tagName !== "H2") before = before.previousElementSibling;
    return before;
  }

  for (const room of document.querySelectorAll("[data-filters]")) {
    const entries = [...document.querySelectorAll(room.dataset.filters)].map((one) => [one, own(one)]);
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
      hideEmptyGroups(entries);
      count.textContent = shown ? `${shown} of ${entries.length}` : "None has these words.";
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
