// Numbers as people type them: 3,200 and 25 000, 12 % and 12%, with a pound sign before them or not.
globalThis.newpipNumbers = (() => {
  "use strict";

  const TYPED = /^(\d+|\d{1,3}([,\s'\u2019]\d{3})+)?(\.\d+)?$/; // groups of three, so that 12,5 is not 125
  const TWOFOLD = /^[1-9]\d{0,2}\.\d{3}$/; // 1.234: in half of the world a thousand and more, here hardly more than one
  const bareOf = (text, unit) => {
    const bare = text.trim().replace(/^\u00a3\s*/, "");
    return unit === "share" ? bare.replace(/\s*%$/, "") : bare;
  };

  // The number, a share as a fraction of one; NaN where it is none.
  function read(text, unit) {
    const bare = bareOf(text, unit);
    if (bare === "" || !TYPED.test(bare) || TWOFOLD.test(bare)) return NaN;
    return Number(bare.replace(/[,\s'\u2019]/g, "")) / (unit === "share" ? 100 : 1);
  }

  // What was expected instead, in words, where a text is no number.
  function expected(text, unit) {
    const bare = bareOf(text, unit);
    if (TWOFOLD.test(bare)) return `One number was expected, and “${bare}” can be two: write ${bare.replace(".", "")} or ${bare}0`;
    if (/^\d+,\d{1,2}$/.test(bare)) return `A point was expected for “${text.trim()}”, as in ${text.trim().replace(",", ".")}`;
    return unit === "share" ? "A number in per cent was expected" : "A number was expected";
  }

  return Object.freeze({ read, expected });
})();
