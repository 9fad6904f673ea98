// What happens while a page is open: that its comment or its list has changed, and who else is there. It tells; nothing that
// somebody reads or writes is changed under their hands. Without it a page is as it was when it was opened.
"use strict";
(() => {
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  const own = Number(main.dataset.comment) || 0;
  const news = document.querySelector(".news");
  const present = document.querySelector("[data-present]");
  const seal = document.querySelector("input[name=seal]")?.value ?? "";
  let source = null;

  function heard(event) {
    const { changed = [], here = [], many = false } = JSON.parse(event.data);
    if (news && (many || changed.some(({ comment }) => !own || comment === own))) news.hidden = false;
    if (present) {
      const names = here.filter(({ comment }) => comment === own).map(({ staff }) => staff);
      present.hidden = names.length === 0;
      present.replaceChildren(`${present.dataset.present} `, ...names.flatMap((name) => {
        const isolated = document.createElement("bdi");
        isolated.textContent = name;
        return [isolated, " "];
      }));
    }
  }

  // A page that nobody looks at holds no connection: browsers have few of them.
  function listen() {
    if (document.hidden) { source?.close(); source = null; return; }
    if (source) return;
    source = new EventSource("/live");
    source.onmessage = heard;
  }
  document.addEventListener("visibilitychange", listen);
  listen();

  // That somebody is here, and whether they write.
  if (!own) return;
  let works = false;
  async function tell() {
    if (document.hidden) return;
    const said = new URLSearchParams({ comment: own, seal });
    if (works) said.set("works", "1");
    try { await fetch("/here", { method: "POST", body: said }); } catch { /* offline: nobody hears of it */ }
  }
  document.addEventListener("input", (event) => {
    if (!works && event.target.matches("textarea, .acts input, .acts select")) { works = true; tell(); }
  });
  setInterval(tell, 30_000);
  tell();
})();
