// Opens a passage's claims beside the text when one of its marks is clicked. Without it the small numbers do the same by link.
"use strict";
(() => {
  const text = document.querySelector(".text");
  const panelOf = (passage) => { const badge = passage && passage.querySelector(".badge"); return badge && document.getElementById(badge.hash.slice(1)); };
  // an address may name a place inside a passage: #at-120, or a mention's own offsets
  const arrive = () => {
    const named = location.hash.match(/^#(?:at|p)-(\d+)/);
    if (!named || document.getElementById(location.hash.slice(1))) return;
    const place = Number(named[1]);
    for (const passage of document.querySelectorAll(".passage")) {
      const [, begin, end] = passage.id.match(/^p-(\d+)-(\d+)$/);
      if (begin <= place && place < end) { location.replace("#" + passage.id); return; }
    }
  };
  addEventListener("hashchange", arrive);
  arrive();
  let open = null, from = null;
  const close = () => {
    if (!open) return;
    open.classList.remove("open");
    for (const row of open.querySelectorAll(".hit")) row.classList.remove("hit");
    document.querySelector(".passage.current")?.classList.remove("current");
    open = null;
  };
  const show = (passage, name) => {
    const panel = panelOf(passage);
    if (!panel) return;
    close();
    open = panel;
    panel.classList.add("open");
    passage.classList.add("current");
    for (const row of panel.querySelectorAll("details")) {
      const hit = name && row.querySelector("summary").textContent.toLowerCase().includes(name.toLowerCase());
      if (hit) { row.classList.add("hit"); row.open = true; }
    }
    panel.querySelector(".hit")?.scrollIntoView({ block: "nearest" });
    panel.focus({ preventScroll: true });
  };
  text.addEventListener("click", (event) => {
    const badge = event.target.closest(".badge"), mark = event.target.closest("mark"), passage = event.target.closest(".passage");
    if (!passage || (!badge && !mark)) return;
    event.preventDefault();
    from = badge || passage.querySelector(".badge");
    show(passage, mark && mark.title);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".panel .close");
    if (!link) return;
    event.preventDefault();
    if (location.hash.startsWith("#c-")) history.replaceState(null, "", link.hash);
    close();
    from?.focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && open) { close(); from?.focus(); } });
})();
