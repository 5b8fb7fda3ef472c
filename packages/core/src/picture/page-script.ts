/**
 * What the page does: move and zoom, choose a step, search, light and dark. Plain script, made to work where nothing may be
 * fetched. The page is whole without it: every step's text stands there and can be read.
 */
export const pageScript = String.raw`"use strict";
(() => {
  const root = document.documentElement, main = document.querySelector("main"), svg = main.querySelector("svg");
  const [, , wide, high] = svg.getAttribute("viewBox").split(" ").map(Number);
  const nodes = [...svg.querySelectorAll(".node[data-step]")], tip = document.getElementById("tip");
  const byStep = new Map(nodes.map((node) => [node.dataset.step, node]));
  const box = (node) => { const [x, y] = node.getAttribute("transform").match(/-?[\d.]+/g).map(Number); return { x, y }; };
  const view = { x: 0, y: 0, scale: 1 };
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  root.classList.add("js");

  const size = () => ({ w: Math.max(1, main.clientWidth), h: Math.max(1, main.clientHeight) });
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  function show() {
    const { w, h } = size();
    view.x = clamp(view.x, -w / view.scale / 1.3, wide + w / view.scale / 1.3 - w / view.scale);
    view.y = clamp(view.y, -h / view.scale / 1.3, high + h / view.scale / 1.3 - h / view.scale);
    svg.setAttribute("viewBox", [view.x, view.y, w / view.scale, h / view.scale].join(" "));
    drawView();
  }
  let moving = 0;
  function glide(to) {
    cancelAnimationFrame(moving);
    if (still.matches) { Object.assign(view, to); show(); return; }
    const from = { ...view }, began = performance.now();
    const step = (now) => {
      const part = clamp((now - began) / 180, 0, 1), eased = 1 - (1 - part) ** 3;
      for (const key of ["x", "y", "scale"]) view[key] = from[key] + (to[key] - from[key]) * eased;
      show();
      if (part < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  }
  function fitted(least) {
    const { w, h } = size();
    const scale = Math.max(Math.min(w / wide, h / high, 1.25), least);
    const tall = high * scale > h;
    return { scale, x: wide / 2 - w / scale / 2, y: tall && least > 0 ? 0 : high / 2 - h / scale / 2 };
  }
  function zoom(by, x, y) {
    const { w, h } = size();
    const px = x ?? w / 2, py = y ?? h / 2, scale = clamp(view.scale * by, 0.02, 4);
    const at = { x: view.x + px / view.scale, y: view.y + py / view.scale };
    return { scale, x: at.x - px / scale, y: at.y - py / scale };
  }
  function centre(node) {
    const { w, h } = size(), { x, y } = box(node), scale = Math.max(view.scale, 0.75);
    glide({ scale, x: x - w / scale / 2, y: y - h / scale / 2 });
  }
  function isSeen(node) {
    const { w, h } = size(), { x, y } = box(node);
    const sx = (x - view.x) * view.scale, sy = (y - view.y) * view.scale;
    return sx > 60 && sy > 40 && sx < w - 60 && sy < h - 40 && view.scale > 0.4;
  }

  function mark(step, name) {
    for (const element of svg.querySelectorAll("." + name)) element.classList.remove(name);
    const node = byStep.get(step);
    if (!node) return;
    const seen = new Set();
    const walk = (id, side, other) => {
      for (const edge of svg.querySelectorAll(".edge"))
        if (edge.dataset[side] === id && !seen.has(edge)) {
          seen.add(edge);
          edge.classList.add(name);
          if (edge.dataset[other].startsWith("mark:")) walk(edge.dataset[other], side, other);
        }
    };
    walk(node.dataset.id, "from", "to");
    walk(node.dataset.id, "to", "from");
  }
  let opener;
  function choose(step, focus) {
    for (const element of document.querySelectorAll(".chosen")) element.classList.remove("chosen");
    const node = byStep.get(step), about = document.getElementById("about-" + step);
    root.classList.toggle("choosing", Boolean(node));
    if (!node) { if (opener) opener.focus({ preventScroll: true }); return; }
    opener = node;
    node.classList.add("chosen");
    about.classList.add("chosen");
    document.querySelector("aside").scrollTop = 0;
    if (!isSeen(node)) centre(node);
    if (focus) about.focus({ preventScroll: true });
  }
  function tell(node) {
    if (!node) { tip.hidden = true; mark(undefined, "near"); return; }
    mark(node.dataset.step, "near");
    tip.textContent = node.dataset.tip;
    tip.hidden = false;
    const at = node.getBoundingClientRect(), own = tip.getBoundingClientRect();
    const left = clamp(at.left + at.width / 2 - own.width / 2, 8, Math.max(8, innerWidth - own.width - 8));
    const above = at.top - own.height - 10;
    tip.style.left = left + "px";
    tip.style.top = (above > 50 ? above : Math.min(at.bottom + 10, innerHeight - own.height - 8)) + "px";
  }

  for (const [i, node] of nodes.entries()) {
    node.addEventListener("mouseenter", () => tell(node));
    node.addEventListener("mouseleave", () => tell(undefined));
    node.addEventListener("focus", () => { if (!node.matches(":focus-visible")) return; if (!isSeen(node)) centre(node); tell(node); });
    node.addEventListener("blur", () => tell(undefined));
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { choose(node.dataset.step, true); tell(undefined); }
      else if (event.key === "ArrowDown" || event.key === "ArrowRight") nodes[Math.min(i + 1, nodes.length - 1)].focus();
      else if (event.key === "ArrowUp" || event.key === "ArrowLeft") nodes[Math.max(i - 1, 0)].focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  for (const node of svg.querySelectorAll(".node[data-tip]:not([data-step])")) {
    node.addEventListener("mouseenter", () => tell(node));
    node.addEventListener("mouseleave", () => tell(undefined));
  }

  const down = new Map();
  let dragged = 0;
  main.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("#map")) return;
    cancelAnimationFrame(moving);
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (down.size === 1) dragged = 0;
  });
  main.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    dragged += Math.hypot(now.x - before.x, now.y - before.y);
    if (dragged > 4 && !main.hasPointerCapture(event.pointerId)) { main.setPointerCapture(event.pointerId); main.classList.add("moving"); tell(undefined); }
    if (other) {
      const area = main.getBoundingClientRect();
      const by = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      Object.assign(view, zoom(by, (now.x + other.x) / 2 - area.left, (now.y + other.y) / 2 - area.top));
    }
    view.x -= (now.x - before.x) / view.scale / (other ? 2 : 1);
    view.y -= (now.y - before.y) / view.scale / (other ? 2 : 1);
    down.set(event.pointerId, now);
    if (dragged > 4) show();
  });
  const up = (event) => { down.delete(event.pointerId); if (down.size === 0) main.classList.remove("moving"); };
  main.addEventListener("pointerup", up);
  main.addEventListener("pointercancel", up);
  main.addEventListener("click", (event) => {
    if (dragged > 4 || event.target.closest("#map")) return;
    const node = event.target.closest(".node[data-step]");
    if (node) choose(node.dataset.step, false);
  });
  main.addEventListener("wheel", (event) => {
    event.preventDefault();
    const area = main.getBoundingClientRect(), unit = event.deltaMode === 1 ? 16 : 1;
    if (event.ctrlKey || event.metaKey) Object.assign(view, zoom(Math.exp(-event.deltaY * unit * 0.01), event.clientX - area.left, event.clientY - area.top));
    else { view.x += (event.shiftKey ? event.deltaY : event.deltaX) * unit / view.scale; view.y += (event.shiftKey ? 0 : event.deltaY) * unit / view.scale; }
    cancelAnimationFrame(moving);
    show();
  }, { passive: false });

  const search = document.getElementById("search"), found = document.getElementById("found");
  let hits = [], hit = -1;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    hits = wanted ? nodes.filter((node) => node.dataset.name.toLowerCase().includes(wanted)) : [];
    for (const node of nodes) node.classList.toggle("hit", hits.includes(node));
    root.classList.toggle("searching", hits.length > 0);
    found.textContent = wanted ? hits.length + " found" : "";
    hit = -1;
    if (hits.length > 0) centre(hits[0]);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; search.dispatchEvent(new Event("input")); }
    if (event.key !== "Enter" || hits.length === 0) return;
    hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    centre(hits[hit]);
    choose(hits[hit].dataset.step, false);
  });

  const theme = document.getElementById("theme"), dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : root.dataset.given ? root.dataset.given === "dark" : dark.matches);
  const sayTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; sayTheme(); });
  dark.addEventListener("change", sayTheme);
  sayTheme();

  const actions = { in: () => glide(zoom(1.35)), out: () => glide(zoom(1 / 1.35)), fit: () => glide(fitted(0)), back: () => choose(undefined) };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]"), link = event.target.closest("[data-go]");
    if (button) actions[button.dataset.do]();
    if (!link) return;
    event.preventDefault();
    choose(link.dataset.go, true);
    centre(byStep.get(link.dataset.go));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = 80 / view.scale;
    const keys = {
      "+": actions.in, "=": actions.in, "-": actions.out, 0: actions.fit, "/": () => search.focus(), Escape: actions.back,
      ArrowLeft: () => { view.x -= far; show(); }, ArrowRight: () => { view.x += far; show(); },
      ArrowUp: () => { view.y -= far; show(); }, ArrowDown: () => { view.y += far; show(); },
    };
    if (event.key.startsWith("Arrow") && event.target.closest("aside,button")) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const map = document.getElementById("map");
  let frame;
  function makeMap() {
    const around = size(), room = Math.min(150, around.w * 0.3), by = Math.min(room / wide, room / high);
    const needed = nodes.length > 12 && (wide * fitted(0.6).scale > around.w || high * fitted(0.6).scale > around.h);
    map.toggleAttribute("hidden", !needed);
    map.setAttribute("width", Math.max(24, wide * by));
    map.setAttribute("height", Math.max(24, high * by));
    map.setAttribute("viewBox", [0, 0, wide, high].join(" "));
    if (frame) return;
    for (const node of nodes) {
      const area = node.getBBox(), { x, y } = box(node), dot = document.createElementNS(svg.namespaceURI, "rect");
      dot.setAttribute("class", "dot " + (node.classList.contains("failed") ? "failed" : node.classList.contains("completed") ? "completed" : ""));
      for (const [key, value] of Object.entries({ x: x + area.x, y: y + area.y, width: area.width, height: area.height })) dot.setAttribute(key, value);
      map.append(dot);
    }
    frame = document.createElementNS(svg.namespaceURI, "rect");
    frame.setAttribute("class", "view");
    map.append(frame);
  }
  function drawView() {
    if (!frame) return;
    const { w, h } = size();
    for (const [key, value] of Object.entries({ x: view.x, y: view.y, width: w / view.scale, height: h / view.scale })) frame.setAttribute(key, value);
  }
  const travel = (event) => {
    const area = map.getBoundingClientRect(), { w, h } = size();
    view.x = (event.clientX - area.left) / area.width * wide - w / view.scale / 2;
    view.y = (event.clientY - area.top) / area.height * high - h / view.scale / 2;
    show();
  };
  map.addEventListener("pointerdown", (event) => { cancelAnimationFrame(moving); map.setPointerCapture(event.pointerId); travel(event); });
  map.addEventListener("pointermove", (event) => { if (event.buttons === 1) travel(event); });

  const begin = () => { Object.assign(view, fitted(0.6)); makeMap(); show(); };
  let last = size();
  addEventListener("resize", () => {
    const now = size();
    view.x += (last.w - now.w) / view.scale / 2;
    last = now;
    makeMap();
    show();
  });
  addEventListener("beforeprint", () => svg.setAttribute("viewBox", [0, 0, wide, high].join(" ")));
  addEventListener("afterprint", show);
  begin();
})();`;
