// Keys for those who work in the console all day, and the length of a reply while it is written. Everything here can be done
// without it: it presses what is on the page. Nothing is stored but whether keys are switched off (WCAG 2.2, 2.1.4).
"use strict";
(() => {
  const SWITCH = "majlis.keys";
  const help = document.getElementById("keys-help");
  const isOff = () => { try { return localStorage.getItem(SWITCH) === "off"; } catch { return false; } };
  const writes = (element) => element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;

  function openHelp() {
    if (!help || help.open) return;
    help.querySelector("[data-switch]").checked = !isOff();
    help.showModal();
  }

  // The places of a list, and which of them has the focus.
  function step(by) {
    const places = [...document.querySelectorAll(".card .open")];
    if (places.length === 0) return false;
    const at = places.indexOf(document.activeElement);
    const next = places[Math.min(Math.max(at < 0 && by < 0 ? 0 : at + by, 0), places.length - 1)];
    next.focus();
    next.closest(".card").scrollIntoView({ block: "nearest" });
    return true;
  }

  // Chooses what has the focus, or no longer.
  function tick() {
    const box = document.activeElement.closest(".card")?.querySelector(".choose");
    box?.click();
    return Boolean(box);
  }

  // Goes to what has this key: a link is followed, a field gets the focus, a form is opened and its first field gets it.
  function go(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("a")) target.click();
    else if (target.matches("button")) target.click();
    else {
      const form = target.closest("details");
      if (form) form.open = true;
      const field = target.matches("details") ? target.querySelector("select, textarea, input:not([type=hidden])") : target;
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
    return true;
  }
  window.majlisGo = go;

  document.addEventListener("keydown", (event) => {
    const element = event.target;
    if (event.key === "Escape" && writes(element)) { element.blur(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && element.form) {
      const buttons = element.form.querySelector(event.shiftKey ? "button[name=then]" : "button:not([name])");
      if (buttons) { event.preventDefault(); buttons.click(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isOff() || writes(element) || document.querySelector("dialog[open]")) return;
    // By its letter where the layout has one, else by its place: an Arabic layout has no `j`.
    const key = /^[a-z?/]$/.test(event.key) ? event.key
      : event.code === "Slash" ? (event.shiftKey ? "?" : "/")
      : /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
    const done = key === "?" ? (openHelp(), true)
      : key === "j" ? step(1) || go("j")
      : key === "k" ? step(-1)
      : key === "x" ? tick()
      : key !== "" && go(key);
    if (done) event.preventDefault();
  });

  help?.querySelector("[data-switch]").addEventListener("change", (event) => {
    try { localStorage.setItem(SWITCH, event.target.checked ? "on" : "off"); } catch { /* a browser without storage */ }
  });
  document.querySelector("[data-help]")?.addEventListener("click", openHelp);
  const opener = document.querySelector("[data-help]");
  if (opener) opener.hidden = false;

  // How long a reply is as its platform counts; the page's own server counts, so that there is one count.
  for (const field of document.querySelectorAll("[data-count]")) {
    const told = document.createElement("p");
    told.className = "hint count-told";
    told.setAttribute("role", "status");
    field.after(told);
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(async () => {
        const seal = field.form.elements.namedItem("seal")?.value ?? "";
        const asked = new URLSearchParams({ platform: field.dataset.count, text: field.value, seal });
        try {
          const answer = await fetch("/length", { method: "POST", body: asked });
          if (answer.ok) told.textContent = await answer.text();
        } catch { /* offline: the server counts again when the form is sent */ }
      }, 250);
    });
  }
})();
