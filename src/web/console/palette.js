// Ctrl-K: all that the page offers, found by typing. It knows nothing by itself: it lists the links of the navigation, the lists, and
// what has a key, and presses what is chosen. `#7` opens comment 7.
"use strict";
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  let offers = [];
  let at = 0;

  function gathered() {
    const links = [...document.querySelectorAll("header nav a, nav.choices a, .pages a, .language")]
      .map((link) => ({ name: link.textContent.trim().replace(/\s+/g, " "), act: () => link.click() }));
    const keys = [...document.querySelectorAll("#keys-help dt")]
      .map((term) => ({ key: term.textContent.trim(), name: term.nextElementSibling.textContent.trim() }))
      .filter(({ key }) => document.querySelector(`[data-key="${CSS.escape(key)}"]`))
      .map(({ key, name }) => ({ name: `${name} (${key})`, act: () => window.majlisGo(key) }));
    return [...keys, ...links];
  }

  function shown() {
    // Numbers in either digits.
    const latin = (digit) => String(digit.charCodeAt(0) - 0x660);
    const words = input.value.trim().toLowerCase().replace(/[\u0660-\u0669]/g, latin);
    const number = /^#?(\d+)$/.exec(words);
    const found = number
      ? [{ name: `#${number[1]}`, act: () => { location.href = `/comments/${number[1]}`; } }]
      : offers.filter(({ name }) => words.split(/\s+/).every((word) => name.toLowerCase().includes(word)));
    at = Math.min(at, Math.max(found.length - 1, 0));
    list.replaceChildren(...found.map(({ name, act }, place) => {
      const option = document.createElement("li");
      option.id = `offer-${place}`;
      option.role = "option";
      option.textContent = name;
      option.ariaSelected = String(place === at);
      option.addEventListener("click", () => choose(act));
      return option;
    }));
    if (found.length > 0) input.setAttribute("aria-activedescendant", `offer-${at}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
    return found;
  }

  function choose(act) { palette.close(); act(); }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.code === "KeyK") {
      event.preventDefault();
      if (palette.open) { palette.close(); return; }
      offers = gathered();
      input.value = "";
      at = 0;
      palette.showModal();
      shown();
    }
  });
  input.addEventListener("input", () => { at = 0; shown(); });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); at = Math.max(at + step, 0); shown(); }
    if (event.key === "Enter") { event.preventDefault(); const found = shown(); if (found[at]) choose(found[at].act); }
  });
})();
