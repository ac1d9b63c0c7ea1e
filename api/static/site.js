// Suggestions under search fields. Without this script the form searches all the same.
"use strict";
for (const form of document.querySelectorAll("form.find")) {
  const input = form.querySelector("input"), id = input.id + "-suggestions";
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
  let chosen = -1, asked = 0, found = [];
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (to) => {
    chosen = (to + found.length) % found.length;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === chosen)));
    list.children[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  };
  const show = (things) => {
    found = things;
    list.replaceChildren(...things.map((thing, i) => {
      const li = Object.assign(document.createElement("li"), { id: `${id}-${i}` });
      li.setAttribute("role", "option");
      li.setAttribute("aria-selected", "false");
      const kind = Object.assign(document.createElement("span"), { textContent: thing.kind });
      li.append(thing.label, kind);
      li.addEventListener("mousedown", (event) => { event.preventDefault(); location.href = thing.href; });
      return li;
    }));
    if (!things.length) return close();
    chosen = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  };
  input.addEventListener("input", async () => {
    const turn = ++asked, text = input.value.trim();
    if (text.length < 2) return close();
    const answer = await fetch("/suggest?q=" + encodeURIComponent(text));
    if (turn === asked && answer.ok) show(await answer.json());
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); mark(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1)); }
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.href = found[chosen].href; }
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
}
