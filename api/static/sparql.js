// The query editor and its answers. Without it the form works: the server answers with a table.
"use strict";
(() => {
  const form = document.getElementById("ask"), field = document.getElementById("query");
  const answer = document.getElementById("answer"), result = document.getElementById("result");
  const Editor = window.Yasqe && (window.Yasqe.default || window.Yasqe);
  const FORMATS = { JSON: "application/sparql-results+json", CSV: "text/csv", TSV: "text/tab-separated-values", XML: "application/sparql-results+xml" };
  const SHOWN = 1000;
  const PREFIXES = new Map([...document.querySelectorAll("pre")].flatMap((pre) =>
    [...pre.textContent.matchAll(/PREFIX (\w+): <([^>]+)>/g)].map((m) => [m[2], m[1]])));
  let terms = null, editor = null;

  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const text = () => (editor ? editor.getValue() : field.value);

  // the graph's own terms by prefixed name, label or part of either; things by name
  const complete = async (yasqe) => {
    const token = yasqe.getCompleteToken(), typed = token.string.trim();
    if (typed.startsWith("?") || typed.startsWith("$")) {
      return [...new Set(yasqe.getValue().match(/[?$]\w+/g) || [])].filter((v) => v.startsWith(typed) && v !== typed);
    }
    terms ??= await fetch("/sparql/terms").then((r) => r.json());
    const wanted = typed.replace(/^</, "").toLowerCase();
    const named = typed.startsWith("<") ? [] : terms.filter((t) => t.name.toLowerCase().startsWith(wanted))
      .concat(terms.filter((t) => !t.name.toLowerCase().startsWith(wanted) && (t.name + " " + t.label).toLowerCase().includes(wanted)));
    const word = wanted.split(/[:/]/).pop();
    const things = word.length > 1 ? await fetch("/suggest?q=" + encodeURIComponent(word)).then((r) => r.json()) : [];
    return named.slice(0, 20).map((t) => t.name).concat(things.map((t) => `<${t.iri}>`));
  };

  if (Editor) {
    const place = make("div", { id: "editor" });
    field.after(place);
    // the editor's own completers ask another host
    Editor.defaults.autocompleters.length = 0;
    Editor.registerAutocompleter({ name: "terms", bulk: false, isValidCompletionPosition: () => true, get: complete, autoShow: false });
    editor = new Editor(place, { value: field.value, persistenceId: null, autocompleters: ["terms"], showQueryButton: false, resizeable: false, createShareableLink: null,
      lineWrapping: true, foldGutter: false, gutters: ["gutterErrorBar", "CodeMirror-linenumbers"],
      extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-Space": () => editor.autocomplete(), Tab: false, "Shift-Tab": false, Esc: () => editor.getInputField().blur() } });
    editor.getInputField().setAttribute("aria-label", "Query");
    field.hidden = true;
    form.querySelector("label").removeAttribute("for");
    document.getElementById("keys").hidden = false;
    Object.assign(editor.getScrollerElement(), { tabIndex: 0 }).setAttribute("aria-label", "Query, scrolled");
    editor.refresh();
    // the server knows the prefixes; the editor, and other endpoints, want those in use declared
    let waiting = 0;
    const declare = () => {
      // a list of completions is open: a change now would close it
      if (editor.state.completionActive) { waiting = setTimeout(declare, 1000); return; }
      const there = editor.getPrefixesFromQuery(), body = editor.getValue().replace(/<[^>\s]*>|"[^"\n]*"|#.*$/gm, " ");
      const lines = [...PREFIXES].filter(([, prefix]) => !(prefix in there) && new RegExp(`(^|[^\\w:?$-])${prefix}:`).test(body)).map(([iri, prefix]) => `PREFIX ${prefix}: <${iri}>\n`);
      if (lines.length) editor.getDoc().replaceRange(lines.join(""), { line: 0, ch: 0 });
    };
    editor.on("change", () => { clearTimeout(waiting); waiting = setTimeout(declare, 300); });
    declare();
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  for (const link of document.querySelectorAll("a.example")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const query = new URL(link.href).searchParams.get("query");
      if (editor) editor.setValue(query); else field.value = query;
      run();
    });
  }

  async function ask(query, accept) {
    const body = new URLSearchParams({ query });
    return fetch("/sparql", { method: "POST", body, headers: { Accept: accept } });
  }

  async function run() {
    const query = text(), began = performance.now();
    history.replaceState(null, "", query.length < 6000 ? "/sparql?" + new URLSearchParams({ query }) : "/sparql");
    answer.hidden = false;
    result.replaceChildren(make("p", { className: "soft", textContent: "Asking …" }));
    try {
      const response = await ask(query, "application/sparql-results+json, text/turtle;q=0.9");
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      if (!response.ok) {
        const problem = await response.json().catch(() => ({ detail: response.statusText }));
        result.replaceChildren(make("p", { className: "note" }, make("strong", { textContent: "No answer. " }), `${problem.detail}${problem.hint ? " (" + problem.hint + ")" : ""}`));
      } else if ((response.headers.get("content-type") || "").includes("json")) show(query, await response.json(), seconds);
      else result.replaceChildren(raw(await response.text()));
    } catch (error) {
      result.replaceChildren(make("p", { className: "note", textContent: "The server could not be reached: " + error.message }));
    }
    answer.scrollIntoView({ block: "nearest" });
  }

  const raw = (words) => { const pre = make("pre", { className: "scroll", textContent: words, tabIndex: 0 }); pre.setAttribute("aria-label", "Answer as text"); return pre; };
  const shorten = (iri) => {
    let best = "";
    for (const long of PREFIXES.keys()) if (iri.startsWith(long) && long.length > best.length) best = long;
    return best ? PREFIXES.get(best) + ":" + iri.slice(best.length) : iri;
  };
  const address = (iri) => {
    const base = [...PREFIXES].find(([, prefix]) => prefix === "id")?.[0];
    return base && iri.startsWith(base) ? "/id/" + iri.slice(base.length) : /^https?:\/\//.test(iri) ? iri : "";
  };
  const cell = (term) => {
    if (!term) return "";
    if (term.type !== "uri") return term.value;
    const href = address(term.value);
    return href ? make("a", { href, textContent: shorten(term.value) }) : term.value;
  };

  function table(names, rows) {
    const head = make("tr", {}, ...names.map((name) => make("th", { textContent: name, scope: "col" })));
    const body = rows.slice(0, SHOWN).map((row) => make("tr", {}, ...names.map((name) => make("td", {}, cell(row[name])))));
    const box = make("div", { className: "scroll", tabIndex: 0 }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Answer");
    return box;
  }

  const figure = (term) => (term && /(decimal|integer|double|float)$/.test(term.datatype || "") ? Number(term.value) : NaN);

  function chart(names, rows) {
    const measures = names.filter((n) => rows.some((r) => Number.isFinite(figure(r[n]))));
    if (!measures.length) return make("p", { className: "empty", textContent: "A chart needs a column of numbers. Add a COUNT, or a figure such as rg:amount." });
    const measure = measures[0], label = names.filter((n) => !measures.includes(n));
    const kept = rows.filter((r) => Number.isFinite(figure(r[measure]))).slice(0, 60);
    const most = Math.max(...kept.map((r) => figure(r[measure])), 0) || 1;
    const box = make("div", { className: "bars" });
    for (const row of kept) {
      const value = figure(row[measure]);
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), bar = document.createElementNS(svg.namespaceURI, "rect"), words = document.createElementNS(svg.namespaceURI, "text");
      const width = Math.max(0, value / most) * 82;
      for (const [name, v] of [["width", width + "%"], ["height", "1.1rem"], ["rx", 2]]) bar.setAttribute(name, v);
      for (const [name, v] of [["x", width + 1 + "%"], ["y", "0.85rem"], ["class", "strong"]]) words.setAttribute(name, v);
      words.textContent = value.toLocaleString("en");
      svg.append(bar, words);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", `${measure} ${value}`);
      box.append(make("span", { textContent: label.map((n) => (row[n] ? (row[n].type === "uri" ? shorten(row[n].value) : row[n].value) : "")).join(", ").slice(0, 120) }), svg);
    }
    return box;
  }

  function show(query, body, seconds) {
    if ("boolean" in body) return result.replaceChildren(make("p", { className: "lede", textContent: body.boolean ? "Yes." : "No." }));
    const names = body.head.vars, rows = body.results.bindings, panel = make("div", { id: "panel" });
    panel.setAttribute("role", "tabpanel");
    const views = { Table: () => table(names, rows), Chart: () => chart(names, rows), Raw: () => rawPanel(query, body) };
    const tabs = make("div", { className: "tabs" });
    tabs.setAttribute("role", "tablist");
    tabs.setAttribute("aria-label", "Views of the answer");
    const select = (name) => {
      for (const tab of tabs.querySelectorAll("button")) { tab.setAttribute("aria-selected", String(tab.textContent === name)); tab.tabIndex = tab.textContent === name ? 0 : -1; }
      panel.setAttribute("aria-labelledby", "tab-" + name);
      panel.replaceChildren(views[name]());
    };
    for (const name of Object.keys(views)) {
      const tab = make("button", { type: "button", textContent: name, id: "tab-" + name });
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", "panel");
      tab.addEventListener("click", () => select(name));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const all = Object.keys(views), next = all[(all.indexOf(name) + step + all.length) % all.length];
        select(next);
        document.getElementById("tab-" + next).focus();
      });
      tabs.append(tab);
    }
    const many = rows.length > SHOWN ? ` (${SHOWN} shown)` : "";
    result.replaceChildren(make("p", { className: "soft small", textContent: `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}${many} in ${seconds} s` }), tabs, panel);
    select("Table");
  }

  function rawPanel(query, body) {
    const box = make("div"), bar = make("p", { className: "tabs" }), place = make("div", {}, raw(JSON.stringify(body, null, 2)));
    for (const [name, accept] of Object.entries(FORMATS)) {
      const button = make("button", { type: "button", textContent: name });
      button.addEventListener("click", async () => { const response = await ask(query, accept); place.replaceChildren(raw(await response.text())); });
      bar.append(button);
    }
    box.append(bar, place);
    return box;
  }
  if (new URLSearchParams(location.search).has("query") && !answer.hidden && editor) run();
})();
