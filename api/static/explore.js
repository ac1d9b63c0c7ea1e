// The graph as a picture on a canvas: a force layout that comes to rest, drawn only while something moves.
"use strict";
(() => {
  const canvas = document.getElementById("picture"), context = canvas.getContext("2d"), chosen = document.getElementById("chosen");
  const given = JSON.parse(document.getElementById("graph").textContent);
  const nodes = new Map(), edges = new Map(), hidden = new Set();
  const view = { x: 0, y: 0, scale: 1 };
  let current = null, over = null, drawing = false, colours = {}, width = 0, height = 0, fitted = true;
  document.getElementById("explorer").hidden = false;

  // a custom property holds light-dark(...): only a used colour tells which of the two it is
  const readColours = () => {
    const probe = document.createElement("span");
    document.body.append(probe);
    const used = (value, kind) => { probe.className = kind ? "k-" + kind : ""; probe.style.color = value; return getComputedStyle(probe).color; };
    colours = { ink: used("var(--ink)"), soft: used("var(--soft)"), line: used("light-dark(#cfd4d9, #364250)"), card: used("var(--card)"), accent: used("var(--accent)"), kinds: {} };
    for (const label of document.querySelectorAll("#filters label")) colours.kinds[label.dataset.kind] = used("var(--of, var(--soft))", label.dataset.kind);
    probe.remove();
  };

  const simulation = d3.forceSimulation().alphaDecay(0.035).velocityDecay(0.45)
    .force("charge", d3.forceManyBody().strength(-300).distanceMax(600).theta(1))
    .force("link", d3.forceLink().id((n) => n.id).distance((e) => 55 + 4 * Math.min(e.source.degree, e.target.degree)).strength((e) => 1 / Math.min(e.source.degree, e.target.degree, 6)))
    .force("x", d3.forceX((n) => sector(n)[0]).strength((n) => (n.degree > 1 ? 0.02 : 0.05))).force("y", d3.forceY((n) => sector(n)[1]).strength((n) => (n.degree > 1 ? 0.05 : 0.08)))
    .force("collide", d3.forceCollide((n) => radius(n) + 4)).on("tick", () => { if (fitted) fit(); draw(); }).stop();
  const radius = (n) => (n.kind === "role" ? 7 : 4) + Math.min(9, Math.sqrt(n.degree || 1) * 1.6);
  // what hangs on one thing alone lies together by kind, on a flat ellipse as wide as the stage
  const kinds = () => [...new Set([...nodes.values()].filter((n) => n.degree < 2).map((n) => n.kind))];
  let places = new Map();
  const sector = (n) => (n.degree < 2 && places.get(n.kind)) || [0, 0];
  const shown = (n) => !hidden.has(n.kind);

  function take(graph, around) {
    for (const node of graph.nodes) {
      if (nodes.has(node.id)) continue;
      const angle = nodes.size * 2.4, far = around ? 40 : 12 * Math.sqrt(nodes.size);
      nodes.set(node.id, { ...node, degree: 0, x: (around?.x || 0) + far * Math.cos(angle), y: (around?.y || 0) + far * Math.sin(angle) });
    }
    for (const edge of graph.edges) {
      const key = `${edge.from} ${edge.label} ${edge.to}`;
      if (!edges.has(key)) edges.set(key, { ...edge, source: edge.from, target: edge.to });
    }
    if (graph.centre && nodes.has(graph.centre)) nodes.get(graph.centre).expanded = true;
    restart();
  }

  function restart() {
    for (const n of nodes.values()) n.degree = 0;
    for (const e of edges.values()) { nodes.get(e.from).degree++; nodes.get(e.to).degree++; }
    const kept = [...nodes.values()].filter(shown), links = [...edges.values()].filter((e) => shown(nodes.get(e.from)) && shown(nodes.get(e.to)));
    for (const label of document.querySelectorAll("#filters label")) label.hidden = ![...nodes.values()].some((n) => n.kind === label.dataset.kind);
    const order = kinds(), wide = 24 * Math.sqrt(kept.length), shape = Math.min(1.8, Math.max(0.6, width / (height || 1)));
    places = new Map(order.map((kind, i) => [kind, [shape * wide * Math.cos((2 * Math.PI * i) / order.length), (wide / shape) * Math.sin((2 * Math.PI * i) / order.length)]]));
    // the picture takes the shape of its stage: wide on a desk, tall on a phone
    simulation.force("x").x((n) => sector(n)[0]).strength((n) => (n.degree > 1 ? 0.035 : 0.06) / shape);
    simulation.force("y").y((n) => sector(n)[1]).strength((n) => (n.degree > 1 ? 0.035 : 0.06) * shape);
    simulation.nodes(kept);
    simulation.force("link").links(links);
    canvas.dataset.nodes = kept.length;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { simulation.alpha(1).tick(200); fit(); draw(); } else simulation.alpha(0.9).restart();
  }

  function fit() {
    const all = simulation.nodes();
    if (!all.length) return;
    const xs = all.map((n) => n.x), ys = all.map((n) => n.y), [l, r, t, b] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    view.scale = Math.min(1.6, (width - 110) / (r - l + 1), (height - 70) / (b - t + 1));
    view.x = width / 2 - view.scale * (l + r) / 2;
    view.y = height / 2 - view.scale * (t + b) / 2;
  }

  const draw = () => { if (!drawing) { drawing = true; requestAnimationFrame(paint); } };
  const near = (n) => n === current || n === over;

  function paint() {
    drawing = false;
    const ratio = devicePixelRatio || 1, focus = over || current;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const links = simulation.force("link").links(), beside = new Set(focus ? [focus] : []);
    if (focus) for (const e of links) { if (e.source === focus) beside.add(e.target); if (e.target === focus) beside.add(e.source); }
    const place = (n) => [n.x * view.scale + view.x, n.y * view.scale + view.y];
    for (const strong of [false, true]) {
      context.beginPath();
      context.lineWidth = strong ? 1.6 : 1;
      context.strokeStyle = strong ? colours.accent : colours.line;
      for (const e of links) if ((e.source === focus || e.target === focus) === strong) { context.moveTo(...place(e.source)); context.lineTo(...place(e.target)); }
      context.stroke();
    }
    const all = simulation.nodes(), zoom = Math.max(0.55, Math.min(1.35, view.scale));
    for (const n of all) {
      const [x, y] = place(n);
      context.globalAlpha = focus && !beside.has(n) ? 0.25 : 1;
      context.beginPath();
      context.arc(x, y, radius(n) * zoom, 0, 2 * Math.PI);
      context.fillStyle = colours.kinds[n.kind] || colours.soft;
      context.fill();
      context.lineWidth = near(n) ? 3 : 1.5;
      context.strokeStyle = near(n) ? colours.ink : colours.card;
      context.stroke();
    }
    labels(all, beside, focus, place, zoom);
    context.globalAlpha = 1;
  }

  // the weightiest names first; a name that would lie over another is left out until one comes nearer
  function labels(all, beside, focus, place, zoom) {
    // no name lies over a large dot
    const taken = all.filter((n) => radius(n) > 9).map((n) => { const [x, y] = place(n), r = radius(n) * zoom - 2; return [x - r, y - r, x + r, y + r]; }), order = [...all].sort((a, b) => near(b) - near(a) || beside.has(b) - beside.has(a) || (b.kind === "role") - (a.kind === "role") || b.degree - a.degree);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const n of order) {
      if (focus && !beside.has(n)) continue;
      const [x, y] = place(n), words = n.label.length > 34 ? n.label.slice(0, 32) + "…" : n.label;
      if (x < -60 || x > width + 20 || y < 0 || y > height) continue;
      context.font = `${n.kind === "role" || near(n) ? 600 : 400} ${near(n) ? 13 : 12}px Inter, system-ui, sans-serif`;
      const w = context.measureText(words).width, r = radius(n) * zoom + 4;
      // beside the dot where there is room, else on its other side, else above or below it
      const box = [[x + r, y], [x - r - w, y], [x - w / 2, y - r - 6], [x - w / 2, y + r + 6]].map(([l, m]) => [l, m - 7, l + w, m + 7])
        .find((b) => b[0] > 2 && b[2] < width - 2 && !taken.some((t) => b[0] < t[2] && b[2] > t[0] && b[1] < t[3] && b[3] > t[1])) || ((near(n) || (n.kind === "role" && width > 600)) && [x - w / 2, y + r - 1, x + w / 2, y + r + 13]);
      if (!box) continue;
      const left = box[0], middle = box[1] + 7;
      taken.push(box);
      context.lineWidth = 3;
      context.strokeStyle = colours.card;
      context.strokeText(words, left, middle);
      context.fillStyle = colours.ink;
      context.fillText(words, left, middle);
    }
  }

  function choose(n) {
    current = n;
    chosen.hidden = !n;
    if (n) {
      const own = simulation.force("link").links().filter((e) => e.source === n || e.target === n);
      chosen.querySelector("h2").textContent = n.label;
      const kind = chosen.querySelector(".kind");
      kind.className = "kind k-" + n.kind;
      kind.textContent = n.kind;
      chosen.querySelector(".links").textContent = `${own.length} link${own.length === 1 ? "" : "s"} shown: ` + [...new Set(own.map((e) => e.label))].join(", ");
      chosen.querySelector("a").href = n.href;
      chosen.querySelector(".expand").disabled = Boolean(n.expanded);
      chosen.querySelector(".expand").textContent = n.expanded ? "Expanded" : "Expand";
    }
    draw();
  }

  async function expand(n) {
    if (!n || n.expanded) return;
    const response = await fetch("/explore/data?start=" + encodeURIComponent(n.id));
    if (!response.ok) return;
    fitted = true;
    take(await response.json(), n);
    choose(n);
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect(), x = (event.clientX - box.left - view.x) / view.scale, y = (event.clientY - box.top - view.y) / view.scale;
    let best = null, distance = 18 / view.scale;
    for (const n of simulation.nodes()) { const d = Math.hypot(n.x - x, n.y - y) - radius(n) / 2; if (d < distance) { distance = d; best = n; } }
    return [best, x, y];
  };
  let drag = null, moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    const [n] = at(event);
    drag = { n, x: event.clientX, y: event.clientY };
    moved = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [n, x, y] = at(event);
    if (drag) {
      moved += Math.abs(event.movementX) + Math.abs(event.movementY);
      if (moved > 4) fitted = false;
      if (drag.n) { drag.n.fx = x; drag.n.fy = y; simulation.alphaTarget(0.2).restart(); }
      else { view.x += event.clientX - drag.x; view.y += event.clientY - drag.y; drag.x = event.clientX; drag.y = event.clientY; draw(); }
    } else if (n !== over) { over = n; canvas.classList.toggle("over", Boolean(n)); draw(); }
  });
  canvas.addEventListener("pointerup", () => {
    if (!drag) return;
    if (drag.n) { drag.n.fx = drag.n.fy = null; simulation.alphaTarget(0); }
    if (moved <= 4) choose(drag.n);
    drag = null;
  });
  canvas.addEventListener("pointerleave", () => { over = null; draw(); });
  canvas.addEventListener("dblclick", (event) => expand(at(event)[0]));
  const zoomBy = (factor, x = width / 2, y = height / 2) => {
    fitted = false;
    const scale = Math.min(5, Math.max(0.1, view.scale * factor)), by = scale / view.scale;
    view.x = x - (x - view.x) * by;
    view.y = y - (y - view.y) * by;
    view.scale = scale;
    draw();
  };
  canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoomBy(Math.exp(-event.deltaY / 500), event.offsetX, event.offsetY); }, { passive: false });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => { const factor = Number(button.dataset.zoom); if (factor) zoomBy(factor); else { fitted = true; fit(); draw(); } });
  }
  canvas.addEventListener("keydown", (event) => {
    const all = simulation.nodes(), step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (event.key === "Enter") return void expand(current);
    if (event.key === "+" || event.key === "-") return void zoomBy(event.key === "+" ? 1.25 : 0.8);
    if (!step || !all.length) return;
    event.preventDefault();
    if (!current) return choose(all[0]);
    let best = null, least = Infinity;
    for (const n of all) {
      const dx = n.x - current.x, dy = n.y - current.y, along = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
      if (n !== current && along > 1 && aside < along * 1.2 && along + 2 * aside < least) { least = along + 2 * aside; best = n; }
    }
    if (best) choose(best);
  });
  chosen.querySelector(".expand").addEventListener("click", () => expand(current));
  chosen.querySelector(".drop").addEventListener("click", () => {
    nodes.delete(current.id);
    for (const [key, e] of edges) if (e.from === current.id || e.to === current.id) edges.delete(key);
    choose(null);
    restart();
  });
  for (const label of document.querySelectorAll("#filters label")) {
    label.querySelector("input").addEventListener("change", (event) => {
      if (event.target.checked) hidden.delete(label.dataset.kind); else hidden.add(label.dataset.kind);
      if (current && !shown(current)) choose(null);
      restart();
    });
  }
  const size = () => {
    const ratio = devicePixelRatio || 1;
    width = canvas.clientWidth;
    height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    fit();
    draw();
  };
  new ResizeObserver(size).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); draw(); });
  readColours();
  size();
  take(given);
  // for whoever drives the picture from outside: its benchmark does
  window.rolegraph = {
    expand: (id) => fetch("/explore/data?start=" + encodeURIComponent(id)).then((r) => r.json()).then((graph) => take(graph, nodes.get(id))),
    frames: (seconds) => new Promise((done) => {
      let count = 0;
      const clear = context.clearRect.bind(context), end = performance.now() + 1000 * seconds;
      context.clearRect = (...box) => { count++; clear(...box); };
      simulation.alphaTarget(0.3).restart();
      const wait = () => { if (performance.now() < end) requestAnimationFrame(wait); else { simulation.alphaTarget(0); context.clearRect = clear; done(count); } };
      wait();
    }),
  };
})();
